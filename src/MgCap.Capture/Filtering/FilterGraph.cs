using MgCap.Linux;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>An instruction with those that come after it.</summary>
/// <param name="Instruction">The instruction, without distances.</param>
/// <param name="IsReload">Whether it is a load of what surely exists.</param>
/// <param name="Next">The node after it, or after a comparison that holds; -1 for none.</param>
/// <param name="IfFalse">The node after a comparison that does not hold; -1 for none.</param>
internal readonly record struct FilterNode(ClassicInstruction Instruction, bool IsReload, int Next, int IfFalse)
{
    /// <summary>Whether it compares.</summary>
    internal bool IsComparison => IfFalse >= 0;
}

/// <summary>A program as a graph in which equal ends are there once. A node is added after those that it leads to.</summary>
internal sealed class FilterGraph
{
    private readonly Dictionary<FilterNode, int> _numbers = [];
    private readonly List<FilterNode> _nodes = [];

    internal FilterNode this[int node] => _nodes[node];

    internal int Count => _nodes.Count;

    /// <summary>Adds an instruction.</summary>
    internal int Add(ClassicInstruction instruction, int next, int ifFalse) =>
        Add(new FilterNode(instruction with { JumpTrue = 0, JumpFalse = 0 }, false, next, ifFalse));

    /// <summary>Adds a load to A of what surely exists, where the next instruction does not make it useless.</summary>
    internal int AddReload(ClassicInstruction? load, int next) =>
        load is not { } instruction || IgnoresA(_nodes[next].Instruction) ? next : Add(new FilterNode(instruction, true, next, -1));

    private static bool IgnoresA(ClassicInstruction next) => (next.Code & ClassMask) == Ld || (next.Code & (ClassMask | RetFromA)) == Ret;

    /// <summary>
    /// Orders comparisons that follow each other and lead to the same end by what they compare: "src a or dst a or src b or dst b" as
    /// "src a or src b or dst a or dst b" takes two loads instead of four.
    /// </summary>
    /// <param name="root">The first node.</param>
    /// <param name="newRoot">The first node from then on.</param>
    internal void OrderComparisons(int root, out int newRoot)
    {
        var entries = CountEntries(root);
        var runs = FindRuns(entries);
        var ordered = new int[_nodes.Count];
        Array.Fill(ordered, -1);
        // A node leads to older ones only.
        for (int node = 0, count = ordered.Length; node < count; node++)
        {
            if (entries[node] > 0 && (!runs.TryGetValue(node, out var run) || run is not null))
                ordered[node] = run is not null ? AddRun(run, ordered) : Add(Moved(_nodes[node], ordered));
        }

        newRoot = ordered[root];
    }

    /// <summary>Every run by its first node; null by its others.</summary>
    private Dictionary<int, Run?> FindRuns(int[] entries)
    {
        var runs = new Dictionary<int, Run?>();
        for (var node = _nodes.Count - 1; node >= 0; node--)
        {
            if (entries[node] == 0 || runs.ContainsKey(node) || FindRun(node, entries) is not { } run)
                continue;
            foreach (var inside in run.Nodes)
                runs[inside] = null;
            runs[node] = run;
        }

        return runs;
    }

    private int[] CountEntries(int root)
    {
        var entries = new int[_nodes.Count];
        entries[root] = 1;
        for (var node = root; node >= 0; node--)
        {
            if (entries[node] == 0)
                continue;
            if (_nodes[node].Next >= 0)
                entries[_nodes[node].Next]++;
            if (_nodes[node].IfFalse >= 0)
                entries[_nodes[node].IfFalse]++;
        }

        return entries;
    }

    /// <summary>
    /// A run that begins with a load that can't end the program, and whose units each load something and compare it. Only the first is
    /// entered from elsewhere.
    /// </summary>
    private Run? FindRun(int node, int[] entries)
    {
        if (!_nodes[node].IsReload || !_nodes[_nodes[node].Next].IsComparison)
            return null;
        var units = new List<(ClassicInstruction Load, ClassicInstruction Test)>();
        var load = _nodes[node].Instruction;
        var verdict = _nodes[_nodes[node].Next].Next;
        if ((_nodes[verdict].Instruction.Code & ClassMask) != Ret || (_nodes[verdict].Instruction.Code & RetFromA) != 0)
            return null;
        var nodes = new List<int>();
        for (var at = node; ;)
        {
            nodes.Add(at);
            if (_nodes[at].IsReload)
            {
                load = _nodes[at].Instruction;
                at = _nodes[at].Next;
                nodes.Add(at);
                if (entries[at] > 1)
                    return null;
            }

            units.Add((load, _nodes[at].Instruction));
            var after = _nodes[at].IfFalse;
            var test = _nodes[after].IsReload ? _nodes[after].Next : after;
            if (entries[after] > 1 || entries[test] > 1 || !_nodes[test].IsComparison || _nodes[test].Next != verdict)
                return units.Count < 3 ? null : new Run(nodes, units, verdict, after);
            at = after;
        }
    }

    private int AddRun(Run run, int[] ordered)
    {
        // What comes after it may use what was loaded last.
        var last = run.Units[^1].Load;
        var groups = run.Units.GroupBy(unit => unit.Load).OrderBy(group => group.Key == last ? 1 : 0).Reverse();
        var node = ordered[run.After];
        foreach (var group in groups)
        {
            foreach (var (_, test) in group.Distinct().Reverse())
                node = Add(new FilterNode(test, false, ordered[run.Verdict], node));
            node = Add(new FilterNode(group.Key, true, node, -1));
        }

        return node;
    }

    private static FilterNode Moved(FilterNode node, int[] ordered) => node with
    {
        Next = node.Next < 0 ? -1 : ordered[node.Next],
        IfFalse = node.IfFalse < 0 ? -1 : ordered[node.IfFalse],
    };

    private int Add(FilterNode node)
    {
        if (_numbers.TryGetValue(node, out var number))
            return number;
        _numbers[node] = number = _nodes.Count;
        _nodes.Add(node);
        return number;
    }

    private sealed record Run(List<int> Nodes, List<(ClassicInstruction Load, ClassicInstruction Test)> Units, int Verdict, int After);
}
