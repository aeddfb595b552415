using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Payhook.Bench;
using Perfolizer.Horology;

// In this process: a program built anew for every case would take minutes on a small machine.
var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)
    .WithIterationTime(TimeInterval.FromMilliseconds(100));
var config = ManualConfig.CreateEmpty()
    .AddJob(job).AddLogger(ConsoleLogger.Default).AddColumnProvider(DefaultColumnProviders.Instance)
    .AddExporter(MarkdownExporter.GitHub)
    .WithArtifactsPath(Path.Combine("bench", "results", "providers"));
BenchmarkSwitcher.FromTypes([typeof(ProviderBenchmarks)]).Run(args.Length > 0 ? args : ["--filter", "*"], config);
