namespace MgCap.Cli; internal static class Program { static void Main() {} }
