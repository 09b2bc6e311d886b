using System.Text.Json;

namespace MgCap.Capture.Pipeline;

/// <summary>
/// The words in the last statistics block that say how a capture ended: a file that has them is finished, and its process did not die.
/// They are the end of the block's comment.
/// </summary>
public static class EndMark
{
    private const string Words = "capture ended: ";

    /// <summary>The words.</summary>
    /// <param name="reason">Why it ended.</param>
    /// <param name="comment">What the comment has before them; null for nothing.</param>
    public static string Write(StopReason reason, string? comment = null) => $"{(comment is null ? "" : $"{comment}; ")}{Words}{NameOf(reason)}";

    /// <summary>Why the capture ended.</summary>
    /// <param name="comment">The comment of its last statistics block; null where there is none.</param>
    /// <returns>null where the comment has no such words.</returns>
    public static StopReason? Read(string? comment)
    {
        var at = comment?.LastIndexOf(Words, StringComparison.Ordinal) ?? -1;
        if (at < 0)
            return null;
        var name = comment![(at + Words.Length)..];
        return Enum.GetValues<StopReason>().Where(reason => NameOf(reason) == name).Select(reason => (StopReason?)reason).FirstOrDefault();
    }

    /// <summary>As the API has it: interface_down.</summary>
    private static string NameOf(StopReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());
}
