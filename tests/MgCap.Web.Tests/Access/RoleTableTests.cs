using System.Net;
using System.Reflection;
using MgCap.Web.Catalogue;
using MgCap.Web.Live;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Access;

/// <summary>Every route and every method of the hub, asked with every role and with none.</summary>
public sealed class RoleTableTests(Doors doors) : IClassFixture<Doors>
{
    private const string Id = "0199d1a0-0000-7000-8000-000000000000";
    private const string Everyone = "everyone", Viewer = "viewer", Operator = "operator", Admin = "admin";

    /// <summary>Who may ask; a route that is not here fails.</summary>
    private static readonly (string Method, string Path, string Least)[] _table =
    [
        ("GET", "/healthz", Everyone),
        ("GET", "/readyz", Everyone),
        ("POST", "/api/session", Everyone),
        ("DELETE", "/api/session", Everyone),
        ("GET", "/api/me", Viewer),
        ("POST", "/api/session/link", Viewer),
        ("GET", "/api/tokens", Admin),
        ("POST", "/api/tokens", Admin),
        ("DELETE", "/api/tokens/{id}", Admin),
        ("GET", "/api/system", Viewer),
        ("GET", "/api/system/disk", Operator),
        ("GET", "/api/interfaces", Viewer),
        ("GET", "/api/interfaces/{name}", Viewer),
        ("GET", "/api/interfaces/{name}/hwtstamp", Viewer),
        ("PUT", "/api/interfaces/{name}/hwtstamp", Admin),
        ("POST", "/api/filters/validate", Viewer),
        ("GET", "/api/captures", Viewer),
        ("POST", "/api/captures", Operator),
        ("GET", "/api/captures/{id}", Viewer),
        ("PATCH", "/api/captures/{id}", Operator),
        ("DELETE", "/api/captures/{id}", Operator),
        ("POST", "/api/captures/{id}/stop", Operator),
        ("POST", "/api/captures/{id}/save", Operator),
        ("PUT", "/api/captures/{id}/mode", Operator),
        ("GET", "/api/captures/{id}/pcapng", Viewer),
        ("HEAD", "/api/captures/{id}/pcapng", Viewer),
        ("GET", "/api/captures/{id}/live", Viewer),
        ("GET", "/api/captures/{id}/files", Viewer),
        ("GET", "/api/captures/{id}/files/{name}", Viewer),
        ("HEAD", "/api/captures/{id}/files/{name}", Viewer),
        ("GET", "/api/captures/{id}/packets", Viewer),
        ("GET", "/api/captures/{id}/packets/{number}", Viewer),
        ("GET", "/api/captures/{id}/timeline", Viewer),
        ("GET", "/api/captures/{id}/summary", Viewer),
        ("GET", "/api/captures/{id}/samples", Viewer),
        ("GET", "/api/captures/{id}/losses", Viewer),
        ("GET", "/api/schedules", Viewer),
        ("POST", "/api/schedules", Operator),
        ("GET", "/api/schedules/{id}", Viewer),
        ("PATCH", "/api/schedules/{id}", Operator),
        ("DELETE", "/api/schedules/{id}", Operator),
    ];

    /// <summary>What the API's document does not have.</summary>
    private static readonly (string Method, string Path, string Least)[] _others =
    [
        ("GET", "/swagger/index.html", Viewer),
        ("GET", "/swagger/v1/swagger.json", Viewer),
        ("POST", "/hubs/live/negotiate?negotiateVersion=1", Viewer),
        ("GET", "/api/nothing-of-this-name", Viewer),
        ("GET", "/", Everyone),
        ("GET", "/index.html", Everyone),
        ("GET", "/sign-in.html", Everyone),
    ];

    /// <summary>Methods of the hub; each may be called by all who may connect.</summary>
    private static readonly string[] _hubMethods = ["UnwatchCapture", "UnwatchInterfaces", "WatchCapture", "WatchInterfaces"];

    public static TheoryData<string, string, string> Rows { get; } = RowsOf(_table.Concat(_others));

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Route_TakesItsRoleAndThoseAbove(string method, string path, string least)
    {
        path = path.Replace("{id}", Id, StringComparison.Ordinal).Replace("{name}", "no-such-name", StringComparison.Ordinal).Replace("{number}", "1", StringComparison.Ordinal);
        foreach (var role in (Role?[])[null, .. Enum.GetValues<Role>().Cast<Role?>()])
        {
            var answer = await doors.AskAsync(new HttpMethod(method), path, role, method is "GET" or "HEAD" or "DELETE" ? null : "{}");
            var isLetIn = least == Everyone || (role is { } known && known >= Enum.Parse<Role>(least, ignoreCase: true));
            if (isLetIn)
                Assert.False(answer.Status == HttpStatusCode.Forbidden || (answer.Status == HttpStatusCode.Unauthorized && path != "/api/session"), $"{role}: {answer.Status} {answer.Text}");
            else
                RequireRefused(answer, role is null ? (401, "unauthorized") : (403, "forbidden"), hasBody: method != "HEAD");
        }
    }

    private static TheoryData<string, string, string> RowsOf(IEnumerable<(string Method, string Path, string Least)> table)
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var (method, path, least) in table)
            rows.Add(method, path, least);
        return rows;
    }

    private static void RequireRefused(Answer answer, (int Status, string Code) expected, bool hasBody)
    {
        if (hasBody)
            answer.RequireProblem(expected.Status, expected.Code);
        Assert.Equal((HttpStatusCode)expected.Status, answer.Status);
        Assert.Equal(expected.Status == 401 ? "Bearer" : "", $"{answer.Headers.WwwAuthenticate}");
    }

    [Fact]
    public async Task EveryRoute_HasARow()
    {
        var document = (await doors.Root.GetAsync("/swagger/v1/swagger.json")).Json;
        var routes = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}"));

        Assert.Equal(_table.Select(row => $"{row.Method} {row.Path}").Order(), routes.Order());
    }

    [Fact]
    public void EveryMethodOfTheHub_HasARow() => Assert.Equal(
        _hubMethods,
        typeof(LiveHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => !method.IsVirtual).Select(method => method.Name).Order());
}
