using System.Globalization;
using System.Reflection;

namespace Payhook.Store;

/// <summary>The numbered SQL files of a store, embedded in the program; applied in order, each once.</summary>
sealed record SchemaScript(int Version, string Name, string Sql)
{
    /// <summary>The scripts of one dialect, oldest first.</summary>
    public static IReadOnlyList<SchemaScript> Of(string dialect)
    {
        var assembly = typeof(SchemaScript).Assembly;
        var prefix = $"schema/{dialect}/";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Load(assembly, name, name[prefix.Length..]))];
    }

    /// <summary>The scripts a database at some version still needs.</summary>
    /// <exception cref="StoreRefusedException">The database is newer than this program.</exception>
    public static IEnumerable<SchemaScript> After(int version, IReadOnlyList<SchemaScript> scripts)
    {
        var known = scripts[^1].Version;
        if (version <= known) return scripts.Where(s => s.Version > version);
        throw new StoreRefusedException(
            $"The database has schema version {version}, and this program knows versions up to {known}. "
            + "Run the newer Payhook that made it, or restore a backup made before the upgrade.");
    }

    static SchemaScript Load(Assembly assembly, string resource, string fileName)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new(int.Parse(fileName.AsSpan(0, 3), CultureInfo.InvariantCulture), fileName, reader.ReadToEnd());
    }
}
