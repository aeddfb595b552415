using System.Threading.Channels;

namespace Payhook.Forward;

/// <summary>A bell for one who waits; rung while nobody does, it is heard at the next wait.</summary>
sealed class Wake(TimeProvider time)
{
    readonly Channel<bool> _bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Ring() => _bell.Writer.TryWrite(true);

    /// <summary>Until it rings, or for so long.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        try
        {
            var rung = _bell.Reader.WaitToReadAsync(cancellation).AsTask();
            await (atMost == Timeout.InfiniteTimeSpan ? rung : rung.WaitAsync(atMost, time, cancellation));
            _bell.Reader.TryRead(out _);
        }
        catch (TimeoutException)
        {
            // so long
        }
    }
}
