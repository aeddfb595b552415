namespace Payhook.Tests.Support;

/// <summary>Settings of nothing but what a test gives.</summary>
static class TestSettings
{
    public static (Settings? Settings, IReadOnlyList<SettingFault> Faults) Read(
        params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(v => v.Name, v => v.Value);
        return Settings.Read(environment.GetValueOrDefault, environment.Keys);
    }
}
