using System.CommandLine;
using MgCap.Capture;
using MgCap.Cli;

var root = new RootCommand("Captures network traffic into PCAP-NG files.")
{
    DumpCommand.Create(),
    InterfacesCommand.Create(),
};
var parsed = root.Parse(Invocation.Arguments(args));
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine($"mgcap: {error.Message}");
    Console.Error.WriteLine("mgcap: try 'mgcap --help' or 'mgcap COMMAND --help'");
    return ExitCode.WrongUsage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (UsageException exception)
{
    Console.Error.WriteLine($"mgcap: {exception.Message}");
    return ExitCode.WrongUsage;
}
catch (Exception exception) when (exception is CaptureRefusedException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"mgcap: {exception.Message}");
    return ExitCode.Failed;
}
