// The tests flood interfaces and measure; two at once would take each other's processors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
