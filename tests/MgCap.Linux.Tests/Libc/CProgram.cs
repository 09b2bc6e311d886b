using System.Globalization;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Libc;

/// <summary>Asks the machine's C compiler what expressions are worth.</summary>
internal static class CProgram
{
    /// <summary>Compiles and runs a program that prints each expression as an unsigned 64-bit number.</summary>
    public static IReadOnlyDictionary<string, ulong> Evaluate(IEnumerable<string> headers, IReadOnlyCollection<string> expressions)
    {
        var folder = Directory.CreateTempSubdirectory("mgcap-headers-");
        try
        {
            var source = Path.Combine(folder.FullName, "headers.c");
            var program = Path.Combine(folder.FullName, "headers");
            File.WriteAllLines(source,
            [
                "#define _GNU_SOURCE", "#include <stddef.h>", "#include <stdio.h>",
                .. headers.Select(header => $"#include <{header}>"),
                "int main(void) {",
                .. expressions.Select(expression => $"""printf("%llu\n", (unsigned long long)({expression}));"""),
                "return 0; }",
            ]);
            Tool.Run("gcc", "-Wall", "-o", program, source);
            var values = Tool.Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return expressions.Zip(values).ToDictionary(pair => pair.First, pair => ulong.Parse(pair.Second, CultureInfo.InvariantCulture));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
