using System.Text;
using System.Text.Json;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>What people may call a capture.</summary>
public sealed class CaptureTextTests(SharedConsole shared) : IClassFixture<SharedConsole>
{
    /// <summary>Nothing that anybody sees.</summary>
    [Theory]
    [InlineData("   ")]
    [InlineData("\u200b")]
    [InlineData("\ufeff")]
    [InlineData("\u00a0\u3000")]
    [InlineData("\u2060\u200d")]
    [InlineData("\u3164")]
    [InlineData("\u2800")]
    [InlineData("\u00ad")]
    [InlineData("\ufe0f")]
    [InlineData("\ue000")]
    public Task Text_ThatNobodySees_IsRefused(string text) => RequireRefusedAsync(text, text);

    /// <summary>What changes the text beside it, or is a command to a terminal.</summary>
    [Theory]
    [InlineData("a\u202eb")]
    [InlineData("a\u2066b\u2069")]
    [InlineData("\u200fa")]
    [InlineData("\u061ca")]
    [InlineData("a\u001b[31mb")]
    [InlineData("a\u0000b")]
    [InlineData("a\u007fb")]
    [InlineData("a\u009bb")]
    [InlineData("a\u2028b")]
    public Task Text_ThatChangesWhatIsBesideIt_IsRefused(string text) => RequireRefusedAsync(text, text);

    [Fact]
    public Task Lines_AreForComments() => RequireRefusedAsync("a\nb\tc", null);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData(" a ")]
    [InlineData("Москва, Über-Test, ΑΘΗΝΑ")]
    [InlineData("日本語\u3000の名前")]
    [InlineData("مرحبا שלום")]
    [InlineData("👩\u200d👩\u200d👧 ❤\ufe0f 🏴\udb40\udc67\udb40\udc7f")]
    [InlineData("नमस्ते क्\u200dष, می\u200cخواهم")]
    [InlineData("e\u0301 \u00a0 <b>\"'&")]
    public async Task OrdinaryText_IsTaken(string text)
    {
        var (start, change) = await SendAsync(text, text);

        start.RequireProblem(404, "interface_not_found");
        change.RequireProblem(404, "capture_not_found");
    }

    private async Task RequireRefusedAsync(string name, string? comment)
    {
        var (start, change) = await SendAsync(name, comment);

        string[] fields = comment is null ? ["name"] : ["name", "comment"];
        start.RequireInvalid(fields);
        change.RequireInvalid(fields);
    }

    private async Task<(Answer Start, Answer Change)> SendAsync(string name, string? comment)
    {
        using var start = Json(new { @interface = "nope0", name, comment });
        using var change = Json(new { name, comment });
        return (await shared.Api.SendAsync(HttpMethod.Post, "/api/captures", start), await shared.Api.SendAsync(HttpMethod.Patch, $"/api/captures/{Guid.NewGuid()}", change));
    }

    private static StringContent Json(object body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
}
