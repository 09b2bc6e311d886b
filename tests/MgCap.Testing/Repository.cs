namespace MgCap.Testing;

/// <summary>Where the sources are that the running tests were built from.</summary>
public static class Repository
{
    private const string Mark = "MgCap.Web.sln";

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Mark)))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"no {Mark} in {start} or above it");
    }
}
