namespace MgCap.Testing;

/// <summary>How a <see cref="VethLab"/> is to be made.</summary>
public sealed record VethOptions
{
    /// <summary>Receive and transmit queues at both ends, all in use. From two on, <see cref="QueueSteering"/> is on.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>Longest payload of a frame: 9000 lets frames of up to 9014 bytes through.</summary>
    public int Mtu { get; init; } = 9000;

    /// <summary>The interface that frames are sent from.</summary>
    public string SenderName { get; init; } = "gen0";

    /// <summary>The interface that frames arrive at.</summary>
    public string CaptureName { get; init; } = "cap0";

    /// <summary>
    /// Gives the sender's end 10.77.0.1/24 and the capture's end 10.77.0.2/24 and each the other's link-layer address, so that
    /// nobody asks for it. The hosts then answer what is sent to them: a UDP packet to a closed port comes back as ICMP.
    /// </summary>
    public bool Addresses { get; init; }

    /// <summary>Lets the ends speak IPv6; they then send packets of their own accord.</summary>
    public bool IPv6 { get; init; }
}

/// <summary>
/// Two namespaces joined by a cable: a veth pair with nothing on it but what a test sends.
/// Frames arrive as they were sent: checksums are computed in software, and nothing is cut or merged. Owns both namespaces.
/// </summary>
public sealed class VethLab : IDisposable
{
    /// <summary>The sender's address when the lab has addresses.</summary>
    public const string SenderAddress = "10.77.0.1";

    /// <summary>The capture's address when the lab has addresses.</summary>
    public const string CaptureAddress = "10.77.0.2";

    private const string SenderMac = "02:00:00:00:00:01";
    private const string CaptureMac = "02:00:00:00:00:02";

    private VethLab(VethOptions options, NetworkNamespace senderSide, NetworkNamespace captureSide)
    {
        Options = options;
        SenderSide = senderSide;
        CaptureSide = captureSide;
    }

    /// <summary>What it was made from.</summary>
    public VethOptions Options { get; }

    /// <summary>The namespace that holds <see cref="VethOptions.SenderName"/>.</summary>
    public NetworkNamespace SenderSide { get; }

    /// <summary>The namespace that holds <see cref="VethOptions.CaptureName"/>.</summary>
    public NetworkNamespace CaptureSide { get; }

    /// <summary>The number of the capture's interface in its namespace.</summary>
    public int CaptureIndex { get; private set; }

    /// <summary>The number of the sender's interface in its namespace.</summary>
    public int SenderIndex { get; private set; }

    /// <summary>Builds the lab and waits until frames can pass.</summary>
    public static VethLab Create(string hint, VethOptions? options = null)
    {
        options ??= new VethOptions();
        var senderSide = NetworkNamespace.Create(hint + "-gen", options.IPv6);
        var captureSide = NetworkNamespace.Create(hint + "-cap", options.IPv6);
        var lab = new VethLab(options, senderSide, captureSide);
        try
        {
            lab.LayCable();
            return lab;
        }
        catch
        {
            lab.Dispose();
            throw;
        }
    }

    /// <summary>Opens a sender at the sender's end.</summary>
    public FrameSender OpenSender(FrameSenderOptions? options = null) => new(SenderSide, Options.SenderName, options);

    /// <summary>Whether the capture's host answers one echo request of the sender's within a second. Needs <see cref="VethOptions.Addresses"/>.</summary>
    public bool CaptureAnswers()
    {
        try
        {
            SenderSide.Exec("ping", "-q", "-c", "1", "-W", "1", CaptureAddress);
            return true;
        }
        catch (ToolException exception) when (exception.Message.Contains("ended with 1:", StringComparison.Ordinal))
        {
            return false; // ping(8): no answer.
        }
    }

    /// <summary>What has arrived at the capture's end.</summary>
    public InterfaceCounters ReadArrivals() => InterfaceCounters.Read(CaptureSide, Options.CaptureName);

    /// <summary>
    /// Waits until frames can pass: after an end was switched on, too. Until an interface is operational its queueing discipline
    /// throws packets away (dev_activate).
    /// </summary>
    public void WaitForCarrier() =>
        Wait.Until(() => IsUp(SenderSide, Options.SenderName) && IsUp(CaptureSide, Options.CaptureName), "the veth pair to come up");

    /// <inheritdoc/>
    public void Dispose()
    {
        // A namespace goes when its last user does, and its interfaces some time after; a test's successor may want the name now.
        if (SenderIndex > 0)
            DeleteCable();
        SenderSide.Dispose();
        CaptureSide.Dispose();
    }

    /// <summary>Deletes the veth pair, as when a device is pulled out of a running machine.</summary>
    public void DeleteCable()
    {
        try
        {
            SenderSide.Ip("link", "delete", "dev", Options.SenderName);
        }
        catch (ToolException) when (SenderSide.Run(() => Native.if_nametoindex(Options.SenderName)) == 0)
        {
            // It is gone already.
        }
    }

    /// <summary>Lays another cable between the namespaces, without addresses.</summary>
    /// <param name="senderName">The interface that frames are sent from.</param>
    /// <param name="captureName">The interface that frames arrive at.</param>
    public void AddCable(string senderName, string captureName)
    {
        LayCable(senderName, captureName);
        SetUp(SenderSide, senderName);
        SetUp(CaptureSide, captureName);
        Wait.Until(() => IsUp(SenderSide, senderName) && IsUp(CaptureSide, captureName), "the other veth pair to come up");
    }

    private void LayCable()
    {
        LayCable(Options.SenderName, Options.CaptureName);
        PlugIn(SenderSide, Options.SenderName, SenderAddress, CaptureAddress, CaptureMac);
        PlugIn(CaptureSide, Options.CaptureName, CaptureAddress, SenderAddress, SenderMac);
        SenderIndex = SenderSide.IndexOf(Options.SenderName);
        CaptureIndex = CaptureSide.IndexOf(Options.CaptureName);
        if (Options.Queues > 1)
            QueueSteering.Attach(SenderSide, Options.SenderName);
        WaitForCarrier();
    }

    private void LayCable(string senderName, string captureName)
    {
        var queues = Options.Queues.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] count = ["numtxqueues", queues, "numrxqueues", queues];
        SenderSide.Ip(
            ["link", "add", senderName, "address", SenderMac, .. count, "type", "veth",
                "peer", "name", captureName, "netns", CaptureSide.Name, "address", CaptureMac, .. count]);
    }

    private void SetUp(NetworkNamespace side, string name, bool arp = false)
    {
        side.Exec("ethtool", "-K", name, "rx", "off", "tx", "off", "tso", "off", "gso", "off", "gro", "off");
        side.Ip("link", "set", "dev", name, "arp", arp ? "on" : "off", "mtu", Options.Mtu.ToString(System.Globalization.CultureInfo.InvariantCulture), "up");
    }

    private void PlugIn(NetworkNamespace side, string name, string address, string neighbour, string neighbourMac)
    {
        SetUp(side, name, Options.Addresses);
        if (!Options.Addresses)
            return;
        side.Ip("address", "add", address + "/24", "dev", name);
        side.Ip("neighbour", "replace", neighbour, "lladdr", neighbourMac, "nud", "permanent", "dev", name);
    }

    private static bool IsUp(NetworkNamespace side, string name) =>
        side.Ip("-j", "link", "show", "dev", name).Contains("\"operstate\":\"UP\"", StringComparison.Ordinal);
}
