using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Interfaces;

/// <summary>Alternative names are taken where names are, and answered with the name.</summary>
public sealed class AltNameTests
{
    [RootFact]
    public async Task AltName_IsTakenAndAnsweredWithTheName()
    {
        var alternative = new string('u', 100);
        using var lab = CaptureLab.Create("altname");
        lab.Cable.CaptureSide.Ip("link", "property", "add", "dev", "cap0", "altname", alternative);

        var found = (await lab.Api.GetAsync($"/api/interfaces/{alternative}")).Json;
        Assert.Equal(("cap0", alternative), (found.GetProperty("name").GetString(), Assert.Single(found.GetProperty("altNames").EnumerateArray()).GetString()));
        Assert.False((await lab.Api.GetAsync($"/api/interfaces/{alternative}/hwtstamp")).Json.GetProperty("supported").GetBoolean());
        var started = await lab.Api.StartAsync(nic: alternative);
        var stopped = await lab.Api.StopAsync(started.Id);
        Assert.Equal(("cap0", "cap0"), (started.Interface, stopped.Interface));
        Assert.All(stopped.Files, file => Assert.Contains("cap0", file.Name, StringComparison.Ordinal));
        (await lab.Api.TryStartAsync(nic: new string('v', 100))).RequireProblem(404, "interface_not_found");
        (await lab.Api.TryStartAsync(nic: new string('v', 128))).RequireInvalid("interface");
    }
}
