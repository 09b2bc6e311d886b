using System.Runtime.InteropServices;
using System.Text;
using MgCap.Capture.Filtering;
using MgCap.Linux;

namespace MgCap.Web.Filters;

/// <summary>What a filter was compiled to; one of both is null.</summary>
/// <param name="Program">The program.</param>
/// <param name="Error">What is wrong with the text.</param>
internal sealed record FilterAnswer(ClassicInstruction[]? Program, string? Error);

/// <summary>
/// What a console and its filter helper say to each other, in the machine's own byte order, as both run on it.
/// <code>
///   hello      "MF" 1, 1 byte: whether there is a handle for packet sockets
///   question   text's bytes (4), link type (4), snap length (4), flags (4: 1 socket, 2 has a network mask), mask (4), text
///   answer     kind (4: 0 program, 1 error), bytes (4), the program's instructions or the error's text
/// </code>
/// </summary>
internal static class FilterProtocol
{
    /// <summary>Bytes of a hello.</summary>
    internal const int HelloLength = 4;

    /// <summary>Bytes before an answer's content.</summary>
    internal const int AnswerHeadLength = 8;

    /// <summary>The longest content of an answer, in bytes.</summary>
    internal const int MaxAnswer = 16 * 1024 * 1024;

    private const int QuestionHeadLength = 20;
    private const int ForSocket = 1, HasNetmask = 2;
    private const int Program = 0, Error = 1;
    private const int InstructionLength = 8;

    internal static void WriteHello(Stream output, bool hasSocketCompiler)
    {
        output.Write([(byte)'M', (byte)'F', 1, (byte)(hasSocketCompiler ? 1 : 0)]);
        output.Flush();
    }

    /// <returns>Whether there is a handle for packet sockets; null where it is no hello.</returns>
    internal static bool? ReadHello(ReadOnlySpan<byte> hello) => hello is [(byte)'M', (byte)'F', 1, <= 1 and var handle] ? handle == 1 : null;

    internal static byte[] Question(FilterSource source)
    {
        var text = Encoding.UTF8.GetBytes(source.Text);
        var question = new byte[QuestionHeadLength + text.Length];
        int[] head =
        [
            text.Length, source.DataLinkType, source.Snaplen, (source.ForSocket ? ForSocket : 0) | (source.Netmask is null ? 0 : HasNetmask),
            (int)(source.Netmask ?? 0),
        ];
        MemoryMarshal.AsBytes(head.AsSpan()).CopyTo(question);
        text.CopyTo(question, QuestionHeadLength);
        return question;
    }

    /// <returns>null at the end of the input.</returns>
    internal static FilterSource? ReadQuestion(Stream input)
    {
        var bytes = new byte[QuestionHeadLength];
        if (input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            return null;
        var head = MemoryMarshal.Cast<byte, int>(bytes);
        var text = new byte[head[0]];
        if (input.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
            return null;
        return new FilterSource(Encoding.UTF8.GetString(text), head[1], head[2])
        {
            ForSocket = (head[3] & ForSocket) != 0,
            Netmask = (head[3] & HasNetmask) != 0 ? (uint)head[4] : null,
        };
    }

    internal static void WriteAnswer(Stream output, FilterAnswer answer)
    {
        var content = answer.Program is { } program ? MemoryMarshal.AsBytes(program.AsSpan()).ToArray() : Encoding.UTF8.GetBytes(answer.Error!);
        var head = new byte[AnswerHeadLength];
        BitConverter.TryWriteBytes(head, answer.Program is null ? Error : Program);
        BitConverter.TryWriteBytes(head.AsSpan(4), content.Length);
        output.Write([.. head, .. content]);
        output.Flush();
    }

    /// <returns>The length of the content in bytes; null where the head is none.</returns>
    internal static int? ContentLength(ReadOnlySpan<byte> head)
    {
        var (kind, length) = (BitConverter.ToInt32(head), BitConverter.ToInt32(head[4..]));
        return kind is Program or Error && length is >= 0 and <= MaxAnswer && (kind == Error || length % InstructionLength == 0) ? length : null;
    }

    internal static FilterAnswer Answer(ReadOnlySpan<byte> head, ReadOnlySpan<byte> content) => BitConverter.ToInt32(head) == Program
        ? new FilterAnswer(MemoryMarshal.Cast<byte, ClassicInstruction>(content).ToArray(), null)
        : new FilterAnswer(null, Encoding.UTF8.GetString(content));
}
