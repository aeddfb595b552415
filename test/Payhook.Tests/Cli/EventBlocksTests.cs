using System.IO.Pipelines;
using System.Text;
using Payhook.Cli;

namespace Payhook.Tests.Cli;

/// <summary>Server-sent events are read as they are written, and silence is no life.</summary>
public sealed class EventBlocksTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_blocks_whatever_pieces_they_come_in()
    {
        const string text = ": events follow\nretry: 2000\nid: 0-0\n\n: heartbeat\n\nid: 0-1\r\nevent: a:b\r\n"
            + "data: {\"x\":1}\ndata:ü\r\n\r\nevent: payhook.dropped\ndata: {}\n\nid: cut";
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var size in new[] { 1, 7, 10_000 })
        {
            var pipe = new Pipe();
            foreach (var piece in bytes.Chunk(size)) await pipe.Writer.WriteAsync(piece, Cancellation);
            await pipe.Writer.CompleteAsync();
            var blocks = new EventBlocks(pipe.Reader.AsStream(), TimeSpan.FromSeconds(30));
            var read = new List<EventBlock>();
            while (await blocks.NextAsync(Cancellation) is { } block) read.Add(block);
            Assert.Equal(
                [new("0-0", null, null), new("0-1", "a:b", "{\"x\":1}\nü"), new(null, "payhook.dropped", "{}")], read);
        }
    }

    [Fact]
    public async Task Takes_silence_for_an_end()
    {
        var pipe = new Pipe();
        var blocks = new EventBlocks(pipe.Reader.AsStream(), TimeSpan.FromMilliseconds(50));
        var fault = await Assert.ThrowsAsync<IOException>(async () => await blocks.NextAsync(Cancellation));
        Assert.Contains("nothing came", fault.Message);
    }

    [Fact]
    public async Task Keeps_no_line_without_an_end()
    {
        var blocks = new EventBlocks(new MemoryStream(new byte[4 << 20]), TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<IOException>(async () => await blocks.NextAsync(Cancellation));
    }
}
