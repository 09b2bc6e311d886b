using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Module;

/// <summary>
/// What can be said of <c>mgcap start | stop | set | show</c> without the module: the exit code, and one line on standard error.
/// The rest is in tests/kmod, in kernels that have it.
/// </summary>
public sealed class ModuleCommandsTests
{
    private const string NotLoaded = "The kernel module mgcap is not loaded: modprobe mgcap, or insmod mgcap.ko (docs/kmod.md).";

    [Theory]
    [InlineData("dev is missing. Try 'mgcap start --help'.", "start")]
    [InlineData("dev lacks its value. Try 'mgcap start --help'.", "start", "dev")]
    [InlineData("dev is given twice. Try 'mgcap start --help'.", "start", "dev", "lo", "dev", "lo")]
    [InlineData("dev is given twice. Try 'mgcap stop --help'.", "stop", "lo", "dev", "lo")]
    [InlineData("'speed' is none of dev, mode, snaplen, slots, filter. Try 'mgcap start --help'.", "start", "dev", "lo", "speed", "1")]
    [InlineData("'mode' is none of dev. Try 'mgcap stop --help'.", "stop", "dev", "lo", "mode", "drop")]
    [InlineData("'--bogus' is none of dev. Try 'mgcap show --help'.", "show", "--bogus")]
    [InlineData("mode is mirror or drop, not 'both'. Try 'mgcap start --help'.", "start", "dev", "lo", "mode", "both")]
    [InlineData("mode is missing. Try 'mgcap set --help'.", "set", "dev", "lo")]
    [InlineData("mode is mirror or drop, not 'Drop'. Try 'mgcap set --help'.", "set", "dev", "lo", "mode", "Drop")]
    [InlineData("snaplen is a whole number from 14 to 262144, not '13'. Try 'mgcap start --help'.", "start", "dev", "lo", "snaplen", "13")]
    [InlineData("snaplen is a whole number from 14 to 262144, not '-1'. Try 'mgcap start --help'.", "start", "dev", "lo", "snaplen", "-1")]
    [InlineData("slots is a whole number from 64 to 4194304, not '32'. Try 'mgcap start --help'.", "start", "dev", "lo", "slots", "32")]
    [InlineData("slots is a power of two, not '100'. Try 'mgcap start --help'.", "start", "dev", "lo", "slots", "100")]
    public void WrongUsage_IsTold(string expected, params string[] arguments)
    {
        var outcome = Mgcap.Run(null, arguments);
        Assert.Equal((2, $"mgcap: {expected}\n", ""), (outcome.ExitCode, outcome.Errors, outcome.Output));
    }

    [ModuleAbsentTheory]
    [InlineData("There is no interface nosuch. 'mgcap interfaces' lists them.", "start", "dev", "nosuch")]
    [InlineData("There is no interface nosuch. 'mgcap interfaces' lists them.", "show", "nosuch")]
    [InlineData(NotLoaded, "start", "dev", "lo")]
    [InlineData(NotLoaded, "start", "lo", "mode", "mirror", "snaplen", "128", "slots", "64")]
    [InlineData(NotLoaded, "stop", "dev", "lo")]
    [InlineData(NotLoaded, "set", "dev", "lo", "mode", "mirror")]
    [InlineData(NotLoaded, "set", "mode", "drop", "dev", "lo", "--force")]
    [InlineData(NotLoaded, "show")]
    [InlineData(NotLoaded, "show", "--json")]
    public void Refusal_IsTold(string expected, params string[] arguments)
    {
        var outcome = Mgcap.Run(null, arguments);
        Assert.Equal((1, $"mgcap: {expected}\n", ""), (outcome.ExitCode, outcome.Errors, outcome.Output));
    }
}

/// <summary>Drop mode asked of the module is guarded as the engines' is, before the module is asked.</summary>
public sealed class ModuleDropTests : DumpTest
{
    [RootTheory]
    [InlineData("start", "dev", "cap0", "mode", "drop")]
    [InlineData("set", "dev", "cap0", "mode", "drop")]
    public void DefaultRoute_IsNotCutOff(params string[] arguments)
    {
        Inside.Ip("route", "add", "default", "dev", "cap0");
        var outcome = Mgcap.Run(Inside, arguments);
        Assert.Equal(
            (1, "mgcap: The interface cap0 carries this host's default route: drop mode would cut it off. "
                + "Use mirror mode or another interface, or give --force to drop anyway.\n"),
            (outcome.ExitCode, outcome.Errors));
    }
}

/// <summary>A theory about a machine on which the module is not loaded.</summary>
internal sealed class ModuleAbsentTheoryAttribute : TheoryAttribute
{
    public ModuleAbsentTheoryAttribute()
    {
        if (Directory.Exists(MgCap.Linux.Kmod.CaptureModule.LoadedMark))
            Skip = "the kernel module mgcap is loaded here";
    }
}
