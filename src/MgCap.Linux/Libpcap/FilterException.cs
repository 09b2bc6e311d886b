namespace MgCap.Linux.Libpcap;

/// <summary>A capture filter that libpcap does not take; the message is libpcap's.</summary>
public sealed class FilterException(string message) : Exception(message);
