using Microsoft.Playwright;

namespace MgCap.E2E.Tests;

/// <summary>That the other stories pass means something only if trouble in a page does fail them.</summary>
[Collection(nameof(BrowserStage))]
public sealed class PageWatchTests(BrowserStage stage)
{
    // RFC 5737: nobody has this address.
    private const string Elsewhere = "http://192.0.2.1/";

    private const string Trouble = """
        async () => {
          console.error('said');
          setTimeout(() => { throw new Error('thrown'); });
          await fetch('/api/nothing');
          const picture = new Image();
          picture.src = 'http://192.0.2.1/picture';
          await new Promise((resolve) => { picture.onerror = resolve; });
        }
        """;

    [BrowserFact]
    public async Task TroubleInAPage_FailsItsStory()
    {
        var failure = await Assert.ThrowsAsync<StoryException>(() => stage.TellAsync(MakeTroubleAsync, name: "trouble"));
        foreach (var trouble in (string[])
            ["error: said", "script: Error: thrown", "404 GET /api/nothing", "Content Security Policy", $"request to another host: {Elsewhere}"])
            Assert.Contains(trouble, failure.Message, StringComparison.Ordinal);
    }

    private static async Task MakeTroubleAsync(Dashboard page)
    {
        await page.Page.EvaluateAsync(Trouble);
        await Assert.ThrowsAsync<PlaywrightException>(() => page.Page.GotoAsync(Elsewhere));
    }
}
