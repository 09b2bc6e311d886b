namespace MgCap.Web.Configuration;

/// <summary>The console can't start as it is configured; the message is one line that names the option, its value and what is allowed.</summary>
public sealed class ConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
