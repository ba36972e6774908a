using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ordo.Storage.ClickHouse;

/// <summary>
/// One ClickHouse server behind its HTTP interface. Thread-safe. It is waited for <see cref="ClickHouseOptions.RequestSeconds"/>, for the beginning of an answer and then for each part of it:
/// a server that stops in the middle of one holds nobody for ever.
/// </summary>
internal sealed class ClickHouseServer(HttpClient http, Uri address, ClickHouseOptions options)
{
    private readonly string settings = $"database={options.Database}&max_query_size=67108864&max_ast_elements=1000000&max_expanded_ast_elements=1000000";

    /// <summary>Since then a server refuses an insert into more than a hundred months at once, and knows the setting that lets it.</summary>
    private static readonly Version PartitionLimitSince = new(20, 1);

    public Uri Address => address;

    /// <summary>Known when the schema has been prepared.</summary>
    public Version Version { get; set; } = new(18, 16);

    /// <summary>Runs a statement and gives what it prints, tab separated.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="inDatabase">Not before the database is made.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <exception cref="ClickHouseException">Refused by the server.</exception>
    /// <exception cref="HttpRequestException">Not reached, or gone before the answer.</exception>
    public async Task<string> TextAsync(string sql, bool inDatabase = true, CancellationToken cancellation = default)
    {
        using HttpRequestMessage request = Request(inDatabase ? settings : "", new StringContent(sql, Encoding.UTF8));
        using HttpResponseMessage response = await SendAsync(request, cancellation);
        return (await WithinAsync(response.Content.ReadAsStringAsync, cancellation)).TrimEnd('\n');
    }

    /// <summary>Puts a body of rows into a table; it is there, and in its views, when this completes.</summary>
    public async Task InsertAsync(string into, ReadOnlyMemory<byte> body, int quorum, CancellationToken cancellation)
    {
        // Without deduplication of blocks: rows carry a version, and a block that a retry repeats must reach the views when the first try did not.
        string query = $"{settings}&insert_deduplicate=0{(quorum > 0 ? $"&insert_quorum={quorum}" : "")}{(Version >= PartitionLimitSince ? "&max_partitions_per_insert_block=0" : "")}&query={Uri.EscapeDataString("INSERT INTO " + into)}";
        using HttpRequestMessage request = Request(query, new ReadOnlyMemoryContent(body));
        using HttpResponseMessage response = await SendAsync(request, cancellation);
        await WithinAsync(response.Content.ReadAsByteArrayAsync, cancellation);
    }

    /// <summary>Rows of a query, block by block as the server finds them.</summary>
    public async IAsyncEnumerable<NativeBlock> QueryAsync(string sql, NativeColumn[] columns, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using HttpRequestMessage request = Request(settings, new StringContent(sql + " FORMAT Native", Encoding.UTF8));
        using HttpResponseMessage response = await SendAsync(request, cancellation);
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellation);
        var reader = new NativeReader(stream, columns);
        while (await WithinAsync(async patience => await reader.ReadAsync(patience), cancellation) is { } block)
            if (block.Rows > 0) yield return block;
    }

    private HttpRequestMessage Request(string query, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/?" + query)) { Content = content };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.Add("X-ClickHouse-User", options.User);
        if (options.Password.Length > 0) request.Headers.Add("X-ClickHouse-Key", options.Password);
        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        HttpResponseMessage response = await WithinAsync(patience => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience), cancellation);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw new ClickHouseException($"{address}: {ClickHouseException.Short(await WithinAsync(response.Content.ReadAsStringAsync, cancellation))}");
    }

    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> answer, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(options.RequestSeconds));
        try
        {
            return await answer(patience.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"{address} did not answer within {options.RequestSeconds} s.", e);
        }
    }
}
