namespace Payhook.Cli;

/// <summary>What a person can do while events come: one key sends the last one again, one quits.</summary>
static class ListenKeys
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether somebody can press any: a script has no keys, and no terminal to see their effect in.</summary>
    public static bool AreThere(TextWriter output) =>
        output == Console.Out && !Console.IsInputRedirected && !Console.IsOutputRedirected;

    public static async Task WatchAsync(ListenRun run, CancellationTokenSource stop)
    {
        var resending = Task.CompletedTask;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                while (Console.KeyAvailable)
                {
                    var key = char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar);
                    if (key == 'q') await stop.CancelAsync();
                    // Not awaited: the application may take its time, and q must work meanwhile.
                    else if (key == 'r' && resending.IsCompleted) resending = run.ResendAsync(stop.Token);
                }
                await Task.Delay(LookEvery, TimeProvider.System, stop.Token);
            }
            await resending;
        }
        catch (OperationCanceledException)
        {
            // it is over
        }
    }
}
