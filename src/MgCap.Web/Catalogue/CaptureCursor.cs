using System.Globalization;
using MgCap.Capture;

namespace MgCap.Web.Catalogue;

/// <summary>A place in the list of captures: the last one of a page. Its text is for the client to hand back as it is.</summary>
/// <param name="StartedAt">When that capture started.</param>
/// <param name="Id">That capture.</param>
public sealed record CaptureCursor(Timestamp StartedAt, Guid Id)
{
    /// <summary>Reads a cursor's text; null when it is none.</summary>
    public static CaptureCursor? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('_') is [var time, var id]
            && long.TryParse(time, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var nanoseconds)
            && Guid.TryParseExact(id, "D", out var guid)
            ? new CaptureCursor(new Timestamp(nanoseconds), guid)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{StartedAt.Nanoseconds}_{Id}");
}
