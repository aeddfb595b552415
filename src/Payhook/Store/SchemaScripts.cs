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

    /// <summary>
    /// The scripts that a database has not run yet, oldest first. Each counts for itself and not by the highest number:
    /// a script that was written earlier may come in later, and a database that ran the next one still needs it.
    /// </summary>
    /// <param name="applied">The versions that the database has run.</param>
    /// <param name="scripts">The scripts that this program has; numbers may be missing between them.</param>
    /// <exception cref="StoreRefusedException">The database has run what this program does not know.</exception>
    public static IEnumerable<SchemaScript> Missing(IReadOnlySet<int> applied, IReadOnlyList<SchemaScript> scripts)
    {
        var unknown = applied.Except(scripts.Select(s => s.Version)).Order().ToArray();
        if (unknown.Length == 0) return scripts.Where(s => !applied.Contains(s.Version));
        throw new StoreRefusedException(
            $"The database has schema version {unknown[^1]}, and this program knows versions up to "
            + $"{scripts[^1].Version}{(unknown[^1] < scripts[^1].Version ? " without that one" : "")}. "
            + "Run the newer Payhook that made it, or restore a backup made before the upgrade.");
    }

    static SchemaScript Load(Assembly assembly, string resource, string fileName)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new(int.Parse(fileName.AsSpan(0, 3), CultureInfo.InvariantCulture), fileName, reader.ReadToEnd());
    }
}
