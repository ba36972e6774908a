using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Bench;

/// <summary>
/// The alarms: the engine alone over 100,000 definitions; from a line's bytes to the alarm's event while the server is under a steady load; lists over a long journal.
/// Options: <c>engine [seconds]</c>, <c>event [seconds] [samples a second] [path of ordo-server.dll]</c>, <c>list [journal entries] [path of ordo-server.dll]</c>;
/// without any, all three, the journal with 1,000,000 entries.
/// </summary>
internal static class AlarmsBenchmark
{
    private const int Points = 100_000, BatchSize = 1000;

    public static async Task<int> RunAsync(string[] options)
    {
        string which = options.Length > 0 ? options[0] : "all";
        if (which is "all" or "engine") Engine(Number(options, 1, 10));
        if (which is "all" or "event") await EventAsync(Number(options, 1, 20), Number(options, 2, 50_000), Word(options, 3));
        if (which is "all" or "list") await ListAsync(which == "all" ? 1_000_000 : Number(options, 1, 1_000_000), Word(options, 2));
        return which is "all" or "engine" or "event" or "list" ? 0 : 2;
    }

    private static int Number(string[] options, int at, int otherwise) =>
        options.Length > at && options[0] != "all" ? int.Parse(options[at], CultureInfo.InvariantCulture) : otherwise;

    private static string Word(string[] options, int at) => options.Length > at ? options[at] : ServerProcess.Built;

    /// <summary>One thread, no disk: four tenths limits of points, three limits with delays, and one each of slope, deviation and silence; one sample in 10,000 passes a limit.</summary>
    private static void Engine(int seconds)
    {
        var engine = new AlarmEngine(TimeProvider.System);
        PointEntry[] points = [.. Enumerable.Range(0, Points).Select(i => new PointEntry(
            new() { Id = i + 1, AssetId = 1 + (i / 20), Code = $"P{i}", NameZh = "点", NameEn = "Point", Unit = "kW", Quantity = "activePower", Gateway = "line", Source = $"s{i / 10}", LimitHigh = i % 10 < 4 ? 80 : null, Deadband = 2 },
            i, $"/1/{1 + (i / 20)}/"))];
        long before = GC.GetTotalMemory(forceFullCollection: true), start = Stopwatch.GetTimestamp();
        engine.Apply(new PointSnapshot(points, Points), new Nothing(), Enumerable.Range(0, Points).Where(i => i % 10 >= 4).Select(Definition));
        Print($"100,000 definitions   {Stopwatch.GetElapsedTime(start).TotalSeconds,6:F2} s to take over, {(GC.GetTotalMemory(forceFullCollection: true) - before) / 1048576.0:F0} MiB");

        // Processor time, for a neighbour on the same cores must not be measured; what it takes to fill the batches is measured first and taken off.
        (TimeSpan filling, long filled, _) = Run(engine, seconds / 2.0, isObserved: false);
        (TimeSpan both, long samples, long transitions) = Run(engine, seconds, isObserved: true);
        double perSample = (both.TotalNanoseconds / samples) - (filling.TotalNanoseconds / filled);
        Print($"engine                {perSample,6:F0} ns of processor a sample, {1e9 / perSample:N0} samples/s a core; 200,000 samples/s take {perSample * 200_000 / 1e7:F1} % of one ({transitions:N0} transitions in {samples:N0} samples)");
    }

    private static (TimeSpan Processor, long Samples, long Transitions) Run(AlarmEngine engine, double seconds, bool isObserved)
    {
        using Process self = Process.GetCurrentProcess();
        var random = new Random(1);
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), samples = 0, transitions = 0;
        using Batch batch = Batch.Rent(BatchSize);
        int next = 0;
        TimeSpan before = self.TotalProcessorTime;
        for (long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency); Stopwatch.GetTimestamp() < end;)
        {
            batch.Clear();
            for (int i = 0; i < BatchSize; i++, next = (next + 1) % Points) batch.Add(next, now, random.Next(10_000) == 0 ? 85 : 40 + (random.NextDouble() * 10), SampleQuality.Good);
            if (next == 0) now += 500; // every point twice a second
            samples += BatchSize;
            if (!isObserved) continue;
            engine.Observe(batch);
            if (samples % 50_000 == 0) engine.Tick(); // four times a second, at 200,000 samples/s
            if (samples % 1_000_000 == 0) transitions += engine.TakeCut(allMarks: true)?.Changes.Count ?? 0;
        }
        self.Refresh();
        return (self.TotalProcessorTime - before, samples, transitions);
    }

    private static AlarmDefinition Definition(int i) => new()
    {
        Id = i + 1, Code = $"D{i}", NameZh = "定义", AssetId = 1 + (i / 20), PointId = i + 1, Priority = 3, Limit = i % 10 < 7 ? 80 : 60, Deadband = 2, OnDelayMs = i % 10 < 7 ? 1000 : 0,
        Kind = (i % 10) switch { < 7 => AlarmKind.High, 7 => AlarmKind.RateOfChange, 8 => AlarmKind.Deviation, _ => AlarmKind.Stale },
        WindowSeconds = i % 10 is 7 or 9 ? 60 : null, Setpoint = i % 10 == 8 ? 40 : null,
    };

    private static async Task EventAsync(int seconds, int rate, string assembly)
    {
        const int lines = 100;
        string data = Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        try
        {
            await using ServerProcess server = await ServerProcess.StartAsync(assembly, data);
            string ingest = await server.CreateTokenAsync("ingest");
            using HttpClient client = await ClientAsync(server);
            long asset = await IdAsync(client, "/api/v1/assets", new { kind = "park", code = "BENCH", nameZh = "基准" });
            long point = await IdAsync(client, "/api/v1/points", new
            {
                assetId = asset, code = "P", nameZh = "功率", quantity = "activePower", unit = "kW", gateway = "line", source = "probe", channel = "power", limits = new { high = 80, deadband = 2 },
            });
            using LineLoader loader = new(server.Address, ingest, 0, 1, 2_000, lines);
            Task background = loader.RunAsync(TimeSpan.FromSeconds(seconds + 1), TimeSpan.FromSeconds(1.0 * lines * LineLoader.Fields / rate));
            double[] latencies = [.. (await ProbeAsync(client, ingest, TimeSpan.FromSeconds(seconds))).Order()];
            await background;
            Print($"background            {loader.SamplesEver / (seconds + 1.0):F0} samples/s");
            Print($"line to alarm event   p50 {latencies[latencies.Length / 2] * 1e3:F0} ms, p99 {latencies[(int)(latencies.Length * 0.99)] * 1e3:F0} ms, most {latencies[^1] * 1e3:F0} ms ({latencies.Length} alarms of point {point})");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<List<double>> ProbeAsync(HttpClient client, string token, TimeSpan length)
    {
        using HttpResponseMessage live = await client.GetAsync(new Uri("/api/v1/live?points=0", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        live.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await live.Content.ReadAsStreamAsync());
        var latencies = new List<double>();
        var random = new Random(1);
        long last = 0; // an alarm is said once more when it is written, which may be after the next has risen: only a new id is a new alarm
        for (long end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency); Stopwatch.GetTimestamp() < end;)
        {
            foreach (var (value, state) in ((double, string)[])[(85, "unacknowledged"), (50, "returnedUnacknowledged")])
            {
                await Task.Delay(random.Next(20, 120)); // at any moment of the stream's beat
                long start = Stopwatch.GetTimestamp();
                Task writing = WriteAsync(client, token, value);
                while (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) is { } line)
                {
                    if (IdOf(line, state) is not { } id || (value > 80 ? id <= last : id != last)) continue;
                    last = id;
                    break;
                }
                latencies.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                await writing;
            }
        }
        return latencies;
    }

    /// <returns>Id of the alarm that a line of the stream says to be in a state; <c>null</c> for every other line.</returns>
    private static long? IdOf(string line, string state)
    {
        if (!line.StartsWith("data: {", StringComparison.Ordinal)) return null;
        using JsonDocument said = JsonDocument.Parse(line.AsMemory(6));
        return said.RootElement.TryGetProperty("state", out JsonElement now) && now.GetString() == state ? said.RootElement.GetProperty("id").GetInt64() : null;
    }

    private static async Task WriteAsync(HttpClient client, string token, double value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v2/write?bucket=bench&org=bench")
        {
            Content = new StringContent(string.Create(CultureInfo.InvariantCulture, $"probe power={value}"), Encoding.UTF8),
        };
        request.Headers.Authorization = new("Token", token);
        using HttpResponseMessage answer = await client.SendAsync(request);
        if (answer.StatusCode != HttpStatusCode.NoContent) throw new InvalidOperationException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Three events an occurrence; 1,000 occurrences stand on the desk.</summary>
    private static async Task ListAsync(int entries, string assembly)
    {
        string data = Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        try
        {
            string token;
            await using (ServerProcess empty = await ServerProcess.StartAsync(assembly, data))
            {
                token = await empty.CreateTokenAsync("administrator");
                using HttpClient client = ClientOf(empty, token);
                await IdAsync(client, "/api/v1/assets", new { kind = "park", code = "BENCH", nameZh = "基准" });
                await empty.StopAsync();
            }
            long start = Stopwatch.GetTimestamp();
            Fill(Path.Combine(data, "ordo.db"), entries);
            Print($"journal               {entries:N0} entries written in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
            await using ServerProcess server = await ServerProcess.StartAsync(assembly, data);
            using HttpClient reader = ClientOf(server, token);
            foreach (string question in (string[])[
                "/api/v1/alarms?pageSize=100", "/api/v1/alarms?state=unacknowledged&priority=2", "/api/v1/alarms/groups", "/api/v1/alarms/summary",
                "/api/v1/alarms?state=all", "/api/v1/alarms?state=all&definition=-83", "/api/v1/alarms/journal"])
                await MeasureAsync(reader, question);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task MeasureAsync(HttpClient client, string question)
    {
        List<double> times = [];
        for (int i = 0; i < 9; i++)
        {
            long start = Stopwatch.GetTimestamp();
            string text = await client.GetStringAsync(new Uri(question, UriKind.Relative));
            if (text.Length == 0) throw new InvalidOperationException("An empty answer.");
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        Print($"{question,-48} first {times[0],7:F0} ms, then {times.Skip(1).Order().ElementAt(4),6:F0} ms");
    }

    private static void Fill(string path, int entries)
    {
        const int open = 1000;
        using var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path }.ToString());
        database.Open();
        using (SqliteCommand quick = database.CreateCommand())
        {
            quick.CommandText = "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA cache_size = -400000;";
            quick.ExecuteNonQuery();
        }
        using SqliteTransaction transaction = database.BeginTransaction();
        using SqliteCommand alarm = database.CreateCommand(), happened = database.CreateCommand();
        alarm.CommandText =
            """
            INSERT INTO operations_alarm ("Id", "DefinitionId", "PointId", "AssetId", "Kind", "Priority", "BasePriority", "Steps", "State", "IsOpen", "Repeats", "Raised", "Returned", "Acknowledged",
              "AcknowledgedBy", "Value", "Limit", "Unit", "PointCode", "PointNameZh", "PointNameEn", "IsAnnounced", "GroupId")
            VALUES ($id, -($point * 8 + 3), $point, 1, 3, $priority, $priority, 0, $state, $open, 0, $raised, $returned, $returned, 'li.ming', 85, 80, 'kW', 'P', '功率', 'Power', 1, $id)
            """;
        happened.CommandText =
            """
            INSERT INTO operations_alarm_event ("Id", "AlarmId", "DefinitionId", "Stimulus", "Cause", "From", "To", "Time", "Recorded", "Hash")
            VALUES ($id, $alarm, -($point * 8 + 3), $stimulus, 1, 0, 1, $time, $time, zeroblob(32))
            """;
        int occurrences = entries / 3;
        long eventId = 0, first = DateTimeOffset.UtcNow.AddDays(-365).ToUnixTimeMilliseconds(), step = 365L * 86_400_000 / Math.Max(1, occurrences);
        for (int i = 0; i < occurrences; i++)
        {
            bool isOpen = i >= occurrences - open;
            long raised = first + (i * step);
            Set(alarm, ("$id", i + 1L), ("$point", 1 + (i % 5000)), ("$priority", 1 + (i % 4)), ("$state", isOpen ? 1 : 0), ("$open", isOpen ? 1 : 0), ("$raised", raised), ("$returned", isOpen ? DBNull.Value : raised + 60_000));
            alarm.ExecuteNonQuery();
            for (int stimulus = 1; stimulus <= 3; stimulus++)
            {
                Set(happened, ("$id", ++eventId), ("$alarm", i + 1L), ("$point", 1 + (i % 5000)), ("$stimulus", stimulus), ("$time", raised + stimulus));
                happened.ExecuteNonQuery();
            }
        }
        transaction.Commit();
    }

    private static void Set(SqliteCommand command, params (string Name, object Value)[] values)
    {
        foreach (var (name, value) in values)
        {
            if (command.Parameters.Contains(name)) command.Parameters[name].Value = value;
            else command.Parameters.AddWithValue(name, value);
        }
    }

    private static async Task<HttpClient> ClientAsync(ServerProcess server) => ClientOf(server, await server.CreateTokenAsync("administrator"));

    private static HttpClient ClientOf(ServerProcess server, string token)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    private static async Task<long> IdAsync(HttpClient client, string address, object body)
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync(address, body);
        string text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{address}: {(int)answer.StatusCode} {text}");
        using JsonDocument made = JsonDocument.Parse(text);
        return made.RootElement.GetProperty("id").GetInt64();
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>A store that was never written to.</summary>
    private sealed class Nothing : ITelemetryReader
    {
        public bool TryGetLatest(int series, out Sample sample)
        {
            sample = default;
            return false;
        }

        public async IAsyncEnumerable<SampleColumns> ReadAsync(int series, long fromMs, long toMs, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask<SampleColumns> ReadEnvelopeAsync(int series, long fromMs, long toMs, int maxPoints, CancellationToken cancellation = default) => new(SampleColumns.Empty);

        public ValueTask<(long[] StepStarts, IReadOnlyList<AggregateColumns> Series)> AggregateAsync(
            IReadOnlyList<int> series, long fromMs, long toMs, Step step, Aggregate aggregate, CancellationToken cancellation = default) => throw new NotSupportedException();

        public ValueTask<Sample?> LastBeforeAsync(int series, long timeMs, CancellationToken cancellation = default) => new((Sample?)null);
    }
}
