namespace MgCap.Web.Api;

/// <summary>Something that was asked for can't be done. Routes let it pass: <see cref="Refusals"/> makes the answer.</summary>
/// <param name="code">Which failure.</param>
/// <param name="message">What to do about it, for people.</param>
public abstract class RefusalException(ProblemCode code, string message) : Exception(message)
{
    /// <summary>Which failure.</summary>
    public ProblemCode Code { get; } = code;
}
