using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>A schedule, from the form to its page.</summary>
[Collection(nameof(BrowserStage))]
public sealed class ScheduleTests(BrowserStage stage)
{
    [BrowserFact]
    public Task Schedule_IsSavedSeenPausedAndDeleted() => stage.TellAsync(async page =>
    {
        page.Watch.ExpectRefusal("400 POST /api/schedules");
        await page.InterfaceRow(page.Interface).ClickAsync();
        await page.Part("start-name").FillAsync("Each second");
        await page.Part("start-seconds").FillAsync("0.2");
        await page.Part("schedule").ClickAsync();
        await page.Part("schedule-start").FillAsync("every day");
        await page.Part("save-schedule").ClickAsync();
        await Expect(page.Part("error-schedule.start")).ToContainTextAsync("five fields");
        await page.PictureAsync("1-refused");
        await page.Part("schedule-start").FillAsync("* * * * * *");
        await page.Part("save-schedule").ClickAsync();
        await Expect(page.Part("schedule-text")).ToContainTextAsync("Saved: it starts at");
        await Expect(page.Row.First).ToContainTextAsync("Each second");

        await page.Part("schedules-link").ClickAsync();
        var row = page.Part("schedule-row");
        await Expect(row.GetByTestId("name")).ToHaveTextAsync("Each second");
        await Expect(row.GetByTestId("when")).ToHaveTextAsync("Starts at * * * * * * (UTC)");
        await Expect(row.GetByTestId("last")).ToContainTextAsync("Last started at");
        await page.PictureAsync("2-page");
        await page.Page.SetViewportSizeAsync(390, 844);
        await page.PictureAsync("3-narrow");
        await row.GetByTestId("pause").ClickAsync();
        await Expect(row.GetByTestId("state")).ToHaveTextAsync("paused");
        await row.GetByTestId("delete").ClickAsync();
        await page.Part("confirm-delete").ClickAsync();
        await Expect(page.Part("schedules-empty")).ToContainTextAsync("No schedule yet");
    }, name: "schedule");
}
