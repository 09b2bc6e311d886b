using MgCap.Linux;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>
/// Writes a graph as a program, from its end to its start, so that every distance is known when a jump is written. A comparison reaches
/// 255 instructions; for what is farther away a jump, or a copy of the verdict, is put beside it, which others before it use, too.
/// </summary>
internal sealed class FilterLayout
{
    private const int Reach = byte.MaxValue;

    private readonly FilterGraph _graph;

    // From the end: the last instruction is at 0.
    private readonly List<ClassicInstruction> _reversed = [];
    private readonly int[] _places;

    private FilterLayout(FilterGraph graph)
    {
        _graph = graph;
        _places = new int[graph.Count];
        Array.Fill(_places, -1);
    }

    /// <summary>Writes what a node leads to.</summary>
    internal static ClassicInstruction[] Write(FilterGraph graph, int root)
    {
        var layout = new FilterLayout(graph);
        foreach (var node in layout.Order(root))
            layout.Add(node);
        layout._reversed.Reverse();
        return [.. layout._reversed];
    }

    /// <summary>Every node after those that it leads to; the one that a comparison which does not hold leads to just before it.</summary>
    private List<int> Order(int root)
    {
        var order = new List<int>();
        var entered = new bool[_graph.Count];
        var stack = new Stack<(int Node, int Visited)>([(root, 0)]);
        entered[root] = true;
        while (stack.TryPop(out var top))
        {
            var node = _graph[top.Node];
            int[] successors = [node.Next, node.IfFalse];
            var visited = top.Visited;
            while (visited < 2 && (successors[visited] < 0 || entered[successors[visited]]))
                visited++;
            if (visited == 2)
            {
                order.Add(top.Node);
                continue;
            }

            stack.Push((top.Node, visited + 1));
            entered[successors[visited]] = true;
            stack.Push((successors[visited], 0));
        }

        return order;
    }

    private void Add(int number)
    {
        var node = _graph[number];
        if (node.IsComparison)
        {
            // A place moves one farther with each instruction that is put between.
            var far = (DistanceTo(node.Next) > Reach - 1, DistanceTo(node.IfFalse) > Reach - 1);
            if (far.Item1)
                BringNear(node.Next);
            if (far.Item2)
                BringNear(node.IfFalse);
            _reversed.Add(node.Instruction with { JumpTrue = (byte)DistanceTo(node.Next), JumpFalse = (byte)DistanceTo(node.IfFalse) });
        }
        else
        {
            if (node.Next >= 0 && DistanceTo(node.Next) > 0)
                BringNear(node.Next);
            _reversed.Add(node.Instruction);
        }

        _places[number] = _reversed.Count - 1;
    }

    private int DistanceTo(int node) => _reversed.Count - 1 - _places[node];

    private void BringNear(int node)
    {
        var instruction = _graph[node].Instruction;
        _reversed.Add((instruction.Code & ClassMask) == Ret ? instruction : new ClassicInstruction(Jmp | Ja, 0, 0, (uint)DistanceTo(node)));
        _places[node] = _reversed.Count - 1;
    }
}
