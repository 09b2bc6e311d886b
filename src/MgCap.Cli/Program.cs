using System.CommandLine;
using MgCap.Capture;
using MgCap.Cli;
using MgCap.Cli.Module;
using MgCap.Cli.Remote;
using MgCap.Linux;

Streams.Install();

const string Summary = """
    Captures network traffic into PCAP-NG files, which Wireshark opens.
    Into a file:     mgcap dump -i eth0 -f "tcp port 443" -w web.pcapng
    Into Wireshark:  mgcap dump -i eth0 -w - | wireshark -k -i -
    """;

var dump = DumpCommand.Create();
var root = new RootCommand(Summary)
{
    dump,
    RecordCommand.Create(),
    InterfacesCommand.Create(),
    HwtstampCommand.Create(),
    GenCommand.Create(),
    OpenCommand.Create(),
    TokenCommand.Create(),
};
foreach (var command in ModuleCommands.Create())
    root.Add(command);
try
{
    var arguments = Invocation.Arguments(args);
    if (arguments is ["dump", .. var rest])
        ForeignOptions.Refuse(dump, rest);
    // A name that begins with @ is a name.
    var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
    if (parsed.Errors.Count > 0)
        throw UsageException.Of(parsed);
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (UsageException exception)
{
    Console.Error.WriteLine($"mgcap: {VisibleText.Of(exception.Message)}");
    return ExitCode.WrongUsage;
}
catch (Exception exception) when (exception is CaptureRefusedException or IOException or UnauthorizedAccessException)
{
    // A log of the kernel has lines of its own; everything else is one.
    var message = exception is LinuxException { Details: { } details } && details.Contains('\n') ? exception.Message : VisibleText.Of(exception.Message);
    Console.Error.WriteLine($"mgcap: {message}");
    return ExitCode.Failed;
}
