using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Payhook.Tests.Support;

/// <summary>The real executable as a process of its own, which a test may stop, kill and start again.</summary>
public sealed class PayhookProcess : IDisposable
{
    readonly Process _process;
    readonly StringBuilder _output = new();
    readonly StringBuilder _errors = new();

    PayhookProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => Kept(_output);
    public string Errors => Kept(_errors);
    public int ExitCode => _process.ExitCode;
    public int Id => _process.Id;

    /// <summary>Starts it in a directory with nothing in the environment but what is given.</summary>
    public static PayhookProcess Start(
        string directory, IEnumerable<(string Name, string Value)> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "payhook"), arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in Settings.All) start.Environment.Remove(setting.Name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Starts the listener on a store and waits until it answers.</summary>
    public static async Task<PayhookProcess> ListenAsync(TestStore store, int port, params (string, string)[] settings)
    {
        var process = Start(Path.GetTempPath(),
        [
            ("DATABASE_URL", store.Url), ("HOST", "127.0.0.1"), ("PORT", $"{port}"),
            ("WEBHOOK_SECRET", TestListener.Secret), .. settings,
        ]);
        using var client = new HttpClient();
        for (var i = 0; i < 400; i++)
        {
            if (process._process.HasExited) Assert.Fail($"The listener ended: {process.Errors}");
            try
            {
                await client.GetAsync($"http://127.0.0.1:{port}/health/live", TestContext.Current.CancellationToken);
                return process;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(25, TestContext.Current.CancellationToken);
            }
        }
        throw new TimeoutException("The listener did not come up in ten seconds");
    }

    /// <summary>The end that no program can prepare for.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks it to stop, as an orchestrator does, and waits for its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        if (kill(_process.Id, 15) != 0) throw new InvalidOperationException("cannot signal the process");
        return await WaitAsync();
    }

    public async Task<int> WaitAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>False where it still runs after that time.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(time);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    static void Keep(StringBuilder lines, string? line)
    {
        if (line is null) return;
        lock (lines) lines.AppendLine(line);
    }

    static string Kept(StringBuilder lines)
    {
        lock (lines) return lines.ToString();
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int kill(int process, int signal);
}
