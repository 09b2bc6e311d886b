namespace MgCap.Linux;

/// <summary>One instruction of eBPF, struct bpf_insn of linux/bpf.h (8 bytes; instruction-set.rst in the kernel's documentation).</summary>
/// <param name="Code">Class, size, mode and operation.</param>
/// <param name="Registers">Destination register in the low four bits, source in the high four.</param>
/// <param name="Offset">Of a jump in instructions, or of a load or store in bytes.</param>
/// <param name="Immediate">The operand.</param>
public readonly record struct BpfInstruction(byte Code, byte Registers, short Offset, int Immediate);
