using System.Runtime.InteropServices;

namespace MgCap.Linux.Sandbox;

/// <summary>Names of hosts and networks, as libc looks them up for this process.</summary>
public static partial class NameResolution
{
    // A name service that no machine has.
    private const string None = "mgcap_none";

    /// <summary>
    /// Lets no name of a host or a network be found from now on: no server and no file is asked. Ports, protocols and Ethernet addresses
    /// keep their names, which stand in files.
    /// </summary>
    /// <returns>false where libc has no such switch (it is not glibc).</returns>
    public static bool Disable()
    {
        try
        {
            return __nss_configure_lookup("hosts", None) == 0 && __nss_configure_lookup("networks", None) == 0
                && __nss_configure_lookup("services", "files") == 0 && __nss_configure_lookup("protocols", "files") == 0
                && __nss_configure_lookup("ethers", "files") == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int __nss_configure_lookup(string dbname, string service);
}
