using System.Net;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Catalogue;

/// <summary>Renaming and deleting captures.</summary>
public sealed class CaptureChangeTests(SharedLab shared) : IClassFixture<SharedLab>
{
    private ConsoleApi Api => shared.Lab.Api;

    [RootTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rename_ChangesWhatIsGivenAndNothingElse(bool running)
    {
        var started = await Api.StartAsync(new { name = "before", comment = "said before" });
        if (!running)
            await Api.StopAsync(started.Id);

        var named = (await Api.PatchAsync(started.Id, """{"name":"after"}""")).As<CaptureRecord>();
        var commented = (await Api.PatchAsync(started.Id, """{"comment":"two\nlines"}""")).As<CaptureRecord>();
        var cleared = (await Api.PatchAsync(started.Id, """{"name":""}""")).As<CaptureRecord>();
        var stopped = await Api.StopAsync(started.Id);

        Assert.Equal(("after", "said before"), (named.Name, named.Comment));
        Assert.Equal(("after", "two\nlines"), (commented.Name, commented.Comment));
        Assert.Equal(("", "two\nlines"), (cleared.Name, cleared.Comment));
        Assert.Equal(("", "two\nlines", CaptureState.Stopped), (stopped.Name, stopped.Comment, stopped.State));
    }

    public static TheoryData<string, string> InvalidBodies { get; } = new()
    {
        { $$"""{"name":"{{new string('n', 201)}}"}""", "name" },
        { """{"name":"a\u0007b"}""", "name" },
        { """{"name":"a\nb"}""", "name" },
        { """{"name":5}""", "name" },
        { $$"""{"comment":"{{new string('c', 10_001)}}"}""", "comment" },
        { """{"comment":"a\u0000b"}""", "comment" },
        { """{"snaplen":96}""", "snaplen" },
        { "[]", "body" },
        { "", "body" },
    };

    [RootTheory]
    [MemberData(nameof(InvalidBodies))]
    public async Task Rename_WithInvalidBody_NamesTheField(string body, string field)
    {
        var started = await Api.StartAsync();

        (await Api.PatchAsync(started.Id, body)).RequireInvalid(field);
        await Api.StopAsync(started.Id);
        (await Api.PatchAsync(started.Id, body)).RequireInvalid(field);
    }

    [RootFact]
    public async Task Rename_WhileTheCaptureEnds_DoesNotUndoTheEnd()
    {
        for (var i = 0; i < 20; i++)
        {
            var started = await Api.StartAsync();

            var renames = Enumerable.Range(0, 8).Select(n => Api.PatchAsync(started.Id, $$"""{"name":"name {{n}}"}""")).ToArray();
            var stopped = await Api.StopAsync(started.Id);
            await Task.WhenAll(renames);
            var found = await Api.FindAsync(started.Id);

            Assert.Equal((CaptureState.Stopped, stopped.StoppedAt), (found.State, found.StoppedAt));
        }
    }

    [RootFact]
    public async Task Delete_RemovesTheCaptureAndItsDirectory()
    {
        var started = await Api.StartAsync();
        await Api.StopAsync(started.Id);
        Assert.True(Directory.Exists(shared.Lab.FolderOf(started.Id)));

        var answer = await Api.DeleteAsync(started.Id);

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Empty(answer.Body);
        Assert.False(Directory.Exists(shared.Lab.FolderOf(started.Id)));
        (await Api.GetAsync($"/api/captures/{started.Id}")).RequireProblem(404, "capture_not_found");
        (await Api.DeleteAsync(started.Id)).RequireProblem(404, "capture_not_found");
        Assert.DoesNotContain((await Api.ListAsync()).Captures, record => record.Id == started.Id);
    }

    [RootFact]
    public async Task Delete_OfRunningCapture_IsRefusedAndChangesNothing()
    {
        var started = await Api.StartAsync();

        (await Api.DeleteAsync(started.Id)).RequireProblem(409, "capture_running");
        var stopped = await Api.StopAsync(started.Id);

        Assert.Equal(CaptureState.Stopped, stopped.State);
        Accounts.RequireAgreement(stopped, await Api.DownloadAsync(started.Id));
    }

    [RootFact]
    public async Task DeletesAtOnce_RemoveItOnce()
    {
        var started = await Api.StartAsync();
        await Api.StopAsync(started.Id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Api.DeleteAsync(started.Id)));

        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.NoContent);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.NoContent), answer => answer.RequireProblem(404, "capture_not_found"));
    }
}
