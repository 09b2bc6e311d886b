namespace MgCap.Capture.Engines.Xdp;

/// <summary>The interface whose driver a program asks about each frame (the kernel's networking/xdp-rx-metadata.rst).</summary>
/// <param name="InterfaceIndex">Its number.</param>
/// <param name="Stamps">Whether time stamps are the device's, where it has any.</param>
/// <param name="Tags">Whether VLAN tags that the device takes out are asked for.</param>
internal sealed record DriverBinding(int InterfaceIndex, bool Stamps, bool Tags);
