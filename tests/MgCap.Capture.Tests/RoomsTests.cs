using MgCap.Testing;
using Xunit.Sdk;

namespace MgCap.Capture.Tests;

/// <summary>The engine's rooms know each other one way.</summary>
public sealed class RoomsTests
{
    [Fact]
    public void Capture_IsOneWay() => Rooms.AssertOneWay(
        "MgCap.Capture",
        "Interfaces", "Hwtstamp", "Filtering", "Statistics", "Pcapng", "Blocks", "Engines", "Pipeline", "Storage", "Recent", "Sensors", "Live", "Triggers", "Traffic");

    /// <summary>The check finds what it is there for.</summary>
    [Fact]
    public void AnotherOrder_IsFound()
    {
        var found = Assert.ThrowsAny<XunitException>(() => Rooms.AssertOneWay(
            "MgCap.Capture",
            "Interfaces", "Hwtstamp", "Filtering", "Statistics", "Pcapng", "Blocks", "Pipeline", "Engines", "Storage", "Recent", "Sensors", "Live", "Triggers", "Traffic"));
        Assert.Contains("RingReader.cs knows Engines", found.Message, StringComparison.Ordinal);
    }
}
