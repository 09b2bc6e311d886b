using MgCap.Testing;

namespace MgCap.Web.Tests.Support;

/// <summary>A console for all tests of a class that capture nothing; it needs no privilege.</summary>
public sealed class SharedConsole : IDisposable
{
    public SharedConsole()
    {
        Console = ConsoleProcess.Start();
        Api = new ConsoleApi(Console);
    }

    internal ConsoleProcess Console { get; }

    internal ConsoleApi Api { get; }

    public void Dispose()
    {
        Api.Dispose();
        Console.Dispose();
    }
}
