using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Ordo.Storage.ClickHouse;

/// <summary>The replicas of one shard: work goes to the one that answered last, and to the next when it does not. Thread-safe.</summary>
internal sealed class ClickHouseShard(int number, IReadOnlyList<ClickHouseServer> replicas, ClickHouseOptions options)
{
    private volatile int preferred;

    public int Number => number;

    public IReadOnlyList<ClickHouseServer> Replicas => replicas;

    /// <summary>For messages.</summary>
    public string Name => string.Join(", ", replicas.Select(replica => replica.Address));

    public async Task InsertAsync(string into, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        for (int tried = 1; ; tried++)
        {
            int replica = preferred;
            try
            {
                await replicas[replica].InsertAsync(into, body, options.Quorum(replicas.Count), cancellation);
                return;
            }
            catch (Exception e) when (tried < replicas.Count && IsFailure(e))
            {
                Prefer(replica + 1, replica);
            }
        }
    }

    public async Task<string> TextAsync(string sql, CancellationToken cancellation)
    {
        for (int tried = 1; ; tried++)
        {
            int replica = preferred;
            try
            {
                return await replicas[replica].TextAsync(sql, cancellation: cancellation);
            }
            catch (Exception e) when (tried < replicas.Count && IsFailure(e))
            {
                Prefer(replica + 1, replica);
            }
        }
    }

    /// <summary>Rows of a query; another replica is asked only while nothing was handed out.</summary>
    public async IAsyncEnumerable<NativeBlock> QueryAsync(string sql, NativeColumn[] columns, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (int tried = 1; ; tried++)
        {
            int replica = preferred;
            await using IAsyncEnumerator<NativeBlock> blocks = replicas[replica].QueryAsync(sql, columns, cancellation).GetAsyncEnumerator(cancellation);
            bool any;
            try
            {
                any = await blocks.MoveNextAsync();
            }
            catch (Exception e) when (tried < replicas.Count && IsFailure(e))
            {
                Prefer(replica + 1, replica);
                continue;
            }

            for (; any; any = await blocks.MoveNextAsync()) yield return blocks.Current;
            yield break;
        }
    }

    /// <summary>The server or the way to it failed, not we.</summary>
    public static bool IsFailure(Exception e) => e is HttpRequestException or IOException or SocketException or ClickHouseException;

    private void Prefer(int next, int instead)
    {
        // Whoever failed at the same time moves on together.
#pragma warning disable CS0420 // Interlocked is at least as strong as volatile
        Interlocked.CompareExchange(ref preferred, next % replicas.Count, instead);
#pragma warning restore CS0420
    }
}
