using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

/// <summary>What -w names: nothing that is there is destroyed but by a capture that has begun, and nothing of others is written to.</summary>
public sealed class OutputFileTests : DumpTest
{
    private const string Other = "65534";

    [RootFact]
    public void SecondCapture_OfOneFile_IsRefused()
    {
        using var first = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "-c", "6");
        var second = Mgcap.RunCommand(Inside, Folder, BuiltPrograms.CommandLine, "dump", "cap0", "--engine", "packet", "-w", FilePath);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("another program is writing to it; give another name", Assert.Single(second.ErrorLines), StringComparison.Ordinal);
        SendAll();
        Assert.Equal(0, first.WaitForExit().ExitCode);
        Assert.Equal(Expected(), FramesOf(FilePath));
    }

    [RootFact]
    public void CapturesWithoutAName_HaveFilesOfTheirOwn()
    {
        using (var first = Mgcap.StartCommand(Inside, Folder, BuiltPrograms.CommandLine, "dump", "/dev/mgcap/cap0", "-c", "6"))
        {
            first.WaitForStart();
            using var second = Mgcap.StartCommand(Inside, Folder, BuiltPrograms.CommandLine, "dump", "cap0", "--engine", "packet", "-c", "6");
            second.WaitForStart();
            SendAll();
            Assert.Equal((0, 0), (first.WaitForExit().ExitCode, second.WaitForExit().ExitCode));
        }

        Assert.Equal(["output-2.pcapng", "output.pcapng"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Expected(), FramesOf(Path.Combine(Folder, "output.pcapng")));
        Assert.Equal(Expected(), FramesOf(Path.Combine(Folder, "output-2.pcapng")));
    }

    [RootTheory]
    [InlineData("-f", "tcp prt 1")]
    [InlineData("--engine", "kmod")]
    [InlineData("-i", "nosuch")]
    public void RefusedCapture_LeavesTheFileAsItWas(params string[] arguments)
    {
        File.WriteAllText(FilePath, "what was there");
        string[] command = [BuiltPrograms.CommandLine, "dump", .. arguments.Contains("-i") ? (string[])[] : ["cap0"], "-w", FilePath, .. arguments];
        Assert.Equal(1, Mgcap.RunCommand(Inside, Folder, command).ExitCode);
        Assert.Equal("what was there", File.ReadAllText(FilePath));
    }

    [RootFact]
    public void FinishedFile_IsReplaced()
    {
        File.WriteAllText(FilePath, new string('x', 100_000));
        using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "-c", "6");
        SendAll();
        Assert.Equal(0, run.WaitForExit().ExitCode);
        Assert.Equal(Expected(), FramesOf(FilePath));
    }

    [RootFact]
    public void NewFile_IsForItsOwner()
    {
        Assert.Equal(0, Mgcap.RunCommand(Inside, Folder, "sh", "-c", $"umask 0; exec {BuiltPrograms.CommandLine} dump cap0 -w {FilePath} -a seconds:0.1").ExitCode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [RootFact]
    public void OwnLink_IsFollowed_AlsoWhereItsTargetIsToBeMade()
    {
        var target = Path.Combine(Folder, "target.pcapng");
        File.CreateSymbolicLink(FilePath, "target.pcapng");
        Assert.Equal(0, Mgcap.RunCommand(Inside, Folder, BuiltPrograms.CommandLine, "dump", "cap0", "-w", FilePath, "-a", "seconds:0.1").ExitCode);
        ReferenceTools.Tcpdump("-nr", target);
        Assert.NotNull(new FileInfo(FilePath).LinkTarget);
    }

    /// <summary>As with fs.protected_symlinks and fs.protected_regular, whether they are on or not.</summary>
    [RootTheory]
    [InlineData("ln -s {0}/victim {1}/name", "is a link of another user in a folder that everybody may write to")]
    [InlineData("touch {1}/name", "it belongs to another user, in a folder that everybody may write to")]
    [InlineData("mkfifo {1}/name", "it belongs to another user, in a folder that everybody may write to")]
    public void WhatOthersPutIntoASharedFolder_IsNotWrittenTo(string made, string problem)
    {
        var shared = Path.Combine(Folder, "shared");
        Tool.Run("mkdir", "-m", "1777", shared);
        File.WriteAllText(Path.Combine(Folder, "victim"), "root's");
        Tool.Run("chmod", "755", Folder);
        Tool.Run("setpriv", $"--reuid={Other}", $"--regid={Other}", "--clear-groups", "sh", "-c", string.Format(System.Globalization.CultureInfo.InvariantCulture, made, Folder, shared));
        using var reader = made.Contains("fifo", StringComparison.Ordinal) ? Mgcap.StartCommand(null, Folder, "cat", Path.Combine(shared, "name")) : null;
        var outcome = Mgcap.RunCommand(Inside, Folder, BuiltPrograms.CommandLine, "dump", "cap0", "-w", Path.Combine(shared, "name"), "-a", "seconds:0.1");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(problem, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        Assert.Equal("root's", File.ReadAllText(Path.Combine(Folder, "victim")));
    }

    [RootTheory]
    [InlineData("/dev/null", 0)]
    [InlineData("/dev/stdout", 0)]
    [InlineData("/proc/self/fd/1", 0)]
    [InlineData("/", 1)]
    [InlineData("none/", 1)]
    public void OddNames_WorkOrFailInALine(string name, int exitCode)
    {
        var outcome = Mgcap.RunCommand(Inside, Folder, "sh", "-c", $"exec {BuiltPrograms.CommandLine} dump cap0 -w {name} -a seconds:0.1 > {FilePath}");
        Assert.Equal((exitCode, exitCode == 0 ? 0 : 1), (outcome.ExitCode, outcome.ErrorLines.Count(line => line.StartsWith("mgcap: ", StringComparison.Ordinal))));
        if (name.Contains("std", StringComparison.Ordinal) || name.StartsWith("/proc", StringComparison.Ordinal))
            ReferenceTools.Tcpdump("-nr", FilePath);
    }

    [RootFact]
    public void NameTooLong_IsALine()
    {
        var outcome = Mgcap.RunCommand(Inside, Folder, BuiltPrograms.CommandLine, "dump", "cap0", "-w", new string('n', 300));
        Assert.Equal(1, outcome.ExitCode);
        Assert.EndsWith("File name too long (ENAMETOOLONG)", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    /// <summary>Interfaces whose names look like options or like response files.</summary>
    [RootTheory]
    [InlineData("-x", "-i", "-x")]
    [InlineData("-x", "-i=-x")]
    [InlineData("-x", "--interface=-x")]
    [InlineData("-x", "--", "-x")]
    [InlineData("-x", "/dev/mgcap/-x")]
    [InlineData("@x", "-i", "@x")]
    [InlineData("@x", "@x")]
    public void OddInterface_IsCaptured(string name, params string[] arguments)
    {
        Inside.Ip("link", "add", "name", name, "type", "veth", "peer", "name", "peer0");
        Inside.Ip("link", "set", "dev", name, "up");
        string[] options = ["-w", FilePath, "-a", "seconds:0.1"];
        var outcome = Mgcap.RunCommand(Inside, Folder, [BuiltPrograms.CommandLine, "dump", .. arguments is ["--", ..] ? [.. options, .. arguments] : (string[])[.. arguments, .. options]]);
        Assert.Equal((0, true), (outcome.ExitCode, outcome.Errors.StartsWith($"Capturing on {name} ", StringComparison.Ordinal)));
    }
}
