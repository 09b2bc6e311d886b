using System.Text.Json;
using System.Text.Json.Nodes;

namespace MgCap.Web.Dissection;

/// <summary>
/// What is asked of sharkd, and what its answers mean (sharkd_session.c of Wireshark 4.0). Packets made to that end give trees
/// of any depth and size: more than people read is left out, and the tree says so.
/// </summary>
internal static class SharkdAnswers
{
    // Columns of Wireshark's own profile: No., Time, Source, Destination, Protocol, Length, Info.
    private const int SourceColumn = 2;
    private const int DestinationColumn = 3;
    private const int ProtocolColumn = 4;
    private const int InfoColumn = 6;

    // What is here of the frame itself, MgCap says: sharkd knows the slice, not the capture.
    private const string FrameProtocol = "frame";

    private const int DeepestField = 16;
    private const int MostFields = 5000;

    private const string FilterMessagePrefix = "Filter invalid - ";

    /// <summary>A packet's columns; its place is that in the slice, from 1.</summary>
    internal sealed record Columns(long Place, string Source, string Destination, string Protocol, string Info);

    /// <summary>The columns of some packets, in order.</summary>
    /// <param name="helper">Has the slice.</param>
    /// <param name="skip">Packets that are passed over.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="filter">A display filter that was found good; null for every packet.</param>
    internal static IReadOnlyList<Columns> Rows(SharkdHelper helper, long skip, int limit, string? filter = null)
    {
        var parameters = new JsonObject { ["limit"] = limit };
        // sharkd refuses 0.
        if (skip > 0)
            parameters["skip"] = skip;
        if (filter is not null)
            parameters["filter"] = filter;
        using var answer = helper.Ask("frames", parameters);
        return Read(answer, result => result.EnumerateArray().Select(row =>
        {
            var columns = row.GetProperty("c");
            return new Columns(
                row.GetProperty("num").GetInt64(), Text(columns[SourceColumn]), Text(columns[DestinationColumn]), Text(columns[ProtocolColumn]),
                Text(columns[InfoColumn]));
        }).ToList());
    }

    /// <summary>What is wrong with a display filter; null where nothing is.</summary>
    internal static string? Check(SharkdHelper helper, string filter)
    {
        try
        {
            helper.Ask("check", new JsonObject { ["filter"] = filter }).Dispose();
            return null;
        }
        catch (SharkdRefusedException refusal)
        {
            return refusal.Message.StartsWith(FilterMessagePrefix, StringComparison.Ordinal) ? refusal.Message[FilterMessagePrefix.Length..] : refusal.Message;
        }
    }

    /// <summary>A packet's layers.</summary>
    /// <param name="helper">Has the slice.</param>
    /// <param name="place">The packet's place in the slice, from 1.</param>
    /// <param name="captured">Bytes that were kept of it.</param>
    internal static IReadOnlyList<PacketLayer> Layers(SharkdHelper helper, long place, int captured)
    {
        using var answer = helper.Ask("frame", new JsonObject { ["frame"] = place, ["proto"] = true });
        return Read(answer, result => new Tree(captured).Layers(result.GetProperty("tree")));
    }

    private static T Read<T>(JsonDocument answer, Func<JsonElement, T> read)
    {
        try
        {
            return read(answer.RootElement.GetProperty("result"));
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            throw new SharkdFailedException("sharkd answered in another shape than expected", exception);
        }
    }

    private static string Text(JsonElement text) => text.GetString() ?? "";

    /// <summary>Makes layers of the tree of one packet.</summary>
    private sealed class Tree(int captured)
    {
        private int _left = MostFields;

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
                layers.Add(new PacketLayer(NameOf(summary), summary, start, length, Fields(node, 1)));
            }

            if (_left <= 0)
                layers.Add(new PacketLayer("Left out", $"The packet has more than {MostFields} fields; the rest is left out", 0, 0, []));
            return layers;
        }

        private List<PacketField> Fields(JsonElement parent, int depth)
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
                fields.Add(new PacketField(Label(node), Filter(node), start, length, Fields(node, depth + 1)));
            }

            return fields;
        }

        private static string NameOf(string summary) => summary.Split(", ", 2)[0];

        private static string Label(JsonElement node) => node.TryGetProperty("l", out var label) ? Text(label) : "";

        private static bool IsHidden(JsonElement node) => node.TryGetProperty("v", out var hidden) && hidden.ValueKind == JsonValueKind.True;

        /// <summary>A field of no protocol has the name "text", which finds nothing.</summary>
        private static string? Filter(JsonElement node) => node.TryGetProperty("f", out var filter) && Text(filter) is var text and not ("" or "text") ? text : null;

        /// <summary>Bytes of this packet; what was put together from several packets has its bytes elsewhere ("ds").</summary>
        private (int Start, int Length) Place(JsonElement node)
        {
            if (node.TryGetProperty("ds", out _) || !node.TryGetProperty("h", out var place))
                return (0, 0);
            var start = Math.Clamp(place[0].GetInt32(), 0, captured);
            return (start, Math.Clamp(place[1].GetInt32(), 0, captured - start));
        }
    }
}
