namespace Payhook.Tests.Support;

/// <summary>A payhook.json with destinations.</summary>
public sealed class DestinationFile : IDisposable
{
    readonly string _path = Path.GetTempFileName();

    public DestinationFile(string destinations) =>
        File.WriteAllText(_path, $$"""{ "destinations": {{destinations}} }""");

    public (string Name, string Value)[] Settings =>
        [("PAYHOOK_CONFIG", _path), ("ALLOW_PRIVATE_DESTINATIONS", "127.0.0.1")];

    /// <summary>One destination that tries again soon.</summary>
    public static DestinationFile To(Application application, string more = "") => new(
        $$"""
        { "app": { "url": "{{application.Url}}",
          "retry": { "first_seconds": 0.1, "longest_seconds": 0.2, "give_up_after_hours": 1 } {{more}} } }
        """);

    public void Dispose() => File.Delete(_path);
}
