using System.Diagnostics;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Laboratory;

public sealed class NetworkNamespaceTests : IDisposable
{
    private readonly NetworkNamespace _network = NetworkNamespace.Create("self");

    [RootFact]
    public void Run_IsInside_AndSoAreItsThreads()
    {
        _network.Ip("link", "add", "only0", "type", "bridge");
        var outside = Identity();
        var threads = _network.Run(() =>
        {
            var inherited = "";
            var child = new Thread(() => inherited = Identity());
            child.Start();
            child.Join();
            return (Own: Identity(), Inherited: inherited, Devices: File.ReadAllText("/proc/thread-self/net/dev"));
        });

        Assert.NotEqual(outside, threads.Own);
        Assert.Equal(threads.Own, threads.Inherited);
        Assert.Contains("only0:", threads.Devices, StringComparison.Ordinal);
        Assert.Equal(outside, Identity());
    }

    [RootFact]
    public void Run_RethrowsWithTheStackInside()
    {
        var exception = Assert.Throws<InvalidDataException>(() => _network.Run(Fail));
        Assert.Contains(nameof(Fail), exception.StackTrace, StringComparison.Ordinal);

        static void Fail() => throw new InvalidDataException("on purpose");
    }

    [RootFact]
    public void Exec_ThatFails_SaysWhy()
    {
        var exception = Assert.Throws<ToolException>(() => _network.Exec("sh", "-c", "echo it is broken >&2; exit 3"));
        Assert.Contains("ended with 3: it is broken", exception.Message, StringComparison.Ordinal);
    }

    [RootFact]
    public void Start_GivesTheProgramsOwnProcess()
    {
        using var process = _network.Start(new ProcessStartInfo("sleep", ["60"]));
        // ip(8) and then sleep: the same process.
        Wait.Until(() => File.ReadAllText($"/proc/{process.Id}/comm") == "sleep\n", "ip to become sleep");
        Assert.Equal(_network.Run(Identity), LinkOf($"/proc/{process.Id}/ns/net"));
        process.Kill();
        process.WaitForExit();
    }

    [RootFact]
    public void Interfaces_SpeakNoIPv6_UnlessAsked()
    {
        using var speaking = NetworkNamespace.Create("six", ipv6: true);
        Assert.DoesNotContain("inet6", _network.Ip("address", "show", "dev", "lo"), StringComparison.Ordinal);
        Assert.Contains("inet6", speaking.Ip("address", "show", "dev", "lo"), StringComparison.Ordinal);
    }

    [RootFact]
    public void Dispose_TakesTheNameAway()
    {
        var gone = NetworkNamespace.Create("gone");
        gone.Dispose();
        gone.Dispose();
        Assert.DoesNotContain(gone.Name, Tool.Run("ip", "netns", "list"), StringComparison.Ordinal);
    }

    public void Dispose() => _network.Dispose();

    private static string Identity() => LinkOf("/proc/thread-self/ns/net");

    private static string LinkOf(string path) => File.ResolveLinkTarget(path, returnFinalTarget: false)!.Name;
}
