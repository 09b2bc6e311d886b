using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Catalogue;

/// <summary>Names are found whatever the case and the normalization of their letters, as the page's own search finds them.</summary>
public sealed class SearchTextTests
{
    [Fact]
    public async Task Search_FindsNamesInEveryScriptAndCase()
    {
        using var capture = StoredCapture.Of(KnownFrames.Udp(1));
        // The page's tests read the same list.
        var list = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "wwwroot", "support", "folded.json"))).RootElement;
        var wrong = new List<string>();
        foreach (var row in list.EnumerateArray())
        {
            var (name, text, found) = (row[0].GetString()!, row[1].GetString()!, row[2].GetBoolean());
            await capture.Api.PatchAsync(capture.Id, JsonSerializer.Serialize(new { name }));
            if ((await capture.Api.ListAsync($"?text={Uri.EscapeDataString(text)}")).Total != (found ? 1 : 0))
                wrong.Add($"\"{text}\" {(found ? "does not find" : "finds")} \"{name}\"");
        }

        Assert.Equal([], wrong);
    }
}
