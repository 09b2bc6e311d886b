namespace MgCap.Web; internal static class Program { static void Main() {} }
