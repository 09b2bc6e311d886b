using MgCap.Web.Api;
using MgCap.Web.Catalogue;

namespace MgCap.Web.Access;

/// <summary>Who asks is known, and may not.</summary>
/// <param name="caller">Who.</param>
/// <param name="needed">Which role may.</param>
public sealed class NotAllowedException(Caller caller, Role needed) : RefusalException(ProblemCode.Forbidden, AccessRules.WhyNot(caller, needed));
