using System.Text.Json;

namespace Payhook.Receive;

/// <summary>The two answers with 200, written straight into the response's buffer.</summary>
static class Accepted
{
    const string ContentType = "application/json";

    /// <param name="response">The response.</param>
    /// <param name="receipt">The (first) event.</param>
    /// <param name="isNew">Whether it, or one that came with it, was not known before.</param>
    /// <param name="text">What the provider wants to read instead, if anything.</param>
    public static void Write(HttpResponse response, Receipt receipt, bool isNew, string? text)
    {
        if (text is not null) WriteText(response, text);
        else if (isNew) WriteSuccess(response, receipt);
        else WriteDuplicate(response, receipt);
    }

    static void WriteText(HttpResponse response, string text)
    {
        response.ContentType = "text/plain";
        var length = System.Text.Encoding.UTF8.GetBytes(text, response.BodyWriter.GetSpan(text.Length * 3));
        response.ContentLength = length;
        response.BodyWriter.Advance(length);
    }

    static void WriteSuccess(HttpResponse response, Receipt receipt)
    {
        var answer = Open(response, receipt, """{"status":"success","event_id":"""u8);
        answer.WriteString(receipt.EventId);
        answer.WriteRaw(""","payment_id":"""u8);
        if (receipt.PaymentId is null) answer.WriteRaw("null"u8);
        else answer.WriteString(receipt.PaymentId);
        if (receipt.Batch is { Receipts.Length: > 1 } batch)
        {
            answer.WriteRaw(""","event_count":"""u8);
            answer.WriteNumber(batch.Receipts.Length);
        }
        answer.Close(response);
    }

    static void WriteDuplicate(HttpResponse response, Receipt receipt)
    {
        var answer = Open(
            response, receipt, """{"status":"duplicate","message":"Event already processed","event_id":"""u8);
        answer.WriteString(receipt.EventId);
        answer.Close(response);
    }

    static Answer Open(HttpResponse response, Receipt receipt, ReadOnlySpan<byte> start)
    {
        // Six bytes a character is the longest JSON escape; the fixed parts stay under 128 bytes.
        var room = 128 + 6 * (receipt.EventId.Length + (receipt.PaymentId?.Length ?? 0));
        var answer = new Answer(response.BodyWriter.GetSpan(room));
        answer.WriteRaw(start);
        return answer;
    }

    ref struct Answer(Span<byte> span)
    {
        readonly Span<byte> _span = span;
        int _length;

        public void WriteRaw(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_span[_length..]);
            _length += bytes.Length;
        }

        public void WriteString(string text)
        {
            _span[_length++] = (byte)'"';
            if (NeedsEscape(text)) WriteRaw(JsonEncodedText.Encode(text, JsonText.Encoder).EncodedUtf8Bytes);
            else _length += System.Text.Encoding.ASCII.GetBytes(text, _span[_length..]);
            _span[_length++] = (byte)'"';
        }

        public void WriteNumber(int number)
        {
            number.TryFormat(_span[_length..], out var digits);
            _length += digits;
        }

        public void Close(HttpResponse response)
        {
            _span[_length++] = (byte)'}';
            response.ContentType = ContentType;
            response.ContentLength = _length;
            response.BodyWriter.Advance(_length);
        }

        static bool NeedsEscape(ReadOnlySpan<char> text) =>
            text.ContainsAnyExceptInRange(' ', '~') || text.ContainsAny('"', '\\');
    }
}
