namespace MgCap.Linux.Libpcap;

/// <summary>A capture filter that libpcap does not take; the message is libpcap's.</summary>
public class FilterException(string message) : Exception(message);

/// <summary>A capture filter that takes more time to compile than a filter may.</summary>
public sealed class FilterTooSlowException(string message) : FilterException(message);
