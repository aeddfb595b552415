using System.Reflection;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Payhook.Providers;

namespace Payhook.Bench;

/// <summary>
/// What one accepted request costs before it reaches the store: of the first sample of each provider that signs with a
/// shared secret. A refused one costs no more than its Verify.
/// </summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class ProviderBenchmarks
{
    static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    readonly List<PaymentEvent> _events = [];
    Provider _provider = null!;
    byte[] _body = [];
    string _query = "";
    IHeaders _headers = null!;
    Credentials _credentials = null!;

    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    public static IEnumerable<string> Names() =>
        ProviderCatalog.All.Where(p => Sign(p, Load(p.Name), out _) is not null).Select(p => p.Name);

    [GlobalSetup]
    public void Prepare()
    {
        _provider = ProviderCatalog.Find(Name)!;
        var sample = Load(Name);
        var signed = Sign(_provider, sample, out _credentials)!;
        var own = sample.TryGetProperty("headers", out var headers)
            ? headers.EnumerateObject().Select(h => KeyValuePair.Create(h.Name, h.Value.GetString()!))
                .ExceptBy(signed.Headers.Select(h => h.Key), h => h.Key, StringComparer.OrdinalIgnoreCase)
                .Where(h => !_provider.SignatureHeaders.Contains(h.Key, StringComparer.OrdinalIgnoreCase))
            : [];
        (_body, _query, _headers) = (signed.Body, signed.Query, new KeptHeaders([.. signed.Headers, .. own]));
        if (!Verify().IsVerified || Read() != Reading.Read) throw new InvalidOperationException($"{Name} refuses");
    }

    [Benchmark]
    public Verification Verify() => _provider.Verify(Request(), _credentials);

    [Benchmark]
    public Reading Read()
    {
        _events.Clear();
        return _provider.Read(Request(), _events);
    }

    WebhookRequest Request() => new(_headers, _body) { Query = _query, ReceivedAt = Now };

    static SignedRequest? Sign(Provider provider, JsonElement sample, out Credentials credentials)
    {
        var parameter = provider.Parameter?.Name switch
        {
            null => null,
            "merchant_key" => "merchant_id", // the sample's own
            "salt_index" => "1",
            _ => "https://shop.example/hook",
        };
        credentials = new Credentials(new Secret("bench:a-shared-secret-of-32-bytes")) { Parameter = parameter };
        return provider.Sign(Encoding.UTF8.GetBytes(sample.GetProperty("body").GetString()!), credentials, Now);
    }

    static JsonElement Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"samples/{name}.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement[0].Clone();
    }

    /// <summary>As cheap to look into as a web server's own: providers are measured, and no dictionary.</summary>
    sealed class KeptHeaders(KeyValuePair<string, string>[] headers) : IHeaders
    {
        public string? Find(string name, out bool isRepeated)
        {
            isRepeated = false;
            return FindAt(name, 0);
        }

        public string? FindAt(string name, int index)
        {
            foreach (var header in headers)
            {
                if (index == 0 && header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) return header.Value;
            }
            return null;
        }
    }
}
