using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Foundation.Telemetry;
using Ordo.Storage;

namespace Ordo.Bench;

/// <summary>
/// What every page of the console asks at its first view, over HTTP from a server of its own process: a park of 140 enterprises, 1,400 devices and 14,000 points, each with a sample a minute for the last
/// 30 days, 200 of them for a whole year; and curves of ten points over the year.
/// Options: folder (a temporary one; one that is there already is only asked), path of ordo-server.dll, words of the pages to ask (all), days of all series (30), series of a whole year (200).
/// </summary>
internal static class PagesBenchmark
{
    private const int Points = 14_000, PerDevice = 10, DevicesEach = 10;
    private const int Year = 365 * 1440;
    private const int Rounds = 30;
    private static readonly string[] Quantities = ["activePower,kW", "temperature,degC", "pressure,kPa", "volumeFlow,m3/h"];

    public static async Task<int> RunAsync(string[] options)
    {
        string data = options.Length > 0 ? options[0] : Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        string assembly = options.Length > 1 ? options[1] : ServerProcess.Built, words = options.Length > 2 ? options[2] : "";
        int days = options.Length > 3 ? int.Parse(options[3], CultureInfo.InvariantCulture) : 30, whole = options.Length > 4 ? int.Parse(options[4], CultureInfo.InvariantCulture) : 200;
        string mark = Path.Combine(data, "bench-pages");
        if (!File.Exists(mark))
        {
            await using (ServerProcess empty = await ServerProcess.StartAsync(assembly, data))
            {
                using HttpClient admin = ClientOf(empty, await empty.CreateTokenAsync("administrator"));
                await ImportAsync(admin);
                await empty.StopAsync();
            }

            long end = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 60_000 * 60_000;
            await FillAsync(Path.Combine(data, "telemetry"), end, days, whole);
            await File.WriteAllTextAsync(mark, end.ToString(CultureInfo.InvariantCulture));
        }

        long newest = long.Parse(await File.ReadAllTextAsync(mark), CultureInfo.InvariantCulture);
        await using ServerProcess server = await ServerProcess.StartAsync(assembly, data, ["--set", "Identifiers:Port=0"]);
        using HttpClient client = ClientOf(server, await server.CreateTokenAsync("administrator"));
        await AskAsync(client, newest, words);
        await server.StopAsync();
        if (options.Length == 0) Directory.Delete(data, recursive: true);
        return 0;
    }

    private static async Task ImportAsync(HttpClient admin)
    {
        var file = new StringBuilder("type,code,kind,parent,nameZh,nameEn,longitude,latitude,asset,quantity,unit,gateway,source,channel\n");
        file.Append("asset,R,Region,,区域,Region,,,,,,,,\nasset,PARK,Park,R,园区,Park,110.2,40.6,,,,,,\n");
        for (int e = 0; e < Points / PerDevice / DevicesEach; e++)
        {
            file.Append(CultureInfo.InvariantCulture, $"asset,E{e},Enterprise,PARK,{e} 号企业,Enterprise {e},{110.1 + (e % 14 * 0.01):F3},{40.5 + (e / 14 * 0.01):F3},,,,,,\n");
            for (int d = e * DevicesEach; d < (e + 1) * DevicesEach; d++)
            {
                file.Append(CultureInfo.InvariantCulture, $"asset,D{d},Equipment,E{e},{d} 号设备,Device {d},,,,,,,,\n");
                for (int p = 0; p < PerDevice; p++)
                    file.Append(CultureInfo.InvariantCulture, $"point,P{p},,,{p} 号点位,Point {p},,,D{d},{Quantities[p % Quantities.Length]},line,meter{d},field{p}\n");
            }
        }

        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(file.ToString())), "file", "park.csv" } };
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await admin.PostAsync("/api/v1/imports/park", form);
        string text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{(int)answer.StatusCode} {text}");
        Print($"park of {Points} points imported in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
    }

    private static async Task FillAsync(string folder, long end, int days, int whole)
    {
        using var store = new TelemetryStore(new(), folder, () => [], NullLogger<TelemetryStore>.Instance);
        store.Start();
        int[] series = new int[Points];
        for (int i = 0; i < Points; i++)
        {
            int source = store.Catalogue.SourceOf("line", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"meter{i / PerDevice}")));
            store.Catalogue.TrySeriesOf(source, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"field{i % PerDevice}")), out series[i]);
        }

        var random = new Random(1);
        var level = new double[Points];
        long start = Stopwatch.GetTimestamp(), samples = 0;
        using Batch batch = Batch.Rent(16_384);
        for (int minute = 0; minute < Year; minute++)
        {
            int count = minute < Year - (days * 1440) ? whole : Points;
            for (int i = 0; i < count; i++)
            {
                // Half of the series are integer gauges that wander, half are meters with two decimals.
                level[i] = i % 2 == 0 ? Math.Clamp(level[i] + random.Next(-1, 2), 0, 100) : level[i] + random.Next(100);
                batch.Add(series[i], end - ((long)(Year - minute) * 60_000), i % 2 == 0 ? level[i] : level[i] / 100, SampleQuality.Good);
            }

            samples += count;
            if (batch.Count + Points < 16_384 && minute + 1 < Year) continue;
            await store.WriteAsync(batch);
            batch.Clear();
        }

        Print($"written by one writer in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s: {samples / 1e6:F0} M samples");
        start = Stopwatch.GetTimestamp();
        store.Keeper.SealAll();
        store.Keeper.RollUp();
        Print($"sealed and rolled up in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s, {new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length) / 1048576.0:F0} MiB on disk");
    }

    private static async Task AskAsync(HttpClient client, long newest, string words)
    {
        // The first device is one of those with samples of the whole year.
        long device = await IdOfAsync(client, "D0");
        JsonElement points = await client.GetFromJsonAsync<JsonElement>($"/api/v1/points?asset={device}&pageSize={PerDevice}");
        long[] ten = [.. points.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetInt64())];
        long point = ten[0], park = await IdOfAsync(client, "PARK"), enterprise = await IdOfAsync(client, "E0");
        long board = await BoardAsync(client);
        string Stretch(double days) => string.Create(CultureInfo.InvariantCulture, $"from={Time(newest - (long)(days * 86_400_000))}&to={Time(newest)}");
        string list = string.Join(',', ten);

        string Sharp(int days, string step) => $"ids={list}&{Stretch(days)}&step={step}&aggregate=avg";
        // What each page of web/src asks when it is opened; the shell's own questions come with every page. `PageTimesTests` opens the same pages in a browser and prints what they ask.
        (string Page, string[] Asks)[] pages =
        [
            ("shell", ["/api/v1/auth/me", "/api/v1/assets?kind=park&pageSize=100", "/api/v1/alarms/summary", "/api/v1/sources?claimed=false&pageSize=1", "/api/v1/alarms/changes?status=pending&pageSize=1"]),
            ("park map", [$"/api/v1/map/states?root={park}", $"/api/v1/assets/geojson?root={park}", "/api/v1/assets/tree", $"/api/v1/alarms?state=open&asset={park}&pageSize=12", "/api/v1/sources?state=offline&pageSize=1"]),
            ("cockpit", [$"/api/v1/cockpit?root={park}", $"/api/v1/assets/geojson?root={park}", $"/api/v1/map/states?root={park}", $"/api/v1/assets/tree?root={park}", $"/api/v1/alarms?state=open&asset={park}&pageSize=3"]),
            ("alarms", ["/api/v1/alarms?state=unacknowledged&pageSize=200", "/api/v1/alarms/definitions?held=true&pageSize=500"]),
            ("alarm definitions", ["/api/v1/alarms/definitions?pageSize=100", "/api/v1/alarms/definitions/distribution"]),
            ("alarm performance", [$"/api/v1/alarm-performance?from={Time(newest - (7 * 86_400_000L))}"]),
            ("assets", ["/api/v1/assets/tree"]),
            ("asset", [$"/api/v1/assets/{device}", $"/api/v1/assets/{device}/path", $"/api/v1/map/states?root={device}", $"/api/v1/points?asset={device}&page=1&pageSize=50"]),
            ("asset, enterprise", [$"/api/v1/assets/{enterprise}", $"/api/v1/assets/{enterprise}/path", $"/api/v1/map/states?root={enterprise}", $"/api/v1/points?asset={enterprise}&page=1&pageSize=50"]),
            ("asset, park", [$"/api/v1/assets/{park}", $"/api/v1/map/states?root={park}", $"/api/v1/points?asset={park}&page=1&pageSize=50"]),
            ("points", ["/api/v1/points?page=1&pageSize=50", "/api/v1/quantities"]),
            ("points, search", ["/api/v1/points?q=9&page=1&pageSize=50"]),
            ("point", [$"/api/v1/points/{point}", $"/api/v1/points/samples?ids={point}&{Stretch(1)}&maxPoints=600"]),
            ("search (Ctrl-K)", ["/api/v1/assets?q=1234&pageSize=20", "/api/v1/points?q=1234&pageSize=20", "/api/v1/alarms?state=open&q=1234&pageSize=8"]),
            ("sources", ["/api/v1/sources?page=1&pageSize=50", "/api/v1/gateways"]),
            ("trend, a day", [
                $"/api/v1/points/samples?{Sharp(1, "1m")}", $"/api/v1/points/samples?ids={list}&{Stretch(1)}&step=1m&aggregate=min", $"/api/v1/points/samples?ids={list}&{Stretch(1)}&step=1m&aggregate=max",
                $"/api/v1/points/statistics?ids={list}&{Stretch(1)}", $"/api/v1/points/notes?ids={list}&{Stretch(1)}&pageSize=100", $"/api/v1/alarms?state=all&point={point}&{Stretch(1)}&pageSize=60", $"/api/v1/points/{point}",
            ]),
            ("trend, ten points, a year", [
                $"/api/v1/points/samples?{Sharp(365, "1d")}", $"/api/v1/points/samples?ids={list}&{Stretch(365)}&step=1d&aggregate=min", $"/api/v1/points/samples?ids={list}&{Stretch(365)}&step=1d&aggregate=max",
            ]),
            ("trend, a year, 1h", [$"/api/v1/points/samples?{Sharp(365, "1h")}"]),
            ("trend, a year, envelope", [$"/api/v1/points/samples?ids={list}&{Stretch(365)}&maxPoints=4000"]),
            ("trend, statistics of a year", [$"/api/v1/points/statistics?ids={list}&{Stretch(365)}"]),
            ("board", [$"/api/v1/boards/{board}", $"/api/v1/points/samples?{Sharp(1, "5m")}", $"/api/v1/points/statistics?ids={list}&{Stretch(1)}"]),
            ("board, 30 days", [$"/api/v1/points/samples?{Sharp(30, "1h")}", $"/api/v1/points/statistics?ids={list}&{Stretch(30)}"]),
            ("boards", ["/api/v1/boards?pageSize=500"]), ("mimics", ["/api/v1/mimics?pageSize=500"]), ("reports", ["/api/v1/reports?page=1&pageSize=50"]), ("incidents", ["/api/v1/incidents?open=true&page=1&pageSize=50"]),
            ("duty", ["/api/v1/duty/now", "/api/v1/duty/rosters"]), ("notifications", ["/api/v1/notifications/rules", "/api/v1/notifications/channels", "/api/v1/roles"]),
            ("storage", ["/api/v1/storage", "/api/v1/storage/retention", "/api/v1/storage/retention/plan", "/api/v1/system/backups"]), ("calculations", ["/api/v1/calculations?page=1&pageSize=50"]),
            ("accounts", ["/api/v1/accounts?page=1&pageSize=50", "/api/v1/roles"]), ("tokens", ["/api/v1/tokens?pageSize=500"]), ("audit", ["/api/v1/audit?page=1&pageSize=50"]),
            ("economy", ["/api/v1/economy/overview", "/api/v1/economy/areas", "/api/v1/economy/indicators?pageSize=500", "/api/v1/economy/warning-lights", "/api/v1/economy/filing-counts", "/api/v1/economy/filing-duties?page=1&pageSize=100", "/api/v1/economy/misfits?page=1&pageSize=100"]),
            ("plan", ["/api/v1/economy/plan/board?page=1&pageSize=500", "/api/v1/economy/plan/plans", "/api/v1/economy/plan/cases?page=1", "/api/v1/economy/plan/reports"]),
            ("identifiers", ["/api/v1/identifiers/overview", "/api/v1/identifiers/rate", "/api/v1/identifiers/enterprises?page=1&pageSize=50", "/api/v1/identifiers/prefixes?page=1&pageSize=500", "/api/v1/identifiers/nodes"]),
        ];
        var all = new List<double>();
        foreach ((string page, string[] asks) in pages.Where(p => p.Page.Contains(words, StringComparison.Ordinal)))
        foreach (string ask in asks)
        {
            var (times, bytes, status) = await TimeAsync(client, ask);
            if (status != 200)
            {
                Print($"{page,-28} {Short(ask),-64} {status}");
                continue;
            }

            if (!page.StartsWith("trend, ", StringComparison.Ordinal) || page == "trend, a day") all.AddRange(times);
            times.Sort();
            Print($"{page,-28} {Short(ask),-64} p50 {times[times.Count / 2],7:F1}  p95 {times[(int)(times.Count * 0.95)],7:F1}  max {times[^1],7:F1} ms  {bytes / 1024.0,8:F1} KiB");
        }

        all.Sort();
        Print($"every question of a first view: p50 {all[all.Count / 2]:F1}  p95 {all[(int)(all.Count * 0.95)]:F1}  p99 {all[(int)(all.Count * 0.99)]:F1}  max {all[^1]:F1} ms ({all.Count} answers)");
    }

    private static async Task<(List<double> Times, int Bytes, int Status)> TimeAsync(HttpClient client, string ask)
    {
        var times = new List<double>();
        int bytes = 0;
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await client.GetAsync(new Uri(ask, UriKind.Relative));
            bytes = (await answer.Content.ReadAsByteArrayAsync()).Length;
            if (!answer.IsSuccessStatusCode) return (times, bytes, (int)answer.StatusCode);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return (times, bytes, 200);
    }

    private static async Task<long> IdOfAsync(HttpClient client, string code) =>
        (await client.GetFromJsonAsync<JsonElement>($"/api/v1/assets?q={code}&pageSize=100")).GetProperty("items").EnumerateArray().Single(a => a.GetProperty("code").GetString() == code).GetProperty("id").GetInt64();

    private static async Task<long> BoardAsync(HttpClient client)
    {
        JsonElement boards = await client.GetFromJsonAsync<JsonElement>("/api/v1/boards?pageSize=500");
        if (boards.GetProperty("total").GetInt32() > 0) return boards.GetProperty("items")[0].GetProperty("id").GetInt64();
        object[] widgets = [.. Enumerable.Range(0, 10).Select(i => new { kind = "curve", x = i % 2 * 12, y = i / 2 * 6, w = 12, h = 6, points = new[] { $"D{i}/P0", $"D{i}/P1" } })];
        using HttpResponseMessage made = await client.PostAsJsonAsync("/api/v1/boards", new { name = "bench", document = new { widgets } });
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("board").GetProperty("id").GetInt64();
    }

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Short(string ask) => ask.Length <= 64 ? ask : ask[..61] + "…";

    private static HttpClient ClientOf(ServerProcess server, string token)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
