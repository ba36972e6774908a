using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ordo.Bench.Peers;

/// <summary>The server that <c>./ordo</c> built, asked through its HTTP API with a token.</summary>
internal sealed class OrdoPeer(string folder) : Peer(folder)
{
    private const int PointsOfQuestion = 700, SeriesOfPage = 500; // what one request may ask for
    private readonly string data = Path.Combine(folder, "data");
    private ServerProcess? server;
    private string? writeToken, readToken;
    private long[] points = [];
    private bool? sumsAcross;

    public override string Name => "Ordo";

    public override async Task StartAsync()
    {
        server = await ServerProcess.StartAsync(ServerProcess.Built, data);
        writeToken ??= await server.CreateTokenAsync("ingest");
        readToken ??= await server.CreateTokenAsync("administrator");
    }

    public override async Task StopAsync()
    {
        if (server is null) return;
        await server.StopAsync();
        await server.DisposeAsync();
        server = null;
    }

    public override Task<LoaderReport> IngestAsync(int series, double seconds) =>
        PeersLoader.StartAsync("lines", WriteAddress, writeToken!, Text(series), Text(seconds));

    public override Task<LoaderReport> FeedAsync(PeerData data, string bodies, double seconds) => PeersLoader.StartAsync("bodies", WriteAddress, writeToken!, bodies, Text(seconds));

    /// <summary>A point for each series of the history: the API asks for many series at once by their points.</summary>
    public override async Task PrepareAsync()
    {
        var csv = new StringBuilder("type,code,kind,nameZh,asset,quantity,unit,gateway,source,channel\nasset,P01,Park,Bench,,,,,,\n");
        for (int meter = 0; meter < PeerData.Meters; meter++)
            for (int field = 0; field < PeerData.Fields; field++)
                csv.Append(CultureInfo.InvariantCulture, $"point,M{meter:D6}F{field},,P,P01,activePower,kW,line,\"steel,meter=EM{meter:D6}\",f{field}\n");
        string file = Path.Combine(Folder, "points.csv");
        await File.WriteAllTextAsync(file, csv.ToString());
        (string program, string[] arguments) = ServerProcess.Command(ServerProcess.Built, "import", file, "--data", data);
        using var import = Run(program, arguments, Path.Combine(Folder, "import.log"));
        await import.WaitForExitAsync();
        if (import.ExitCode != 0) throw new InvalidOperationException(await File.ReadAllTextAsync(Path.Combine(Folder, "import.log")));
        File.Delete(file);
    }

    public override long DiskBytes() => new DirectoryInfo(Path.Combine(data, "telemetry")).EnumerateFiles().Sum(file => file.Length);

    public override async Task<long> AskAsync(Question question, PeerData data, int variant)
    {
        if (points.Length == 0 && question is not (Question.Newest or Question.DayOfOne)) points = await PointsAsync();
        string range = $"from={Iso(data.Start)}&to={Iso(data.End)}&step=1h&aggregate=avg";
        switch (question)
        {
            case Question.DayOfOne:
                long day = data.Start + (variant % PeerData.Days * 86_400_000L);
                return Count(await ReadAsync($"/api/v1/series/{variant * 37 % PeerData.Series}/samples?aggregate=raw&from={Iso(day)}&to={Iso(day + 86_400_000)}"));
            case Question.HoursOfHundred:
                return Count(await ReadAsync($"/api/v1/points/samples?ids={Ids(variant * 100 % PeerData.Series, 100)}&{range}"));
            case Question.HoursOfAll:
                return (await Task.WhenAll(Enumerable.Range(0, PeerData.Series / PointsOfQuestion).Select(async half =>
                    Count(await ReadAsync($"/api/v1/points/samples?ids={Ids(half * PointsOfQuestion, PointsOfQuestion)}&{range}"))))).Sum();
            case Question.SumOfAll:
                return await SumAsync(range);
            default:
                int pages = (PeerData.Series + PeerData.NewestSeries + SeriesOfPage - 1) / SeriesOfPage;
                return await NewestAsync(pages);
        }
    }

    private async Task<long> SumAsync(string range)
    {
        if (sumsAcross is null)
        {
            // A server that can add up does so in one request; an older one gives the series and the client adds.
            string trial = Encoding.UTF8.GetString(await ReadAsync($"/api/v1/points/samples?ids={Ids(0, 2)}&across=sum&{range}"));
            sumsAcross = Count(Encoding.UTF8.GetBytes(trial)) == PeerData.Days * 24;
        }

        if (sumsAcross == true)
        {
            byte[][] halves = await Task.WhenAll(Enumerable.Range(0, 2).Select(half => ReadAsync($"/api/v1/points/samples?ids={Ids(half * PointsOfQuestion, PointsOfQuestion)}&across=sum&{range}")));
            return halves.Select(Count).Max();
        }

        var sums = new double[PeerData.Days * 24];
        foreach (int half in (int[])[0, 1])
        {
            using JsonDocument answer = JsonDocument.Parse(await ReadAsync($"/api/v1/points/samples?ids={Ids(half * PointsOfQuestion, PointsOfQuestion)}&{range}"));
            foreach (JsonElement item in ItemsOf(answer.RootElement))
            {
                int at = 0;
                foreach (JsonElement value in item.GetProperty("values").EnumerateArray()) sums[at++] += value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;
            }
        }

        return sums.Length;
    }

    private async Task<long> NewestAsync(int pages)
    {
        int next = 0;
        long[] found = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            long count = 0;
            for (int page; (page = Interlocked.Increment(ref next)) <= pages;)
                count += (await ReadAsync($"/api/v1/series?page={page}&pageSize={SeriesOfPage}")).AsSpan().Count("\"lastTime\":\""u8);
            return count;
        })));
        return found.Sum();
    }

    private async Task<long[]> PointsAsync()
    {
        var found = new List<long>();
        for (int page = 1; found.Count < PeerData.Series; page++)
        {
            using JsonDocument answer = JsonDocument.Parse(await ReadAsync($"/api/v1/points?page={page}&pageSize=500"));
            int before = found.Count;
            found.AddRange(answer.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64()));
            if (found.Count == before) throw new InvalidOperationException($"{found.Count} points where {PeerData.Series} were imported.");
        }

        return [.. found.Order()];
    }

    private static JsonElement.ArrayEnumerator ItemsOf(JsonElement root) =>
        root.ValueKind == JsonValueKind.Array ? root.EnumerateArray() : root.EnumerateObject().First(property => property.Value.ValueKind == JsonValueKind.Array).Value.EnumerateArray();

    private static long Count(byte[] json)
    {
        // The numbers between "values":[ and ]; counted and not read, as the others' are.
        ReadOnlySpan<byte> rest = json;
        long count = 0;
        for (int at; (at = rest.IndexOf("\"values\":["u8)) >= 0;)
        {
            rest = rest[(at + 10)..];
            ReadOnlySpan<byte> values = rest[..rest.IndexOf((byte)']')];
            if (values.Length > 0) count += values.Count((byte)',') + 1;
        }

        return count;
    }

    private string Ids(int first, int count) => string.Join(',', points.Skip(first).Take(count));

    private string WriteAddress => new Uri(server!.Address, "/api/v2/write?bucket=bench&org=bench&precision=ms").ToString();

    private Task<byte[]> ReadAsync(string path) => GetAsync(new(server!.Address, path), readToken);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
