using System.Text;
using MgCap.Capture;
using MgCap.Linux.Kmod;

namespace MgCap.Cli.Module;

/// <summary>What <c>mgcap show --json</c> says of a capture; names and order are those of <c>ip -j mgcap show</c>.</summary>
internal sealed record KmodCaptureRow(
    int Ifindex,
    string Ifname,
    string Mode,
    int Snaplen,
    int Slots,
    int SlotSize,
    int Rings,
    int FilterLength,
    long Fill,
    long Received,
    long Filtered,
    long Captured,
    long Dropped,
    long DroppedFull,
    long DroppedUnreadable,
    long CapturedBytes,
    long WireBytes)
{
    internal static KmodCaptureRow Of(ModuleCapture capture) => new(
        capture.InterfaceIndex,
        capture.Interface,
        capture.Drops ? "drop" : "mirror",
        capture.Snaplen,
        capture.Slots,
        capture.SlotSize,
        capture.Rings,
        capture.FilterLength,
        capture.Fill,
        capture.Received,
        capture.Filtered,
        capture.Captured,
        capture.Dropped,
        capture.DroppedFull,
        capture.DroppedUnreadable,
        capture.CapturedBytes,
        capture.WireBytes);

    /// <summary>The same for people.</summary>
    internal static string Table(KmodCaptureRow[] captures)
    {
        var table = new StringBuilder($"{"NAME",-16}{"MODE",-8}{"SNAPLEN",7}{"SLOTS",9}{"RINGS",7}{"RECEIVED",14}{"FILTERED",14}{"CAPTURED",14}{"DROPPED",14}");
        foreach (var each in captures)
        {
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n{VisibleText.Of(each.Ifname),-15} {each.Mode,-8}{each.Snaplen,7}{each.Slots,9}{each.Rings,7}");
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"{each.Received,14}{each.Filtered,14}{each.Captured,14}{each.Dropped,14}");
        }

        return table.ToString();
    }
}
