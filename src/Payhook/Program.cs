using Payhook.Cli;

// A verb leads to its command; no verb is serve.
return await CommandLine.RunAsync(args, Console.Out, Console.Error);
