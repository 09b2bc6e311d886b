using MessagePack;
using MessagePack.Resolvers;
using MgCap.Capture;

namespace MgCap.Web.Live;

/// <summary>Sets up the live hub.</summary>
public static class LiveServices
{
    /// <summary>Adds SignalR with its JSON and MessagePack protocols, both in MgCap's JSON shape.</summary>
    public static void AddLiveHub(this IServiceCollection services) => services
        .AddSignalR()
        .AddJsonProtocol(json => JsonConventions.Apply(json.PayloadSerializerOptions))
        .AddMessagePackProtocol(pack => pack.SerializerOptions = MessagePackSerializerOptions.Standard
            .WithResolver(CompositeResolver.Create(JsonShapedResolver.Instance, StandardResolver.Instance))
            .WithSecurity(MessagePackSecurity.UntrustedData));
}
