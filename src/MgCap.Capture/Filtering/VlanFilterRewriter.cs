using System.Diagnostics.CodeAnalysis;
using MgCap.Linux;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>
/// Rewrites a filter for packet sockets into one for frames as they come from the wire, with the same verdicts. A socket
/// sees a packet whose outer VLAN tag the kernel has taken out (skb_vlan_untag in net/core/skbuff.c) and asks for the tag
/// beside it; in the frame it stands behind the addresses. So the program is written twice, behind a look at the frame's type:
/// <code>
///   untagged   as it is; there is no tag
///   tagged     loads from behind the addresses read four bytes further on; the length is less by four; the tag is read
/// </code>
/// Where a device may have taken the tag out already, there is a third copy for that, which asks for the tag as a socket's does.
/// </summary>
internal sealed class VlanFilterRewriter
{
    private const uint TypeAt = 12, TagAt = 14, TagLength = 4, MinTaggedLength = 18;

    // In the frame, what a socket has at the tag's place.
    private const uint BehindTag = TypeAt + TagLength;

    private const uint Dot1Q = 0x8100, Dot1Ad = 0x88a8;
    private const uint ReceivedType = (uint)MgCap.Linux.Rings.PacketType.Host;

    private readonly ClassicAssembler _code = new();
    private readonly ClassicInstruction[] _program;
    private readonly uint _interfaceIndex;
    private readonly bool _mayBeTakenOut;
    private readonly uint? _freeWord;
    private string? _problem;

    private VlanFilterRewriter(ClassicInstruction[] program, int interfaceIndex, bool mayBeTakenOut)
    {
        _program = program;
        _mayBeTakenOut = mayBeTakenOut;
        _interfaceIndex = (uint)interfaceIndex;
        var used = program.Where(each => (each.Code & ClassMask) is St or Stx || IsFromMemory(each)).Select(each => each.K).ToHashSet();
        _freeWord = Enumerable.Range(0, ScratchWords).Select(word => (uint?)word).LastOrDefault(word => !used.Contains(word!.Value));
    }

    /// <summary>Rewrites a program.</summary>
    /// <param name="program">Valid classic BPF for a packet socket on an Ethernet interface.</param>
    /// <param name="interfaceIndex">The interface's number, which the program may ask for.</param>
    /// <param name="mayBeTakenOut">Whether the tag may be beside the frame, where the program can ask for it.</param>
    /// <param name="rewritten">Classic BPF that asks for nothing that is not in the frame, but for a tag beside it.</param>
    /// <param name="problem">Why there is none.</param>
    internal static bool TryRewrite(
        ClassicInstruction[] program, int interfaceIndex, bool mayBeTakenOut,
        [NotNullWhen(true)] out ClassicInstruction[]? rewritten, [NotNullWhen(false)] out string? problem)
    {
        var rewriter = new VlanFilterRewriter(program, interfaceIndex, mayBeTakenOut);
        rewriter.Write();
        problem = rewriter._problem;
        rewritten = problem is null ? rewriter._code.Assemble() : null;
        return problem is null;
    }

    private static bool IsFromMemory(ClassicInstruction instruction) =>
        (instruction.Code & (ClassMask | ModeMask)) is (Ld | Mem) or (Ldx | Mem);

    private void Write()
    {
        if (_mayBeTakenOut)
        {
            int takenOut = _code.NewLabel(), inFrame = _code.NewLabel();
            _code.Add(Ld | Abs | Word, AncillaryVlanPresent);
            _code.AddComparison(Jmp | Jeq, 0, inFrame, takenOut);
            _code.Place(takenOut);
            WriteCopy(TagPlace.Beside);
            _code.Place(inFrame);
        }

        int longEnough = _code.NewLabel(), otherType = _code.NewLabel(), tagged = _code.NewLabel(), untagged = _code.NewLabel();
        _code.Add(Ld | Len);
        _code.AddComparison(Jmp | Jge, MinTaggedLength, longEnough, untagged);
        _code.Place(longEnough);
        _code.Add(Ld | Abs | HalfWord, TypeAt);
        _code.AddComparison(Jmp | Jeq, Dot1Q, tagged, otherType);
        _code.Place(otherType);
        _code.AddComparison(Jmp | Jeq, Dot1Ad, tagged, untagged);
        _code.Place(untagged);
        WriteCopy(TagPlace.None);
        _code.Place(tagged);
        WriteCopy(TagPlace.InFrame);
    }

    private void WriteCopy(TagPlace tag)
    {
        var labels = _code.NewLabels(_program.Length);
        // As every program finds it.
        _code.Add(Ld | Imm, 0);
        for (var i = 0; i < _program.Length; i++)
        {
            _code.Place(labels[i]);
            var instruction = _program[i];
            if (instruction.Code == (Jmp | Ja))
                _code.AddJump(labels[i + 1 + (int)instruction.K]);
            else if ((instruction.Code & ClassMask) == Jmp)
                _code.AddComparison(instruction.Code, instruction.K, labels[i + 1 + instruction.JumpTrue], labels[i + 1 + instruction.JumpFalse]);
            else if ((instruction.Code & (ClassMask | ModeMask)) == (Ld | Abs) && instruction.K >= AncillaryBase)
                WriteKnown(instruction, tag);
            else if (tag == TagPlace.InFrame)
                WriteShifted(instruction);
            else
                _code.Add(instruction);
        }
    }

    /// <summary>What the kernel knows about the packet, to A.</summary>
    private void WriteKnown(ClassicInstruction instruction, TagPlace tag)
    {
        switch (instruction.K)
        {
            case AncillaryVlanPresent or AncillaryVlanTag or AncillaryVlanProtocol when tag == TagPlace.Beside:
                _code.Add(instruction);
                break;
            case AncillaryVlanPresent:
                _code.Add(Ld | Imm, tag == TagPlace.InFrame ? 1u : 0);
                break;
            case AncillaryVlanTag when tag == TagPlace.InFrame:
                _code.Add(Ld | Abs | HalfWord, TagAt);
                break;
            case AncillaryVlanProtocol when tag == TagPlace.InFrame:
                _code.Add(Ld | Abs | HalfWord, TypeAt);
                break;
            case AncillaryVlanTag or AncillaryVlanProtocol:
                _code.Add(Ld | Imm, 0);
                break;
            case AncillaryPacketType:
                _code.Add(Ld | Imm, ReceivedType);
                break;
            case AncillaryInterface:
                _code.Add(Ld | Imm, _interfaceIndex);
                break;
            default:
                _problem = "it asks for what only a socket knows about a packet";
                break;
        }
    }

    private void WriteShifted(ClassicInstruction instruction)
    {
        switch (instruction.Code & (ClassMask | ModeMask))
        {
            case Ld | Abs:
                WriteLoad(instruction.K, LoadSize(instruction));
                break;
            case Ld | Ind:
                WriteIndirectLoad(instruction);
                break;
            case Ldx | Msh when instruction.K >= TypeAt:
                _code.Add(instruction with { K = instruction.K + TagLength });
                break;
            case Ld | Len:
                _code.Add(instruction);
                _code.Add(Alu | Subtract, TagLength);
                break;
            case Ldx | Len:
                _code.Add(St, FreeWord());
                _code.Add(Ld | Len);
                _code.Add(Alu | Subtract, TagLength);
                _code.Add(Misc | Tax);
                _code.Add(Ld | Mem, FreeWord());
                break;
            default:
                _code.Add(instruction);
                break;
        }
    }

    private void WriteIndirectLoad(ClassicInstruction instruction)
    {
        // A load that far is past any frame's end.
        var behind = instruction.K >= AncillaryBase ? instruction : instruction with { K = instruction.K + TagLength };
        if (instruction.K >= TypeAt)
        {
            _code.Add(behind);
            return;
        }

        var (size, load, done) = (LoadSize(instruction), _code.NewLabel(), _code.NewLabel());
        _code.Add(Misc | Txa);
        _code.Add(Alu | Plus, instruction.K);
        // A sum that overflows is less than K, and is left to the load, which refuses it.
        for (var straddling = Math.Max(TypeAt + 1 - (uint)size, instruction.K); straddling < TypeAt; straddling++)
        {
            int straddles = _code.NewLabel(), other = _code.NewLabel();
            _code.AddComparison(Jmp | Jeq, straddling, straddles, other);
            _code.Place(straddles);
            WriteLoad(straddling, size);
            _code.AddJump(done);
            _code.Place(other);
        }

        var shifted = _code.NewLabel();
        _code.AddComparison(Jmp | Jge, TypeAt, shifted, load);
        _code.Place(shifted);
        _code.Add(behind);
        _code.AddJump(done);
        _code.Place(load);
        _code.Add(instruction);
        _code.Place(done);
    }

    /// <summary>A load from a fixed place: before the tag, behind it, or from around it.</summary>
    private void WriteLoad(uint at, int size)
    {
        if (at < TypeAt && at + (uint)size <= TypeAt)
        {
            _code.Add(LoadCode(size), at);
        }
        else if (at >= TypeAt)
        {
            _code.Add(LoadCode(size), at + TagLength);
        }
        else
        {
            var front = (int)(TypeAt - at);
            WriteLoadOfBytes(at, front);
            _code.Add(Alu | ShiftLeft, (uint)(8 * (size - front)));
            _code.Add(Stx, FreeWord());
            _code.Add(Misc | Tax);
            WriteLoadOfBytes(BehindTag, size - front);
            _code.Add(Alu | Or | FromX);
            _code.Add(Ldx | Mem, FreeWord());
        }
    }

    /// <summary>One to three bytes; three are read with the one before them, which is there.</summary>
    private void WriteLoadOfBytes(uint at, int count)
    {
        _code.Add(LoadCode(count), count < 3 ? at : at - 1);
        if (count == 3)
            _code.Add(Alu | And, 0xffffff);
    }

    private uint FreeWord()
    {
        if (_freeWord is null)
            _problem = "it uses all of the scratch memory";
        return _freeWord ?? 0;
    }

    private enum TagPlace
    {
        None,
        InFrame,
        Beside,
    }

    private static int LoadCode(int size) => Ld | Abs | size switch
    {
        1 => SingleByte,
        2 => HalfWord,
        _ => Word,
    };
}
