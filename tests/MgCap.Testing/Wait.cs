using System.Diagnostics;

namespace MgCap.Testing;

/// <summary>Waits for what happens elsewhere: in the kernel, in a child, in another thread.</summary>
public static class Wait
{
    /// <summary>Long enough for whatever does happen, on a machine that is busy with something else.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Asks again and again until the condition holds.</summary>
    /// <param name="condition">What is waited for.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="what">What is waited for, in words: "the interface to come up".</param>
    /// <exception cref="TimeoutException">When it did not hold in that time.</exception>
    public static void Until(Func<bool> condition, TimeSpan timeout, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > timeout)
                throw new TimeoutException($"waited {timeout.TotalSeconds:0.###} s for {what}, which did not come");
            Thread.Sleep(_pause);
        }
    }

    /// <summary>Asks again and again until the condition holds, for as long as <see cref="Patience"/>.</summary>
    /// <param name="condition">What is waited for.</param>
    /// <param name="what">What is waited for, in words.</param>
    /// <exception cref="TimeoutException">When it did not hold in that time.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Patience)
                throw new TimeoutException($"waited {Patience.TotalSeconds:0.###} s for {what}, which did not come");
            await Task.Delay(_pause);
        }
    }

    /// <inheritdoc cref="Until(Func{bool}, TimeSpan, string)"/>
    public static void Until(Func<bool> condition, string what) => Until(condition, Patience, what);
}
