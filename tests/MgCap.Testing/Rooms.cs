using System.Text.RegularExpressions;
using Xunit;

namespace MgCap.Testing;

/// <summary>A project's rooms: the folders right below it, each a namespace of that name.</summary>
public static partial class Rooms
{
    /// <summary>Fails where a room knows one that comes after it, or where there is a room that is not in the list.</summary>
    /// <param name="project">The project's folder below src, which is its namespace, too.</param>
    /// <param name="order">The rooms, each of which may know those before it.</param>
    public static void AssertOneWay(string project, params IReadOnlyList<string> order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var folder = Path.Combine(Repository.Root, "src", project);
        var known = order.ToList();
        Assert.Equal(
            known.Order(StringComparer.Ordinal),
            Directory.GetDirectories(folder).Where(room => Sources(room).Any()).Select(room => Path.GetFileName(room)).Except(["bin", "obj"]).Order(StringComparer.Ordinal));
        var wrong = known.SelectMany((room, place) => Sources(Path.Combine(folder, room))
            .SelectMany(file => KnownBy(file, project).Where(other => known.IndexOf(other) > place).Select(other => $"{Path.GetRelativePath(folder, file)} knows {other}")));
        Assert.Empty(wrong);
    }

    private static IEnumerable<string> Sources(string room) => Directory.EnumerateFiles(room, "*.cs", SearchOption.AllDirectories);

    private static IEnumerable<string> KnownBy(string file, string project) =>
        Name().Matches(File.ReadAllText(file)).Where(match => match.Groups[1].Value == project).Select(match => match.Groups[2].Value).Distinct();

    [GeneratedRegex(@"\b(MgCap\.[A-Z]\w*)\.([A-Z]\w*)")]
    private static partial Regex Name();
}
