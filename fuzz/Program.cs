using Payhook.Fuzz;
using SharpFuzz;

// Fuzz --corpus FOLDER     writes the seeds, made of the tests' samples and vectors
// Fuzz --replay FILE...    runs inputs once, to see what one of them does
// Fuzz                     runs under afl-fuzz; see fuzz/run
switch (args)
{
    case ["--corpus", var folder]:
        Directory.CreateDirectory(folder);
        var count = 0;
        foreach (var seed in Corpus.Seeds(Path.Combine("test", "Payhook.Tests", "Providers")))
            File.WriteAllBytes(Path.Combine(folder, $"seed{++count:0000}"), seed);
        Console.WriteLine($"{count} seeds in {folder}");
        break;
    case ["--replay", .. var files]:
        foreach (var file in files) Target.Run(File.ReadAllBytes(file));
        Console.WriteLine($"{files.Length} inputs, nothing found");
        break;
    default:
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            Target.Run(input.ToArray());
        });
        break;
}
