using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MgCap.Web.Helpers;

namespace MgCap.Web.Dissection;

/// <summary>
/// What is asked of sharkd, and what its answers mean (sharkd_session.c of Wireshark 4.0). Packets made to that end give trees
/// of any depth and size: more than people read is left out, and the tree says so.
/// </summary>
internal static partial class SharkdProtocol
{
    // Columns of Wireshark's own profile: No., Time, Source, Destination, Protocol, Length, Info.
    private const int SourceColumn = 2;
    private const int DestinationColumn = 3;
    private const int ProtocolColumn = 4;
    private const int InfoColumn = 6;

    // What is here of the frame itself, MgCap says: sharkd knows the slice, not the capture.
    private const string FrameProtocol = "frame";

    // What stands around a note of a dissector's, and around what the note is about.
    private const string ExpertInfo = "_ws.expert";

    private const int DeepestField = 16;
    private const int MaxFields = 5000;

    /// <summary>A packet's columns; its place is that in the slice, from 1.</summary>
    internal sealed record Columns(long Place, string Source, string Destination, string Protocol, string Info);

    /// <summary>The columns of some packets, in order; null for a packet whose columns can't be read.</summary>
    /// <param name="helper">Has the slice.</param>
    /// <param name="skip">Packets that are passed over.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="SharkdAnswerException">The answer can't be read.</exception>
    internal static IReadOnlyList<Columns?> Rows(SharkdHelper helper, long skip, int limit)
    {
        var parameters = new JsonObject { ["limit"] = limit };
        // sharkd refuses 0.
        if (skip > 0)
            parameters["skip"] = skip;
        using var answer = helper.Ask("frames", parameters);
        return Read(answer, result => result.EnumerateArray().Select(Row).ToList());
    }

    /// <summary>A packet's layers.</summary>
    /// <param name="helper">Has the slice.</param>
    /// <param name="before">Packets of the capture before the slice.</param>
    /// <param name="packet">The packet.</param>
    /// <exception cref="SharkdAnswerException">The answer can't be read.</exception>
    internal static IReadOnlyList<PacketLayer> Layers(SharkdHelper helper, long before, RawPacket packet)
    {
        using var answer = helper.Ask("frame", new JsonObject { ["frame"] = packet.Number - before, ["proto"] = true });
        return Read(answer, result => new Tree(packet.Number - before, packet.Data.Length, before == 0).Layers(result.GetProperty("tree")));
    }

    private static Columns? Row(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty("num", out var number) || number.ValueKind != JsonValueKind.Number
            || !number.TryGetInt64(out var place) || !row.TryGetProperty("c", out var columns) || columns.ValueKind != JsonValueKind.Array
            || columns.GetArrayLength() <= InfoColumn)
            return null;
        return new Columns(
            place, LenientJson.Text(columns[SourceColumn]), LenientJson.Text(columns[DestinationColumn]), LenientJson.Text(columns[ProtocolColumn]),
            LenientJson.Text(columns[InfoColumn]));
    }

    private static T Read<T>(JsonDocument answer, Func<JsonElement, T> read)
    {
        try
        {
            return read(answer.RootElement.GetProperty("result"));
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            throw new SharkdAnswerException("sharkd answered in another shape than expected", exception);
        }
    }

    /// <summary>Makes layers of the tree of one packet.</summary>
    /// <param name="place">The packet's place in the slice, from 1.</param>
    /// <param name="captured">Bytes kept of it.</param>
    /// <param name="fromStart">Whether the slice is the capture's first.</param>
    private sealed class Tree(long place, int captured, bool fromStart)
    {
        private int _left = MaxFields;

        internal List<PacketLayer> Layers(JsonElement nodes)
        {
            var layers = new List<PacketLayer>();
            foreach (var node in nodes.EnumerateArray())
            {
                if (IsHidden(node) || Filter(node) == FrameProtocol)
                    continue;
                if (_left <= 0)
                    break;
                _left--;
                var summary = Label(node);
                var (start, length) = Place(node);
                layers.Add(new PacketLayer(NameOf(summary), summary, start, length, Fields(node, 1, ComesLater(node))));
            }

            if (_left <= 0)
                layers.Add(new PacketLayer("Left out", $"The packet has more than {MaxFields} fields; the rest is left out", 0, 0, []));
            return layers;
        }

        private List<PacketField> Fields(JsonElement parent, int depth, bool comesLater)
        {
            if (!parent.TryGetProperty("n", out var nodes))
                return [];
            if (depth > DeepestField)
                return [new PacketField("Deeper levels are left out", null, 0, 0, [])];
            var fields = new List<PacketField>();
            foreach (var node in nodes.EnumerateArray())
            {
                if (IsHidden(node))
                    continue;
                if (--_left < 0)
                    break;
                var (start, length) = Place(node);
                var later = comesLater || ComesLater(node);
                fields.Add(new PacketField(Label(node), later ? null : Filter(node), start, length, Fields(node, depth + 1, later)));
            }

            return fields;
        }

        private static string NameOf(string summary) => summary.Split(", ", 2)[0];

        private static string Label(JsonElement node) => node.TryGetProperty("l", out var label) ? LenientJson.Text(label) : "";

        private static bool IsHidden(JsonElement node) => node.TryGetProperty("v", out var hidden) && hidden.ValueKind == JsonValueKind.True;

        /// <summary>
        /// A field of no protocol has the name "text", which finds nothing. Filters search the whole capture: where the slice is a later
        /// part of it, what was drawn from the packets before (generated fields, "g", and some others) would find other packets.
        /// </summary>
        private string? Filter(JsonElement node) =>
            node.TryGetProperty("f", out var filter) && LenientJson.Text(filter) is var text and not ("" or "text")
            && (fromStart || !(node.TryGetProperty("g", out _) || ContextField().IsMatch(text))) ? FieldFilter.Usable(text) : null;

        /// <summary>
        /// Whether a field says what only later packets tell. sharkd knows it, having read them; a search, which reads each packet once, would
        /// not find this one by it.
        /// </summary>
        private bool ComesLater(JsonElement node) =>
            (node.TryGetProperty("fnum", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var other) && other > place)
            || (node.TryGetProperty("f", out var filter) && LenientJson.Text(filter) is var text
                && (LaterField().IsMatch(text) || (text == ExpertInfo && node.TryGetProperty("n", out var parts) && parts.EnumerateArray().Any(ComesLater))));

        /// <summary>Bytes of this packet; what was put together from several packets has its bytes elsewhere ("ds").</summary>
        private (int Start, int Length) Place(JsonElement node)
        {
            if (node.TryGetProperty("ds", out _) || !node.TryGetProperty("h", out var place) || place.ValueKind != JsonValueKind.Array || place.GetArrayLength() < 2)
                return (0, 0);
            var start = Math.Clamp(Number(place[0]), 0, captured);
            return (start, Math.Clamp(Number(place[1]), 0, captured - start));
        }

        private static int Number(JsonElement number) => number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) ? value : 0;
    }

    /// <summary>Fields that are counted from the first packet that a dissector sees, though they stand in the packet.</summary>
    [GeneratedRegex(@"^(tcp\.(seq|ack|nxtseq|window_size|options\.sack_[lr]e|urgent_pointer)|ip\.fragments?|ipv6\.fragments?|tcp\.segments?) ")]
    private static partial Regex ContextField();

    /// <summary>Fields of what did not come, or of all that came: to be known once everything was read.</summary>
    [GeneratedRegex(@"^([\w.-]+\.(response_missing|no_resp|completeness(\.\w+)?))( |$)")]
    private static partial Regex LaterField();
}
