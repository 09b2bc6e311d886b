using System.ComponentModel;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace MgCap.Testing;

/// <summary>Makes the test case of a method with <see cref="DeviceFactAttribute"/>. For xUnit.</summary>
/// <param name="diagnostics">Where xUnit wants diagnostic messages.</param>
public sealed class DeviceFactDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
    [
        new DeviceTestCase(diagnostics, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)
    ];
}

/// <summary>A test case that asks the kernel just before it runs.</summary>
public sealed class DeviceTestCase : XunitTestCase
{
    /// <summary>For xUnit's deserialization.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("for xUnit only")]
    public DeviceTestCase()
    {
    }

    internal DeviceTestCase(IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    /// <inheritdoc/>
    public override Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
    {
        var fact = (ReflectionAttributeInfo)TestMethod.Method.GetCustomAttributes(typeof(DeviceFactAttribute)).Single();
        SkipReason ??= ((DeviceFactAttribute)fact.Attribute).Problem();
        return base.RunAsync(diagnosticMessageSink, messageBus, constructorArguments, aggregator, cancellationTokenSource);
    }
}
