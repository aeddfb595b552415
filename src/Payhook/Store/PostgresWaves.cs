namespace Payhook.Store;

/// <summary>Divides receipts into parts that one statement each can store.</summary>
static class PostgresWaves
{
    /// <summary>
    /// One statement does not see its own rows, so receipts that name the same event go one after another. The events
    /// of one delivery go together; a delivery that names an event twice is given back to be taken apart.
    /// </summary>
    public static (List<List<Receipt>> Waves, List<Batch> Others) Of(Receipt[] receipts)
    {
        var (waves, others, rest) = (new List<List<Receipt>>(), new List<Batch>(), new List<Receipt[]>());
        foreach (var receipt in receipts)
        {
            if (receipt.Batch is null) rest.Add([receipt]);
            else if (receipt.Batch.Receipts[0] == receipt)
            {
                if (TryTake([], receipt.Batch.Receipts)) rest.Add(receipt.Batch.Receipts);
                else others.Add(receipt.Batch);
            }
        }
        while (rest.Count > 0)
        {
            var names = new HashSet<(string Source, string Name)>(rest.Count);
            var (wave, later) = (new List<Receipt>(rest.Count), new List<Receipt[]>());
            foreach (var together in rest)
            {
                if (TryTake(names, together)) wave.AddRange(together);
                else later.Add(together);
            }
            // Every writer inserts in the same order, so that two never wait for each other in a circle.
            wave.Sort(CompareIdentity);
            waves.Add(wave);
            rest = later;
        }
        return (waves, others);
    }

    /// <summary>Takes the names of receipts, all or none.</summary>
    static bool TryTake(HashSet<(string Source, string Name)> names, Receipt[] receipts)
    {
        var taken = new List<(string, string)>(2 * receipts.Length);
        foreach (var receipt in receipts)
        {
            var isFree = names.Add((receipt.SourceName, receipt.Identity));
            if (isFree) taken.Add((receipt.SourceName, receipt.Identity));
            if (isFree && !receipt.IsEventIdSigned)
            {
                isFree = names.Add((receipt.SourceName, receipt.EventId));
                if (isFree) taken.Add((receipt.SourceName, receipt.EventId));
            }
            if (isFree) continue;
            foreach (var name in taken) names.Remove(name);
            return false;
        }
        return true;
    }

    /// <summary>The order in which every writer inserts.</summary>
    public static int CompareIdentity(Receipt a, Receipt b)
    {
        var byIdentity = string.CompareOrdinal(a.Identity, b.Identity);
        return byIdentity != 0 ? byIdentity : string.CompareOrdinal(a.SourceName, b.SourceName);
    }
}
