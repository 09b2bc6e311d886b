using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.SignalR;

namespace MgCap.Web.Api;

/// <summary>
/// Refuses query parameters that a route does not have, and parameters given twice: a mistyped one would otherwise be ignored, and
/// the answer would be to another question. The names are those of the route's own handler, so every route is checked. The
/// dashboard's files, the API's page and the live hub are not.
/// </summary>
public static class QueryCheck
{
    private const int MaxErrors = 10;
    private const int MaxNameLength = 100;

    private static readonly ConditionalWeakTable<Endpoint, Dictionary<string, (string Name, bool Several)>> _known = [];

    /// <summary>Puts the check before the routes' handlers.</summary>
    public static void UseQueryCheck(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var errors = context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<HubMetadata>() is null
            ? Errors(context.Request.Query, _known.GetValue(endpoint, ParametersOf))
            : [];
        if (errors.Count == 0)
            await next(context);
        else
            await Problem.InvalidFields(errors).ExecuteAsync(context);
    });

    private static List<(string Field, string Message)> Errors(IQueryCollection query, Dictionary<string, (string Name, bool Several)> known)
    {
        var errors = new List<(string, string)>();
        foreach (var (name, values) in query)
        {
            if (errors.Count == MaxErrors)
                break;
            if (!known.TryGetValue(name, out var parameter))
                errors.Add((name.Length <= MaxNameLength ? name : name[..MaxNameLength] + "…", Unknown(known.Keys)));
            else if (values.Count > 1 && !parameter.Several)
                errors.Add((parameter.Name, "must not be given twice"));
        }

        return errors;
    }

    private static string Unknown(Dictionary<string, (string Name, bool Several)>.KeyCollection known) =>
        known.Count == 0 ? "is not a parameter; there are none here" : $"is not a parameter; there are {string.Join(", ", known)}";

    /// <summary>The names of an endpoint's query parameters as routing binds them, each with whether it takes several values.</summary>
    private static Dictionary<string, (string Name, bool Several)> ParametersOf(Endpoint endpoint)
    {
        var route = ((RouteEndpoint)endpoint).RoutePattern;
        var parameters = new Dictionary<string, (string Name, bool Several)>(StringComparer.OrdinalIgnoreCase);
        foreach (var binding in endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>())
        {
            var attributes = binding.ParameterInfo.GetCustomAttributes(inherit: true);
            var query = attributes.OfType<IFromQueryMetadata>().FirstOrDefault();
            var name = query?.Name ?? binding.Name;
            if (query is not null || (IsText(binding) && route.GetParameter(name) is null && !attributes.Any(IsOtherSource)))
                parameters[name] = (name, binding.ParameterInfo.ParameterType.IsArray);
        }

        return parameters;
    }

    private static bool IsText(IParameterBindingMetadata binding)
    {
        var type = binding.ParameterInfo.ParameterType;
        return type == typeof(string) || type == typeof(string[]) || binding.HasTryParse;
    }

    private static bool IsOtherSource(object attribute) =>
        attribute is IFromBodyMetadata or IFromHeaderMetadata or IFromRouteMetadata or IFromServiceMetadata or IFromFormMetadata or FromKeyedServicesAttribute;
}
