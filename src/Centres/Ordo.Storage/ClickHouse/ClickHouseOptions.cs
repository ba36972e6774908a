using System.Text.RegularExpressions;

namespace Ordo.Storage.ClickHouse;

/// <summary>Settings of the store on a ClickHouse cluster, section <c>Storage:ClickHouse</c>; they count when <c>Storage:Engine</c> is <c>clickhouse</c>.</summary>
public sealed partial record ClickHouseOptions
{
    /// <summary>
    /// One entry a shard: the HTTP addresses of its replicas with commas between, such as <c>http://ch1:8123,http://ch2:8123</c>. The order is kept for ever:
    /// a source stays on its shard, a new shard goes to the end.
    /// </summary>
    public IReadOnlyList<string> Shards { get; init; } = [];

    /// <summary>Database within ClickHouse; made when it is missing.</summary>
    public string Database { get; init; } = "ordo";

    public string User { get; init; } = "default";

    public string Password { get; init; } = "";

    /// <summary>Tables of the replicated kind. Needs Keeper or ZooKeeper and the macros <c>shard</c> and <c>replica</c> on every server.</summary>
    public bool Replicated { get; init; }

    /// <summary>Replicas that must have a batch before it is acknowledged; 0 takes two where there are two. Only with <see cref="Replicated"/>. 0 … 10.</summary>
    public int InsertQuorum { get; init; }

    /// <summary>Name of the cluster in the servers' <c>remote_servers</c>: with it the table <c>sample_all</c> is made, through which people read every shard.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>At least so many milliseconds lie between two inserts into a shard: ClickHouse wants few large ones. 0 … 10,000.</summary>
    public int InsertIntervalMs { get; init; } = 200;

    /// <summary>Samples that go into one insert at most. 1,000 … 10,000,000.</summary>
    public int MaxInsertSamples { get; init; } = 500_000;

    /// <summary>Seconds for which an insert is tried again before its writers are refused. 1 … 600.</summary>
    public int RetrySeconds { get; init; } = 30;

    /// <summary>Seconds a writer waits for a place in the queue before it is refused. 1 … 600.</summary>
    public int QueueSeconds { get; init; } = 10;

    /// <summary>Seconds a request to ClickHouse may take. 1 … 3,600.</summary>
    public int RequestSeconds { get; init; } = 60;

    /// <summary>Seconds to wait at the start for servers that do not answer yet. 0 … 3,600.</summary>
    public int StartSeconds { get; init; } = 60;

    /// <summary>Seconds between looks at what other nodes have named and written; 0 when this is the only node. 0 … 3,600.</summary>
    public int RefreshSeconds { get; init; } = 5;

    /// <summary>The addresses of each shard. Only for options without faults.</summary>
    internal IReadOnlyList<Uri[]> Addresses => [.. Shards.Select(shard => AddressesOf(shard).Select(text => new Uri(text)).ToArray())];

    internal int Quorum(int replicas) => Replicated ? InsertQuorum == 0 ? Math.Min(2, replicas) : InsertQuorum : 0;

    /// <summary>Every fault of the settings, one sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (Shards.Count == 0) yield return "Storage:ClickHouse:Shards is empty; name each shard, for example Storage:ClickHouse:Shards:0=http://ch1:8123.";
        for (int i = 0; i < Shards.Count; i++)
        {
            if (AddressesOf(Shards[i]).Length == 0) yield return $"Storage:ClickHouse:Shards:{i} is empty.";
            foreach (string text in AddressesOf(Shards[i]))
                if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
                    yield return $"Storage:ClickHouse:Shards:{i} has '{text}'; expected an address such as http://ch1:8123.";
            if (AddressesOf(Shards[i]).Length > 1 && !Replicated)
                yield return $"Storage:ClickHouse:Shards:{i} has several replicas, which only hold the same with Storage:ClickHouse:Replicated=true.";
            if (InsertQuorum > AddressesOf(Shards[i]).Length)
                yield return $"Storage:ClickHouse:InsertQuorum is {InsertQuorum}, but Storage:ClickHouse:Shards:{i} has {AddressesOf(Shards[i]).Length} replicas.";
        }

        string[] all = [.. Shards.SelectMany(AddressesOf)];
        foreach (string twice in all.GroupBy(text => text.TrimEnd('/'), StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key))
            yield return $"Storage:ClickHouse:Shards names {twice} twice.";
        if (!Identifier().IsMatch(Database)) yield return $"Storage:ClickHouse:Database is '{Database}'; letters, digits and _ are possible, not beginning with a digit.";
        if (Cluster.Length > 0 && !Identifier().IsMatch(Cluster)) yield return $"Storage:ClickHouse:Cluster is '{Cluster}'; letters, digits and _ are possible, not beginning with a digit.";
        if (User.Length == 0) yield return "Storage:ClickHouse:User is empty.";
        if (InsertQuorum is < 0 or > 10) yield return $"Storage:ClickHouse:InsertQuorum is {InsertQuorum}; 0 … 10 is possible.";
        if (InsertIntervalMs is < 0 or > 10_000) yield return $"Storage:ClickHouse:InsertIntervalMs is {InsertIntervalMs}; 0 … 10,000 is possible.";
        if (MaxInsertSamples is < 1_000 or > 10_000_000) yield return $"Storage:ClickHouse:MaxInsertSamples is {MaxInsertSamples}; 1,000 … 10,000,000 is possible.";
        if (RetrySeconds is < 1 or > 600) yield return $"Storage:ClickHouse:RetrySeconds is {RetrySeconds}; 1 … 600 is possible.";
        if (QueueSeconds is < 1 or > 600) yield return $"Storage:ClickHouse:QueueSeconds is {QueueSeconds}; 1 … 600 is possible.";
        if (RequestSeconds is < 1 or > 3_600) yield return $"Storage:ClickHouse:RequestSeconds is {RequestSeconds}; 1 … 3,600 is possible.";
        if (StartSeconds is < 0 or > 3_600) yield return $"Storage:ClickHouse:StartSeconds is {StartSeconds}; 0 … 3,600 is possible.";
        if (RefreshSeconds is < 0 or > 3_600) yield return $"Storage:ClickHouse:RefreshSeconds is {RefreshSeconds}; 0 … 3,600 is possible.";
    }

    private static string[] AddressesOf(string shard) => shard.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Identifier();
}
