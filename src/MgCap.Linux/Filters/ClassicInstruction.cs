namespace MgCap.Linux;

/// <summary>One instruction of classic BPF, struct sock_filter of linux/filter.h (8 bytes).</summary>
/// <param name="Code">Class, size, mode and operation (linux/bpf_common.h).</param>
/// <param name="JumpTrue">Instructions to skip when a comparison holds.</param>
/// <param name="JumpFalse">Instructions to skip when it does not.</param>
/// <param name="K">The operand.</param>
public readonly record struct ClassicInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint K);
