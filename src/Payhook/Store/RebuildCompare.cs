using System.Data.Common;
using Payhook.Attention;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>
/// Holds the payments that were made anew against those that are there, and puts these right. A payment that stays
/// keeps its number. Which columns there are the tables tell, so a new one needs no line here.
/// </summary>
/// <param name="connection">One that sees both.</param>
/// <param name="made">What stands before the names of the new tables.</param>
/// <param name="live">What stands before the names of the others.</param>
/// <param name="newNumber">An expression for the number of a payment that was missing.</param>
sealed class RebuildCompare(DbConnection connection, string made, string live, string newNumber)
{
    const int StepPayments = 2000;
    const string Payments = "payhook_payments", Number = "payment_number";
    const string Names = "payhook_payment_names";

    /// <summary>
    /// Rules that need other rows mark what may hold when a row is written, which depends on the batch; whoever reads
    /// decides.
    /// </summary>
    static readonly long Candidates =
        AttentionKind.CapturedTwice.Bit() | AttentionKind.CaptureWithoutAuthorization.Bit();

    string[] _differing = [], _mending = [];
    long _comparedNumber, _sweptNumber;
    bool _isCompared;

    /// <summary>The tables that are made anew.</summary>
    public static IEnumerable<string> Tables => [Payments, Names];

    /// <summary>Once, before anything else.</summary>
    public void Prepare()
    {
        Run("create temp table payhook_touched (number bigint primary key)");
        Run("create temp table payhook_gone (number bigint primary key)");
        Run("create temp table payhook_differing (made_number bigint primary key, live_number bigint, "
            + "is_new integer)");
        var columns = Columns(Payments).Where(c => c != "number").ToArray();
        string[] unlike =
        [
            "l.number is null", .. columns.Select(c => c == "attention"
                ? $"(m.{c} | {Candidates}) is distinct from (l.{c} | {Candidates})"
                : $"m.{c} is distinct from l.{c}"),
            // By the names, which have an index; by the numbers only those that were made have one.
            $"""
            exists (select 1 from {made}{Names} a where a.{Number} = m.number and not exists (
                select 1 from {live}{Names} b where b.name = a.name and b.provider = a.provider
                    and b.account = a.account and b.{Number} = l.number))
            """,
        ];
        string Differing(string which) => $"""
            insert into payhook_differing
            select m.number, l.number, case when l.number is null then 1 else 0 end
            from {made}{Payments} m left join {live}{Payments} l on l.number = ({Named(live, "m")})
                and l.payment_id = m.payment_id and l.provider = m.provider and l.account = m.account
            where {which} and ({string.Join(" or ", unlike)})
            on conflict do nothing
            """;
        _differing =
        [
            Differing("m.number > $1 and m.number <= $2"),
            Differing("m.number in (select number from payhook_touched)"),
        ];
        var list = string.Join(", ", columns);
        _mending =
        [
            $"update payhook_differing set live_number = {newNumber} where is_new = 1",
            $"""
            update {live}{Payments} as l set {string.Join(", ", columns.Select(c => $"{c} = m.{c}"))}
            from payhook_differing d, {made}{Payments} m where d.live_number = l.number and m.number = d.made_number
                and d.is_new = 0
            """,
            $"""
            insert into {live}{Payments} (number, {list}) select d.live_number, {list}
            from payhook_differing d join {made}{Payments} m on m.number = d.made_number where d.is_new = 1
            """,
            $"""
            delete from {live}{Names} where (name, provider, account) in (
                select a.name, a.provider, a.account from payhook_differing d
                join {made}{Names} a on a.{Number} = d.made_number)
            """,
            $"""
            insert into {live}{Names} (name, provider, account, {Number})
            select a.name, a.provider, a.account, d.live_number
            from payhook_differing d join {made}{Names} a on a.{Number} = d.made_number
            """,
        ];
    }

    public long PaymentsTotal() => Scalar($"select count(*) from {made}{Payments}");

    /// <summary>Events that came while payments were compared may join one that was with one that was not.</summary>
    public void Touch(IEnumerable<MappedEvent> events)
    {
        foreach (var (name, provider, account) in events.SelectMany(e => e.Changes.SelectMany(c => c.Names)
            .Select(n => (n.Id, e.ProviderName, e.AccountId))).Distinct())
        {
            Run($"""
                insert into payhook_touched
                select {Number} from {made}payhook_payment_names where name = $1 and provider = $2 and account = $3
                on conflict do nothing
                """, name, provider, account);
        }
    }

    /// <summary>The next few, in the transaction that is open.</summary>
    public RebuildStep Step()
    {
        var (from, table) = _isCompared ? (_sweptNumber, live) : (_comparedNumber, made);
        var (until, count) = Part(table, from);
        if (until == 0 && !_isCompared)
        {
            _isCompared = true;
            (from, (until, count)) = (0, Part(live, 0));
        }
        if (!_isCompared) Run(_differing[0], from, until);
        Run(_differing[1]);
        Run("delete from payhook_touched");
        var mended = (int)Scalar("select count(*) from payhook_differing");
        if (mended > 0)
        {
            foreach (var statement in _mending) Run(statement);
            Run("delete from payhook_differing");
        }
        var removed = _isCompared && until > 0 ? Sweep(from, until) : 0;
        (_comparedNumber, _sweptNumber) = _isCompared ? (_comparedNumber, until) : (until, _sweptNumber);
        return new(_isCompared ? 0 : count, mended, removed, _isCompared && count < StepPayments);
    }

    /// <summary>Takes away the payments that no event speaks of.</summary>
    int Sweep(long from, long until)
    {
        var kept = string.Join(", ", StoredReading.PartlyStored.Select(provider => $"'{provider}'"));
        Run($"""
            insert into payhook_gone
            select l.number from {live}{Payments} l
            where l.number > $1 and l.number <= $2 and l.provider not in ({kept})
            and (({Named(made, "l")}) is null or ({Named(live, "l")}) is distinct from l.number)
            """, from, until);
        var count = (int)Scalar("select count(*) from payhook_gone");
        if (count == 0) return 0;
        Run($"delete from {live}{Names} where {Number} in (select number from payhook_gone)");
        Run($"delete from {live}{Payments} where number in (select number from payhook_gone)");
        Run("delete from payhook_gone");
        return count;
    }

    (long Until, int Count) Part(string table, long from)
    {
        using var command = Command(
            $"""
            select coalesce(max(number), 0), count(*) from (
                select number from {table}{Payments} where number > $1 order by number limit {StepPayments}) as part
            """, from);
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), (int)reader.GetInt64(1));
    }

    /// <summary>The number of the payment that has the name of a row at some place.</summary>
    static string Named(string place, string row) => $"""
        select n.{Number} from {place}{Names} n
        where n.name = {row}.payment_id and n.provider = {row}.provider and n.account = {row}.account
        """;

    List<string> Columns(string table)
    {
        using var command = Command($"select * from {live}{table} where 1 = 0");
        using var reader = command.ExecuteReader();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }

    void Run(string sql, params object[] values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    long Scalar(string sql)
    {
        using var command = Command(sql);
        return (long)command.ExecuteScalar()!;
    }

    DbCommand Command(string sql, params object[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = StoreLimits.LockWaitSeconds * 6;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            if (connection is Microsoft.Data.Sqlite.SqliteConnection) parameter.ParameterName = $"${i + 1}";
            parameter.Value = values[i];
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
