using MgCap.Testing;

namespace MgCap.Web.Tests;

/// <summary>The console's rooms know each other one way.</summary>
public sealed class RoomsTests
{
    [Fact]
    public void Console_IsOneWay() => Rooms.AssertOneWay(
        "MgCap.Web",
        "Api", "Configuration", "Helpers", "Catalogue", "Access", "Health", "History", "Interfaces", "Filters", "Captures", "Machine", "Dissection", "Files", "Packets", "Downloads", "Schedules",
        "Summaries", "Live", "Dashboard");
}
