using MgCap.Linux;
using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>
/// Makes a long program shorter, in time that grows with its length; libpcap's own optimizer takes the third power of it. The reduced
/// program returns the same for every packet, a short one too: a load that may end the program stays where it is.
/// <code>
///   1  each instruction is looked at once for every state that leads there: what A and X hold, which comparisons were made
///   2  a comparison whose outcome is known is gone, and so is a load of what is there already
///   3  what is left is put together from its end, equal ends once (<see cref="FilterGraph"/>)
///   4  comparisons with one and the same outcome are ordered by what they compare, so that it is loaded once
/// </code>
/// </summary>
internal sealed class FilterReducer
{
    // Comparisons of a field with more constants than this are no types or protocols, but lists of addresses or ports.
    private const int MaxConstants = 12;

    // Places that X says, of which it is remembered that they exist.
    private const int MaxIndirect = 6;

    // States for each instruction, on average, before the program is left as it is.
    private const int MaxStates = 48;

    private readonly ClassicInstruction[] _program;
    private readonly PacketValues _values = new();
    private readonly HashSet<(ushort Code, uint K)> _followed;
    private readonly Dictionary<ReductionState, int>[] _arrivals;
    private readonly List<Step> _steps = [];

    private FilterReducer(ClassicInstruction[] program)
    {
        _program = program;
        _followed = FollowedLoads(program);
        _arrivals = new Dictionary<ReductionState, int>[program.Length];
    }

    /// <summary>Reduces a program.</summary>
    /// <param name="program">Classic BPF without loops, as libpcap writes it.</param>
    /// <returns>A program with the same results; the given one where that is no longer.</returns>
    internal static ClassicInstruction[] Reduce(ClassicInstruction[] program)
    {
        if (ClassicDataflow.Problem(program, _ => true) is not null)
            return program;
        var reducer = new FilterReducer(program);
        if (!reducer.Walk())
            return program;
        var reduced = reducer.Build();
        return reduced.Length < program.Length ? reduced : program;
    }

    /// <summary>The loads whose comparisons are worth to be remembered: of few constants.</summary>
    private static HashSet<(ushort Code, uint K)> FollowedLoads(ClassicInstruction[] program)
    {
        var constants = new Dictionary<(ushort, uint), HashSet<(ushort, uint)>>();
        (ushort, uint)? loaded = null;
        foreach (var instruction in program)
        {
            if (PacketValues.IsPlainLoad(instruction.Code))
                loaded = (instruction.Code, instruction.K);
            else if ((instruction.Code & ClassMask) != Jmp)
                loaded = null;
            else if (loaded is { } load && instruction.Code != (Jmp | Ja))
                (constants.TryGetValue(load, out var known) ? known : constants[load] = []).Add((instruction.Code, instruction.K));
        }

        return [.. constants.Where(each => each.Value.Count <= MaxConstants).Select(each => each.Key)];
    }

    /// <returns>false when there are too many states.</returns>
    private bool Walk()
    {
        var zero = _values.Constant(0);
        Arrive(0, new ReductionState(zero, zero, zero, 0));
        for (var at = 0; at < _program.Length; at++)
        {
            if (_arrivals[at] is not { } arrivals)
                continue;
            foreach (var (state, step) in arrivals)
                _steps[step] = Take(at, state);
            if (_steps.Count > (long)MaxStates * _program.Length + 1000)
                return false;
        }

        return true;
    }

    private int Arrive(long at, ReductionState state)
    {
        var arrivals = _arrivals[at] ??= [];
        if (!arrivals.TryGetValue(state, out var step))
        {
            arrivals[state] = step = _steps.Count;
            _steps.Add(default);
        }

        return step;
    }

    /// <summary>One instruction in one state.</summary>
    private Step Take(int at, ReductionState state)
    {
        var instruction = _program[at];
        switch (instruction.Code & ClassMask)
        {
            case Ld:
                return TakeLoad(at, state, instruction);
            case Ldx:
                var x = ValueOfX(state, instruction);
                return x == state.X ? Nothing(at, state)
                    : NeedsX(state) ? EmitWithA(at, state, state with { LoadedA = state.A, X = x, Seen = SeenAfter(state, instruction) }, instruction)
                    : Emit(at, state with { X = x, Seen = SeenAfter(state, instruction) }, instruction);
            case St:
                return state.Word(instruction.K) == state.A
                    ? Nothing(at, state)
                    : EmitWithA(at, state, (state with { LoadedA = state.A }).Store(instruction.K, state.A), instruction);
            case Stx:
                return state.Word(instruction.K) == state.X ? Nothing(at, state) : Emit(at, state.Store(instruction.K, state.X), instruction);
            case Alu:
                var fromX = (instruction.Code & FromX) != 0 && (instruction.Code & OperationMask) != Negate;
                var result = _values.Number(instruction.Code, instruction.K, state.A, fromX ? state.X : -1);
                return result == state.LoadedA
                    ? Nothing(at, state with { A = result })
                    : EmitWithA(at, state, state with { A = result, LoadedA = result }, instruction);
            case Jmp:
                return TakeJump(at, state, instruction);
            case Ret:
                return new Step((instruction.Code & RetFromA) != 0 ? ReloadFor(state) : null, instruction, -1, -1);
            default:
                return (instruction.Code & OperationMask) == Txa ? TakeTxa(at, state, instruction)
                    : state.X == state.A ? Nothing(at, state)
                    : EmitWithA(at, state, state with { LoadedA = state.A, X = state.A }, instruction);
        }
    }

    private Step TakeLoad(int at, ReductionState state, ClassicInstruction instruction)
    {
        var value = (instruction.Code & ModeMask) switch
        {
            Mem => state.Word(instruction.K) ?? _values.Initial(instruction.K),
            Ind => _values.Number(instruction.Code, instruction.K, -1, state.X),
            _ => _values.Number(instruction.Code, instruction.K),
        };
        var isIndirect = (instruction.Code & ModeMask) == Ind;
        var isSafe = isIndirect ? state.Indirect.Contains(value) : PacketValues.IsPlainLoad(instruction.Code) && (ClassicDataflow.FixedEnd(instruction) is not { } end || instruction.K >= AncillaryBase || end <= state.Seen);
        return value == state.LoadedA || isSafe
            ? Nothing(at, state with { A = value })
            : Emit(at, Remember(state, isIndirect ? value : null) with { A = value, LoadedA = value, Seen = SeenAfter(state, instruction) }, instruction);
    }

    private static ReductionState Remember(ReductionState state, int? indirect) => indirect is { } value && state.Indirect.Length < MaxIndirect
        ? state with { Indirect = [.. state.Indirect.Append(value).Order()] }
        : state;

    /// <summary>Whether what the program has in A is still to be loaded, from a place that X says.</summary>
    private bool NeedsX(ReductionState state) => state.A != state.LoadedA && _values.DependsOnX(state.A);

    private Step TakeTxa(int at, ReductionState state, ClassicInstruction instruction) => state.X == state.LoadedA
        ? Nothing(at, state with { A = state.X })
        : Emit(at, state with { A = state.X, LoadedA = state.X }, instruction);

    private int ValueOfX(ReductionState state, ClassicInstruction instruction) => (instruction.Code & ModeMask) switch
    {
        Mem => state.Word(instruction.K) ?? _values.Initial(instruction.K),
        Imm => _values.Constant(instruction.K),
        Len => _values.Number(Ld | Len, 0),
        _ => _values.Number(instruction.Code, instruction.K),
    };

    private static int SeenAfter(ReductionState state, ClassicInstruction instruction) =>
        ClassicDataflow.FixedEnd(instruction) is { } end && instruction.K < AncillaryBase && end <= int.MaxValue ? Math.Max(state.Seen, (int)end) : state.Seen;

    private Step TakeJump(int at, ReductionState state, ClassicInstruction instruction)
    {
        if (instruction.Code == (Jmp | Ja))
            return new Step(null, null, Arrive(at + 1L + instruction.K, state), -1);
        var (ifTrue, ifFalse) = (at + 1 + instruction.JumpTrue, at + 1 + instruction.JumpFalse);
        var fromX = (instruction.Code & FromX) != 0;
        if (!fromX && Outcome(state, instruction) is { } holds)
            return new Step(null, null, Arrive(holds ? ifTrue : ifFalse, state), -1);
        var reload = ReloadFor(state);
        state = state with { LoadedA = state.A };
        return fromX || !IsFollowed(state.A)
            ? new Step(reload, instruction, Arrive(ifTrue, state), Arrive(ifFalse, state))
            : new Step(reload, instruction, Arrive(ifTrue, With(state, instruction, true)), Arrive(ifFalse, With(state, instruction, false)));
    }

    private bool IsFollowed(int value) => _values.ReloadOf(value) is { } load && _followed.Contains((load.Code, load.K));

    private bool? Outcome(ReductionState state, ClassicInstruction instruction)
    {
        if (_values.ConstantOf(state.A) is { } constant)
            return Compare(instruction.Code, constant, instruction.K);
        foreach (var test in state.Tests)
        {
            if (test.Value != state.A)
                continue;
            if (test.Code == instruction.Code && test.K == instruction.K)
                return test.Holds;
            if (test.Code == (Jmp | Jeq) && test.Holds)
                return Compare(instruction.Code, test.K, instruction.K);
        }

        return null;
    }

    private static bool Compare(ushort code, uint a, uint k) => (code & OperationMask) switch
    {
        Jeq => a == k,
        Jgt => a > k,
        Jge => a >= k,
        _ => (a & k) != 0,
    };

    private static ReductionState With(ReductionState state, ClassicInstruction instruction, bool holds)
    {
        // What a value is says everything of it.
        var others = instruction.Code == (Jmp | Jeq) && holds ? state.Tests.Where(test => test.Value != state.A) : state.Tests;
        return state with
        {
            Tests = [.. others.Append(new KnownTest(state.A, instruction.Code, instruction.K, holds)).OrderBy(test => (test.Value, test.Code, test.K))],
        };
    }

    /// <summary>What brings the program's A to A; null where it is there.</summary>
    private ClassicInstruction? ReloadFor(ReductionState state) => state.A == state.LoadedA ? null : _values.ReloadOf(state.A);

    private Step Nothing(int at, ReductionState state) => new(null, null, Arrive(at + 1, state), -1);

    private Step Emit(int at, ReductionState state, ClassicInstruction instruction) => new(null, instruction, Arrive(at + 1, state), -1);

    private Step EmitWithA(int at, ReductionState before, ReductionState after, ClassicInstruction instruction) =>
        new(ReloadFor(before), instruction, Arrive(at + 1, after), -1);

    private ClassicInstruction[] Build()
    {
        var graph = new FilterGraph();
        var nodes = new int[_steps.Count];
        for (var at = _program.Length - 1; at >= 0; at--)
        {
            if (_arrivals[at] is not { } arrivals)
                continue;
            foreach (var index in arrivals.Values)
            {
                var step = _steps[index];
                var (ifTrue, ifFalse) = (step.Next < 0 ? -1 : nodes[step.Next], step.IfFalse < 0 ? -1 : nodes[step.IfFalse]);
                nodes[index] = step.Instruction is not { } instruction ? ifTrue
                    : ifTrue == ifFalse && ifFalse >= 0 ? graph.AddReload(step.Reload, ifTrue)
                    : graph.AddReload(step.Reload, graph.Add(instruction, ifTrue, ifFalse));
            }
        }

        graph.OrderComparisons(nodes[0], out var root);
        return FilterLayout.Write(graph, root);
    }

    /// <summary>What an instruction became.</summary>
    /// <param name="Reload">A load that comes first, which can't end the program.</param>
    /// <param name="Instruction">Itself; null where it is gone.</param>
    /// <param name="Next">The step after it, or after a comparison that holds; -1 for none.</param>
    /// <param name="IfFalse">The step after a comparison that does not hold; -1 for none.</param>
    private readonly record struct Step(ClassicInstruction? Reload, ClassicInstruction? Instruction, int Next, int IfFalse);
}
