using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>Bodies of POST /api/captures that are refused, and how.</summary>
public sealed class CaptureRefusalTests(SharedLab shared) : IClassFixture<SharedLab>
{
    private ConsoleApi Api => shared.Lab.Api;

    public static TheoryData<string, string> InvalidBodies { get; } = new()
    {
        { """{}""", "interface" },
        { """{"interface":null}""", "interface" },
        { """{"interface":""}""", "interface" },
        { $$"""{"interface":"{{new string('x', 300)}}"}""", "interface" },
        { """{"interface":"sixteen letters-"}""", "interface" },
        { """{"interface":"cap0/rx0"}""", "interface" },
        { """{"interface":"../etc/passwd"}""", "interface" },
        { """{"interface":".."}""", "interface" },
        { """{"interface":"cap0\n"}""", "interface" },
        { """{"interface":"cap\u00000"}""", "interface" },
        { """{"interface":"cap 0"}""", "interface" },
        { """{"interface":7}""", "interface" },
        { """{"interface":["cap0"]}""", "interface" },
        { """{"interfaces":null}""", "interface" },
        { """{"interfaces":[]}""", "interface" },
        { """{"interfaces":[null]}""", "interface" },
        { """{"interfaces":["cap0",null]}""", "interfaces[1]" },
        { """{"interfaces":["cap0","cap0"]}""", "interfaces[1]" },
        { """{"interfaces":["cap0","a b"]}""", "interfaces[1]" },
        { """{"interfaces":"cap0"}""", "interfaces" },
        { """{"interface":"cap0","interfaces":["cap1"]}""", "interfaces" },
        { """{"interfaces":["cap0","cap1"],"hwtstamp":true}""", "hwtstamp" },
        { """{"interfaces":["a","b","c","d","e","f","g","h","i","j","k","l","m","n","o","p","q"]}""", "interfaces" },
        { """{"interface":"cap0","kind":"recorder","triggers":[null]}""", "triggers[0]" },
        { """{"interface":"cap0","snaplen":0}""", "snaplen" },
        { """{"interface":"cap0","snaplen":13}""", "snaplen" },
        { """{"interface":"cap0","snaplen":262145}""", "snaplen" },
        { """{"interface":"cap0","snaplen":-96}""", "snaplen" },
        { """{"interface":"cap0","snaplen":99999999999999}""", "snaplen" },
        { """{"interface":"cap0","snaplen":"96"}""", "snaplen" },
        { """{"interface":"cap0","snaplen":1.5}""", "snaplen" },
        { """{"interface":"cap0","engine":"fast"}""", "engine" },
        { """{"interface":"cap0","engine":1}""", "engine" },
        { """{"interface":"cap0","mode":"copy"}""", "mode" },
        { """{"interface":"cap0","mode":0}""", "mode" },
        { """{"interface":"cap0","direction":"sideways"}""", "direction" },
        { """{"interface":"cap0","promiscuous":"yes"}""", "promiscuous" },
        { """{"interface":"cap0","hwtstamp":1}""", "hwtstamp" },
        { """{"interface":"cap0","colour":"red"}""", "colour" },
        { """{"interface":"cap0","Snaplen":96}""", "Snaplen" },
        { """{"interface":"cap0","snaplen":96,"snaplen":97}""", "snaplen" },
        { """{"interface":"cap0","stop":{"packet":1}}""", "stop.packet" },
        { """{"interface":"cap0","stop":{"packets":-1}}""", "stop.packets" },
        { """{"interface":"cap0","stop":{"packets":1.5}}""", "stop.packets" },
        { """{"interface":"cap0","stop":{"packets":"1"}}""", "stop.packets" },
        { """{"interface":"cap0","stop":{"packets":9223372036854775808}}""", "stop.packets" },
        { """{"interface":"cap0","stop":{"bytes":-1}}""", "stop.bytes" },
        { """{"interface":"cap0","stop":{"seconds":-0.5}}""", "stop.seconds" },
        { """{"interface":"cap0","stop":{"seconds":1e300}}""", "stop.seconds" },
        { """{"interface":"cap0","stop":{"seconds":"NaN"}}""", "stop.seconds" },
        { """{"interface":"cap0","stop":5}""", "stop" },
        { """{"interface":"cap0","rotate":{"size":1}}""", "rotate.size" },
        { """{"interface":"cap0","rotate":{"bytes":1}}""", "rotate.bytes" },
        { """{"interface":"cap0","rotate":{"bytes":65535,"files":2}}""", "rotate.bytes" },
        { """{"interface":"cap0","rotate":{"bytes":-1}}""", "rotate.bytes" },
        { """{"interface":"cap0","rotate":{"seconds":0.05}}""", "rotate.seconds" },
        { """{"interface":"cap0","rotate":{"seconds":1e300}}""", "rotate.seconds" },
        { """{"interface":"cap0","rotate":{"packets":-1}}""", "rotate.packets" },
        { """{"interface":"cap0","rotate":{"packets":1.5}}""", "rotate.packets" },
        { """{"interface":"cap0","rotate":{"packets":10,"files":0}}""", "rotate.files" },
        { """{"interface":"cap0","rotate":{"packets":10,"files":100001}}""", "rotate.files" },
        { """{"interface":"cap0","rotate":{"files":3}}""", "rotate" },
        { """{"interface":"cap0","rotate":{"packets":10,"align":true}}""", "rotate.align" },
        { """{"interface":"cap0","rotate":[]}""", "rotate" },
        { $$"""{"interface":"cap0","name":"{{new string('n', 201)}}"}""", "name" },
        { """{"interface":"cap0","name":"a\tb"}""", "name" },
        { $$"""{"interface":"cap0","comment":"{{new string('c', 10_001)}}"}""", "comment" },
        { """{"interface":"cap0","comment":"a\u0000b"}""", "comment" },
        { $$"""{"interface":"cap0","filter":"{{new string('(', 100_000)}}"}""", "filter" },
        { """{"interface":"cap0","filter":"tcp\u0000"}""", "filter" },
        { """{"interface":"cap0","filter":5}""", "filter" },
        { "", "body" },
        { "{", "body" },
        { "[]", "body" },
        { "null", "body" },
        { "\"cap0\"", "body" },
        { "interface=cap0", "body" },
        { """{"interface":"cap0"} {}""", "body" },
        { """{"interface":"cap0",}""", "body" },
        { """{"interface":"cap0" /* the port */}""", "body" },
        { $"{string.Concat(Enumerable.Repeat("{\"stop\":", 200))}1{new string('}', 200)}", "stop.stop" },
    };

    [RootTheory]
    [MemberData(nameof(InvalidBodies))]
    public async Task Start_WithInvalidBody_NamesTheField(string body, string field)
    {
        var answer = await Api.PostAsync("/api/captures", body);

        answer.RequireInvalid(field);
    }

    [RootTheory]
    [InlineData("""{"interface":"nope0"}""", 404, "interface_not_found")]
    [InlineData("""{"interface":"cap0","filter":"tcp port"}""", 422, "filter_invalid")]
    [InlineData("""{"interface":"cap0","filter":"no such host name.invalid"}""", 422, "filter_invalid")]
    [InlineData("""{"interface":"cap0","engine":"kmod"}""", 422, "engine_unavailable")]
    [InlineData("""{"interface":"cap0","mode":"drop","engine":"packet"}""", 422, "engine_unavailable")]
    [InlineData("""{"interface":"cap0","hwtstamp":true}""", 422, "hwtstamp_unsupported")]
    public async Task Start_OfWhatCannotBe_IsRefusedWithItsCode(string body, int status, string code)
    {
        var before = Directory.GetDirectories(Path.Combine(shared.Lab.DataDirectory, "captures"));

        var answer = await Api.PostAsync("/api/captures", body);

        Assert.NotEqual("", answer.RequireProblem(status, code).GetProperty("detail").GetString());
        Assert.Equal(before, Directory.GetDirectories(Path.Combine(shared.Lab.DataDirectory, "captures")));
    }

    /// <summary>What only the machine shows: that a name is another one's alternative name.</summary>
    [RootFact]
    public async Task Start_WithOneInterfaceByTwoNames_NamesTheField()
    {
        shared.Lab.Cable.CaptureSide.Ip("link", "property", "add", "dev", "cap0", "altname", "uplink");

        var answer = await Api.PostAsync("/api/captures", """{"interfaces":["cap0","uplink"]}""");

        answer.RequireInvalid("interfaces");
        Assert.Contains("cap0 is among the interfaces twice", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [RootFact]
    public async Task Start_WithSeveralMistakes_NamesThemAll()
    {
        var answer = await Api.PostAsync("/api/captures", """{"interface":"a/b","snaplen":1,"stop":{"packets":-1,"seconds":-1}}""");

        answer.RequireInvalid("interface", "snaplen", "stop.packets", "stop.seconds");
    }

    [RootFact]
    public async Task Start_WithFilterThatIsNone_GivesLibpcapsMessage()
    {
        var answer = await Api.TryStartAsync(new { filter = "tcp prot 80" });

        Assert.Contains("syntax error", answer.RequireProblem(422, "filter_invalid").GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [RootFact]
    public async Task Start_WithTextThatIsNotUtf8_IsRefused()
    {
        using var body = new ByteArrayContent([.. "{\"interface\":\"cap0\",\"name\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        body.Headers.ContentType = new("application/json");

        var answer = await Api.SendAsync(HttpMethod.Post, "/api/captures", body);

        answer.RequireProblem(400, "invalid_request");
    }

    [RootTheory]
    [InlineData("""{"interface":"cap0","name":"\ud800"}""")]
    [InlineData("""{"interface":"cap0","comment":"\udc00x"}""")]
    [InlineData("""{"interface":"cap\ud800"}""")]
    [InlineData("""{"interface":"cap0","filter":"\ud800"}""")]
    public async Task Start_WithHalfACharacter_IsRefused(string body)
    {
        var answer = await Api.PostAsync("/api/captures", body);

        answer.RequireProblem(400, "invalid_request");
    }

    [RootTheory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    [InlineData(null)]
    public async Task Start_WithOtherContentType_IsRefused(string? type)
    {
        using var body = new StringContent("""{"interface":"cap0"}""");
        body.Headers.ContentType = type is null ? null : new(type);

        var answer = await Api.SendAsync(HttpMethod.Post, "/api/captures", body);

        answer.RequireProblem(415, "unsupported_media_type");
    }
}
