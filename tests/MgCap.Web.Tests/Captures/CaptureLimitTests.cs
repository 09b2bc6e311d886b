using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>How many captures run at the same time.</summary>
public sealed class CaptureLimitTests
{
    [RootFact]
    public async Task Start_BeyondTheLimit_IsRefused_UntilOneEnds()
    {
        using var lab = CaptureLab.Create("limit", null, null, "--MgCap:Limits:MaxCaptures=2");
        var first = await lab.Api.StartAsync(new { engine = "packet" });
        await lab.Api.StartAsync(new { engine = "packet" });

        var problem = (await lab.Api.TryStartAsync(new { engine = "packet" })).RequireProblem(429, "limit_reached");
        Assert.Contains("--MgCap:Limits:MaxCaptures=4", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(lab.DataDirectory, "captures")).Length);

        await lab.Api.StopAsync(first.Id);
        await lab.Api.StartAsync(new { engine = "packet" });
        (await lab.Api.TryStartAsync(new { engine = "packet" })).RequireProblem(429, "limit_reached");
    }

    /// <summary>A start that is refused for another reason, or a capture that ends by itself, takes no place away.</summary>
    [RootFact]
    public async Task Places_AreGivenBack()
    {
        using var lab = CaptureLab.Create("places", null, null, "--MgCap:Limits:MaxCaptures=1");
        for (var i = 0; i < 3; i++)
        {
            (await lab.Api.TryStartAsync(new { filter = "no filter" })).RequireProblem(422, "filter_invalid");
            (await lab.Api.TryStartAsync(nic: "nope0")).RequireProblem(404, "interface_not_found");
            var ended = await lab.Api.WaitForEndAsync((await lab.Api.StartAsync(new { stop = new { seconds = 0.05 } })).Id);
            Assert.Equal(CaptureState.Stopped, ended.State);
        }
    }

    /// <summary>Many at once: as many as may, and no more.</summary>
    [RootFact]
    public async Task StartsAtTheSameTime_DoNotPassTheLimit()
    {
        using var lab = CaptureLab.Create("rush", null, null, "--MgCap:Limits:MaxCaptures=3");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => lab.Api.TryStartAsync(new { engine = "packet" })));

        Assert.Equal((3, 9), (answers.Count(answer => (int)answer.Status == 201), answers.Count(answer => (int)answer.Status == 429)));
    }
}
