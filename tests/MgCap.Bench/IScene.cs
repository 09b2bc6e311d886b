using System.Diagnostics;

namespace MgCap.Bench;

/// <summary>What came to the interface while a contender was at work.</summary>
/// <param name="Sent">Frames that the interface took.</param>
/// <param name="Seconds">How long that took.</param>
internal sealed record Flood(long Sent, double Seconds);

/// <summary>An interface with traffic.</summary>
internal interface IScene : IDisposable
{
    /// <summary>The interface's name.</summary>
    string Interface { get; }

    /// <summary>How many receive queues it has.</summary>
    int Queues { get; }

    /// <summary>Does something where the interface is, given its number.</summary>
    T Inside<T>(Func<int, T> action);

    /// <summary>Starts a contender, with its output redirected.</summary>
    Process Start(string[] command);

    /// <summary>Lets a few frames come, all of which every contender can take.</summary>
    /// <returns>How many.</returns>
    long WarmUp(int length);

    /// <summary>Lets frames come as fast as they can.</summary>
    Flood Flood(int length);
}
