using System.CommandLine;
using MgCap.Capture;
using MgCap.Cli;
using MgCap.Cli.Module;

const string Summary = """
    Captures network traffic into PCAP-NG files, which Wireshark opens.
    Into a file:     mgcap dump -i eth0 -f "tcp port 443" -w web.pcapng
    Into Wireshark:  mgcap dump -i eth0 -w - | wireshark -k -i -
    """;

var root = new RootCommand(Summary)
{
    DumpCommand.Create(),
    InterfacesCommand.Create(),
    HwtstampCommand.Create(),
    GenCommand.Create(),
};
foreach (var command in ModuleCommands.Create())
    root.Add(command);
var parsed = root.Parse(Invocation.Arguments(args));
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"mgcap: {UsageException.Of(parsed).Message}");
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
