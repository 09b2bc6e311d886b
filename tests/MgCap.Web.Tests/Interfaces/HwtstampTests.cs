using System.Text;
using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Interfaces;

/// <summary>Hardware time stamping by the API, of devices that have none; tests/kmod has one that does.</summary>
public sealed class HwtstampTests(SharedLab shared) : IClassFixture<SharedLab>
{
    private const string OfCable = "/api/interfaces/cap0/hwtstamp";

    [RootFact]
    public async Task State_OfDeviceWithout_IsThatOfTheInterface()
    {
        var state = (await shared.Lab.Api.GetAsync(OfCable)).Json;
        Assert.Equal(
            ["supported", "enabled", "rxFilter", "txType", "phcIndex", "rxFilters", "txTypes"], state.EnumerateObject().Select(field => field.Name));
        Assert.Equal(
            (false, false, "none", "off", -1),
            (state.GetProperty("supported").GetBoolean(), state.GetProperty("enabled").GetBoolean(), state.GetProperty("rxFilter").GetString(),
                state.GetProperty("txType").GetString(), state.GetProperty("phcIndex").GetInt32()));
        var found = (await shared.Lab.Api.GetAsync("/api/interfaces/cap0")).Json;
        Assert.Equal(state.GetRawText(), found.GetProperty("hwtstamp").GetRawText());
    }

    [RootTheory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Switch_OfDeviceWithout_IsRefusedWithWhatItCanDo(string enabled)
    {
        var problem = (await PutAsync(OfCable, $$"""{"enabled":{{enabled}}}""")).RequireProblem(422, "hwtstamp_unsupported");
        AssertSaysWhatItCanDo(problem);
    }

    [RootFact]
    public async Task Capture_OfDeviceWithout_IsRefusedWithWhatItCanDo()
    {
        var answer = await shared.Lab.Api.TryStartAsync(new { hwtstamp = true, engine = "packet" });
        AssertSaysWhatItCanDo(answer.RequireProblem(422, "hwtstamp_unsupported"));
    }

    [RootFact]
    public async Task UnknownInterface_IsNotFound()
    {
        (await shared.Lab.Api.GetAsync("/api/interfaces/nope0/hwtstamp")).RequireProblem(404, "interface_not_found");
        (await PutAsync("/api/interfaces/nope0/hwtstamp", """{"enabled":true}""")).RequireProblem(404, "interface_not_found");
    }

    [RootTheory]
    [InlineData("""{}""", "enabled")]
    [InlineData("""{"enabled":null}""", "enabled")]
    [InlineData("""{"enabled":1}""", "enabled")]
    [InlineData("""{"enabled":true,"rxFilter":"all"}""", "rxFilter")]
    public async Task BodyWithMistake_NamesTheField(string body, string field) => (await PutAsync(OfCable, body)).RequireInvalid(field);

    private static void AssertSaysWhatItCanDo(JsonElement problem) => Assert.Matches(
        @"its device \(driver veth\) can't stamp every received packet \(it can stamp of received packets: .+; of sent ones: .+; its clock: none\)",
        problem.GetProperty("detail").GetString());

    private async Task<Answer> PutAsync(string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        return await shared.Lab.Api.SendAsync(HttpMethod.Put, path, body);
    }
}
