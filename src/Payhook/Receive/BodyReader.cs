using System.Buffers;

namespace Payhook.Receive;

/// <summary>Reads a body as the bytes arrive, counted by what came and never by the length that was claimed.</summary>
static class BodyReader
{
    /// <returns>What is wrong, or <see langword="null"/> where the whole body was read.</returns>
    public static async ValueTask<Problem?> ReadAsync(
        HttpRequest request, PooledBytes bytes, int limitBytes, ByteBudget budget)
    {
        try
        {
            var reader = request.BodyReader;
            while (true)
            {
                var result = await reader.ReadAsync(); // ends by itself when the sender goes away
                var arrived = result.Buffer;
                var refusal = Keep(arrived, bytes, limitBytes, budget);
                reader.AdvanceTo(arrived.End);
                if (refusal is not null || result.IsCompleted) return refusal;
            }
        }
        catch (BadHttpRequestException e)
        {
            return Problem.OfStatus(e.StatusCode);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return Problem.BadRequest; // the sender went away
        }
    }

    static Problem? Keep(in ReadOnlySequence<byte> arrived, PooledBytes bytes, int limitBytes, ByteBudget budget)
    {
        if (bytes.Length + arrived.Length > limitBytes) return Problem.BodyTooLarge;
        if (!budget.TryTake((int)arrived.Length)) return Problem.QueueFull;
        foreach (var segment in arrived) bytes.Write(segment.Span);
        return null;
    }
}
