using System.Text;
using MgCap.Linux;

namespace MgCap.Web.Configuration;

/// <summary>
/// Standard output and standard error as a daemon needs them: closed, full, or at a terminal that was closed, they never stop the
/// console or make it wait. The log's file has every line.
/// </summary>
public static class StandardStreams
{
    /// <summary>Puts them into the place of .NET's. To be called first of all.</summary>
    public static void Install()
    {
        StandardDescriptor.Protect();
        Console.SetOut(Open(StandardDescriptor.Output));
        Console.SetError(Open(StandardDescriptor.Error));
    }

    private static StreamWriter Open(int descriptor) =>
        new(new MessageStream(descriptor), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
}
