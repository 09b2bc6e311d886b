using System.Diagnostics;
using MgCap.Capture.Filtering;
using MgCap.Linux.Libpcap;
using MgCap.Web.Helpers;

namespace MgCap.Web.Filters;

/// <summary>A filter helper that ended, or said what it should not: it is done with, and another one may be tried.</summary>
internal sealed class FilterHelperFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A process that compiles capture filters, one at a time. One that takes too long is killed.</summary>
internal sealed class FilterHelper : IDisposable
{
    /// <summary>Time for a filter, from when a helper has it.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // The program's start takes 150 ms; on a machine that is busy otherwise, longer.
    private static readonly TimeSpan _startPatience = TimeSpan.FromSeconds(20);

    private const int ProcessorSeconds = 120;
    private const long Memory = 2L * 1024 * 1024 * 1024;
    private const int Nice = 5;

    // The runtime has two for each of its assemblies.
    private const int Files = 512;

    private readonly Process _process;
    private readonly ErrorTail _errors;
    private readonly Stopwatch _busy = new();

    private FilterHelper(Process process)
    {
        _process = process;
        _errors = new ErrorTail(process.StandardError.BaseStream);
    }

    /// <summary>Whether its programs look for VLAN tags beside the packet, as a packet socket's must.</summary>
    internal bool HasSocketCompiler { get; private set; }

    /// <summary>Whether the kernel would soon end it for the processor time that it has used.</summary>
    internal bool IsWorn => _busy.Elapsed.TotalSeconds > ProcessorSeconds / 2;

    /// <summary>Starts a helper, and waits until it can be asked.</summary>
    /// <exception cref="FilterHelperFailedException">It does not start.</exception>
    internal static async Task<FilterHelper> StartAsync(bool resolveNames)
    {
        FilterHelper? helper = null;
        try
        {
            helper = new FilterHelper(await Task.Run(() => HelperSandbox.Start(Program(resolveNames))));
            using var timer = new Timer(_ => helper.Kill(), null, _startPatience, Timeout.InfiniteTimeSpan);
            var hello = new byte[FilterProtocol.HelloLength];
            await helper._process.StandardOutput.BaseStream.ReadExactlyAsync(hello);
            helper.HasSocketCompiler = FilterProtocol.ReadHello(hello) ?? throw new FilterHelperFailedException("it said what no filter helper says");
            return helper;
        }
        catch (Exception exception) when (exception is IOException or FilterHelperFailedException)
        {
            var why = helper?._errors.LastLine ?? exception.Message;
            helper?.Dispose();
            throw new FilterHelperFailedException($"the filter compiler can't be started: {why}", exception);
        }
    }

    /// <summary>Compiles a filter.</summary>
    /// <exception cref="FilterTooSlowException">It took too long; the helper is killed.</exception>
    /// <exception cref="OperationCanceledException">The helper is killed.</exception>
    /// <exception cref="FilterHelperFailedException">The helper ended, did not run, or gave no answer; it is killed.</exception>
    internal async Task<FilterAnswer> CompileAsync(FilterSource source, CancellationToken cancellation)
    {
        var late = false;
        var stopped = false;
        _busy.Start();
        try
        {
            using var timer = new Timer(
                _ =>
                {
                    stopped = IsStopped();
                    late = true;
                    Kill();
                },
                null,
                Patience,
                Timeout.InfiniteTimeSpan);
            using var ended = cancellation.Register(Kill);
            await _process.StandardInput.BaseStream.WriteAsync(FilterProtocol.Question(source), CancellationToken.None);
            await _process.StandardInput.BaseStream.FlushAsync(CancellationToken.None);
            var head = new byte[FilterProtocol.AnswerHeadLength];
            await _process.StandardOutput.BaseStream.ReadExactlyAsync(head, CancellationToken.None);
            var content = new byte[FilterProtocol.ContentLength(head) ?? throw Failed("gave no answer")];
            await _process.StandardOutput.BaseStream.ReadExactlyAsync(content, CancellationToken.None);
            var answer = FilterProtocol.Answer(head, content);
            return answer.Program is null || FilterInterpreter.IsValid(answer.Program) ? answer : throw Failed("gave a program that is none");
        }
        catch (IOException exception)
        {
            cancellation.ThrowIfCancellationRequested();
            if (late && !stopped)
                throw new FilterTooSlowException($"the filter takes longer than {Patience.TotalSeconds:0} s to compile; shorten it, or use net and portrange");
            throw Failed("ended", exception);
        }
        finally
        {
            _busy.Stop();
        }
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static HelperProgram Program(bool resolveNames)
    {
        var console = Path.Combine(AppContext.BaseDirectory, "MgCap.Web");
        string[] command = File.Exists(console) ? [console] : [HelperSandbox.Find("dotnet") ?? "dotnet", $"{console}.dll"];
        return new HelperProgram(command[0], [.. command[1..], FilterHelperProgram.Argument, .. resolveNames ? (string[])[FilterHelperProgram.WithNames] : []])
        {
            ConfinesItself = true,
            Memory = Memory,
            ProcessorSeconds = ProcessorSeconds,
            Nice = Nice,
            Files = Files,
            Variables = Variables(),
        };
    }

    /// <summary>The runtime's, so that it needs little memory, writes no file and opens no socket.</summary>
    private static Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>
        {
            ["DOTNET_GCHeapHardLimit"] = "0x8000000",
            ["DOTNET_gcConcurrent"] = "0",
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_EnableWriteXorExecute"] = "0",
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        foreach (var name in (string[])["DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64", "DOTNET_BUNDLE_EXTRACT_BASE_DIR"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                variables[name] = value;
        }

        return variables;
    }

    /// <summary>Whether a signal has stopped the process (SIGSTOP): then it is not the filter that takes long.</summary>
    private bool IsStopped()
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is 'T' or 't';
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return false;
        }
    }

    private FilterHelperFailedException Failed(string how, Exception? inner = null)
    {
        Kill();
        return new FilterHelperFailedException($"the filter compiler {how}", inner);
    }

    /// <summary>Ends the process; a caller that waits for its answer gets none.</summary>
    internal void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}
