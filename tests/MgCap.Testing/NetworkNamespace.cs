using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace MgCap.Testing;

/// <summary>
/// A network of its own (ip-netns(8)): its loopback is up, and nobody else is in it. Owns the namespace;
/// what still runs inside when it is disposed keeps it alive, nameless.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private static int _count;

    private NetworkNamespace(string name)
    {
        Name = name;
    }

    /// <summary>Its name, as ip-netns(8) knows it.</summary>
    public string Name { get; }

    /// <summary>Makes a namespace. Needs root.</summary>
    /// <param name="hint">A word that tells people whose it is.</param>
    /// <param name="ipv6">Whether its interfaces may speak IPv6, and so send router solicitations and listener reports.</param>
    public static NetworkNamespace Create(string hint, bool ipv6 = false)
    {
        var name = $"mgcap-{hint}-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        Tool.Run("ip", "netns", "add", name);
        var made = new NetworkNamespace(name);
        try
        {
            if (!ipv6)
                made.Run(() => SilenceIPv6());
            Tool.Run("ip", "-n", name, "link", "set", "lo", "up");
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>What stands before a command line to run it inside.</summary>
    public string[] Command(params string[] command) => ["ip", "netns", "exec", Name, .. command];

    /// <summary>Runs a program inside, to its end, and returns what it wrote to standard output.</summary>
    /// <exception cref="ToolException">With its standard error, when its exit code is not 0.</exception>
    public string Exec(string program, params string[] arguments) => Tool.Run("ip", ["netns", "exec", Name, program, .. arguments]);

    /// <summary>Runs ip(8) on the namespace's interfaces; without a program inside it is faster.</summary>
    public string Ip(params string[] arguments) => Tool.Run("ip", ["-n", Name, .. arguments]);

    /// <summary>
    /// Starts a program inside; it is the caller's to end. ip(8) replaces itself by the program, so the process id is the program's.
    /// </summary>
    /// <param name="start">The program with its ArgumentList; not its Arguments.</param>
    public Process Start(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        string[] command = Command([start.FileName, .. start.ArgumentList]);
        start.FileName = command[0];
        start.ArgumentList.Clear();
        foreach (var argument in command[1..])
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new ToolException($"{start.FileName} did not start");
    }

    /// <summary>
    /// Runs code on a thread of its own that has entered the namespace, as have the threads that it makes with new Thread.
    /// Tasks run on the pool's threads, which have not; and /sys/class/net still shows the interfaces outside (/proc/thread-self/net is right).
    /// </summary>
    public T Run<T>(Func<T> inside)
    {
        ArgumentNullException.ThrowIfNull(inside);
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                result = inside();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        { Name = Name, IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action inside)
    {
        ArgumentNullException.ThrowIfNull(inside);
        Run(() =>
        {
            inside();
            return true;
        });
    }

    /// <summary>The number that an interface has in here.</summary>
    public int IndexOf(string interfaceName)
    {
        var index = Run(() => (int)Native.if_nametoindex(interfaceName));
        return index > 0 ? index : throw new ArgumentException($"{Name} has no interface {interfaceName}", nameof(interfaceName));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (File.Exists(NamePath))
            Tool.Run("ip", "netns", "delete", Name);
    }

    private string NamePath => Path.Combine("/run/netns", Name);

    private void Enter()
    {
        using var file = File.OpenHandle(NamePath);
        Native.Check(Native.setns(file, Native.CloneNewNet), $"enter network namespace {Name}");
    }

    private static void SilenceIPv6()
    {
        // A kernel without IPv6 has no such file, and no noise.
        foreach (var scope in (string[])["all", "default"])
        {
            var path = $"/proc/sys/net/ipv6/conf/{scope}/disable_ipv6";
            if (File.Exists(path))
                File.WriteAllText(path, "1");
        }
    }
}
