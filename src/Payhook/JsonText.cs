using System.Globalization;
using System.Text.Encodings.Web;

namespace Payhook;

/// <summary>How JSON is written: the same in every answer.</summary>
static class JsonText
{
    /// <summary>Answers are never put into a page as they are, so quotes and letters stay readable.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>A moment as the contract writes it: UTC, whole seconds, <c>Z</c>.</summary>
    public static string Moment(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
