using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Ordo.Bench.Peers;

/// <summary>
/// Ordo and the stores people run beside their platform today, one after the other on this machine: the same bytes from a loader of its own process, the same questions over HTTP.
/// Everything is on loopback and in temporary folders, is bounded in time and stops by itself. <c>--quick</c> takes less of all; <c>--only a,b</c> takes some of them.
/// </summary>
internal static class PeersBenchmark
{
    private static Peer? current;

    private static readonly (string Name, Func<string, Peer> Make)[] All =
    [
        ("ordo", folder => new OrdoPeer(folder)), ("victoria-metrics", folder => new VictoriaPeer(folder)), ("influxdb", folder => new InfluxPeer(folder)), ("postgresql", folder => new PostgresPeer(folder)),
    ];

    private static readonly (Question Question, string Name, long Values)[] Questions =
    [
        (Question.DayOfOne, "24 h of one series, raw", 0), (Question.HoursOfHundred, "100 series, 1 h averages of 30 d", 100 * 720), (Question.HoursOfAll, "1,400 series, 1 h averages of 30 d", 1_400 * 720),
        (Question.SumOfAll, "their sum", 720), (Question.Newest, "newest of 14,000 series", 14_000),
    ];

    public static async Task<int> RunAsync(string[] options)
    {
        bool isQuick = options.Contains("--quick");
        string[] only = options.SkipWhile(option => option != "--only").Skip(1).Take(1).SelectMany(names => names.Split(',')).ToArray();
        Plan plan = isQuick ? new([20_000], 3, 5, 40, TimeSpan.FromSeconds(1), 20, 1, TimeSpan.FromSeconds(30)) : new([1_000, 20_000], 10, 1, 110, TimeSpan.FromSeconds(4), 10_000, 5, TimeSpan.FromSeconds(80));
        string work = Directory.CreateTempSubdirectory("ordo-peers-").FullName;
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, work)), terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, work));
        using (Process open = Process.Start("chmod", ["711", work])) await open.WaitForExitAsync(); // PostgreSQL's user must come through
        try
        {
            long hour = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
            var data = new PeerData(hour - 86_400_000, plan.StepMinutes);
            Say($"{Environment.ProcessorCount} cores, load {Load()}; making {data.AllSamples / 1e6:F1} M samples of line protocol …");
            await Task.WhenAll(Enumerable.Range(0, PeerData.Connections).Select(connection => Task.Run(() => data.WriteBodies(connection, Path.Combine(work, $"{connection}.bodies")))));
            var columns = new List<Column>();
            foreach ((string name, Func<string, Peer> make) in All)
                if (only.Length == 0 || only.Contains(name)) columns.Add(await MeasureAsync(make, Path.Combine(work, name), data, work, plan));
            Print(columns, plan, data);
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Stops what runs and removes what it wrote, however this program is ended.</summary>
    private static void End(PosixSignalContext context, string work)
    {
        context.Cancel = true;
        for (int tries = 0; tries < 100 && Directory.Exists(work); tries++)
        {
            try
            {
                if (tries == 0) current?.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(30));
                Directory.Delete(work, recursive: true);
            }
            catch (Exception fault) when (fault is IOException or AggregateException or InvalidOperationException)
            {
                Thread.Sleep(100); // a store that is being stopped still writes
            }
        }

        Environment.Exit(1);
    }

    private static async Task<Column> MeasureAsync(Func<string, Peer> make, string folder, PeerData data, string bodies, Plan plan)
    {
        var column = new Column();
        try
        {
            foreach (int series in plan.IngestSeries)
            {
                Directory.CreateDirectory(folder);
                await using Peer fresh = make(folder);
                (current, column.Name) = (fresh, fresh.Name);
                await fresh.StartAsync();
                await fresh.IngestAsync(series, 1); // names, code, caches
                LoaderReport report = await fresh.IngestAsync(series, plan.IngestSeconds);
                column.Ingest[series] = report;
                Say($"{fresh.Name}: {report.Samples / report.Seconds / 1e6:F2} M samples/s into {series:N0} series (load {Load()})");
            }

            Directory.CreateDirectory(folder);
            await using Peer peer = make(folder);
            current = peer;
            await peer.StartAsync();
            column.Feed = await peer.FeedAsync(data, bodies, plan.FeedSeconds);
            await peer.SettleAsync();
            await peer.StopAsync();
            column.Disk = (double)peer.DiskBytes() / column.Feed.Samples;
            string share = column.Feed.Samples < data.AllSamples ? $", {100.0 * column.Feed.Samples / data.AllSamples:F0} % of all, no time for more" : "";
            Say($"{peer.Name}: fed {column.Feed.Samples / 1e6:F1} M samples in {column.Feed.Seconds:F0} s{share}; {column.Disk:F3} bytes a sample");
            await peer.PrepareAsync();
            await AskAsync(peer, column, data, plan);
        }
#pragma warning disable CA1031 // one that fails must not take the figures of the others with it
        catch (Exception e)
#pragma warning restore CA1031
        {
            column.Failure = e.Message;
            Say($"{column.Name}: FAILED: {e.Message}");
        }

        return column;
    }

    private static async Task AskAsync(Peer peer, Column column, PeerData data, Plan plan)
    {
        // What asks is a new program too, and learns the points' numbers: without this the first store alone would be charged for that. Not the sum, which one of them keeps.
        await peer.StartAsync();
        foreach (Question question in (Question[])[Question.DayOfOne, Question.HoursOfHundred, Question.Newest]) await peer.AskAsync(question, data, 2_000);
        for (var whole = Stopwatch.StartNew(); column.ColdRounds < plan.ColdRounds && (column.ColdRounds == 0 || (column.Spent.Elapsed < plan.Limit * 0.5 && whole.Elapsed < plan.Limit)); column.ColdRounds++)
        {
            int round = column.ColdRounds;
            await peer.StopAsync();
            peer.ForgetFiles();
            await peer.StartAsync();
            for (int i = 0; i < Questions.Length; i++)
            {
                // Another question is the first each round: the first one also pays for what a start left to do.
                var (question, _, values) = Questions[(i + round) % Questions.Length];
                if (column.Spent.Elapsed < plan.Limit) column.Cold(question).Add(await TimeAsync(peer, question, values, data, 1_000 + round, column));
            }
        }

        foreach (var (question, name, values) in Questions)
        {
            if (column.Spent.Elapsed >= plan.Limit) continue;
            List<double> times = column.Warm(question);
            // Warm is what a reader of a running store meets: what the start left to do is told by the cold figures.
            int before = 0;
            for (var practice = Stopwatch.StartNew(); before < plan.WarmRounds && practice.Elapsed < plan.WarmTime / 2; before++) await TimeAsync(peer, question, values, data, before, column);
            for (var spent = Stopwatch.StartNew(); times.Count == 0 || (times.Count < plan.WarmRounds && spent.Elapsed < (times.Count < 3 ? 3 * plan.WarmTime : plan.WarmTime));) times.Add(await TimeAsync(peer, question, values, data, times.Count, column));
            Say($"{peer.Name}: {name}: {At(times, 0.5):F1} ms (p99 {At(times, 0.99):F1}, {times.Count} times), cold {At(column.Cold(question), 0.5):F0} ms (load {Load()})");
        }
    }

    private static async Task<double> TimeAsync(Peer peer, Question question, long values, PeerData data, int variant, Column column)
    {
        long start = Stopwatch.GetTimestamp();
        column.Spent.Start();
        long found = await peer.AskAsync(question, data, variant);
        column.Spent.Stop();
        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (values == 0) values = 1440 / data.StepMinutes;
        // An answer that lacks values is no answer; what was not fed for lack of time is known to be missing.
        if (found < values && column.Feed!.Samples == data.AllSamples) throw new InvalidOperationException($"{question} was answered with {found} values, not {values}.");
        return took;
    }

    private static void Print(List<Column> columns, Plan plan, PeerData data)
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, load {Load()} at the end; {data.AllSamples / 1e6:F1} M samples fed; cold: {string.Join(", ", columns.Select(column => column.ColdRounds))} restarts with the files out of memory"));
        Row("", columns, column => column.Name);
        Row("---", columns, _ => "---");
        foreach (int series in plan.IngestSeries)
            Row($"ingest, {series:N0} series, M samples/s", columns, column => column.Ingest.TryGetValue(series, out LoaderReport? report) ? $"{report.Samples / report.Seconds / 1e6:F2} (request p99 {report.P99 * 1e3:F0} ms)" : "-");
        Row("disk, bytes a sample", columns, column => column.Disk is { } disk ? $"{disk:F3}" : "-");
        foreach (var (question, name, _) in Questions)
        {
            Row($"{name}: warm p50 / p99, ms", columns, column => column.Warm(question) is { Count: > 0 } times ? $"{Short(At(times, 0.5))} / {Short(At(times, 0.99))}{column.Mark(data)}" : "-");
            Row($"{name}: cold p50 / worst, ms", columns, column => column.Cold(question) is { Count: > 0 } times ? $"{At(times, 0.5):F0} / {times.Max():F0}{column.Mark(data)}" : "-");
        }

        if (columns.Exists(column => column.Failure is null && Questions.Any(question => column.Warm(question.Question).Count == 0))) Console.WriteLine("-: not asked, the time for asking was up");
        foreach (Column column in columns.Where(column => column.Failure is not null)) Console.WriteLine($"{column.Name} failed: {column.Failure}");
        if (columns.Exists(column => column.Mark(data).Length > 0)) Console.WriteLine("* asked over less, because feeding took too long");
    }

    private static void Row(string name, List<Column> columns, Func<Column, FormattableString> cell) => Row(name, columns, column => cell(column).ToString(CultureInfo.InvariantCulture));

    private static void Row(string name, List<Column> columns, Func<Column, string> cell) => Console.WriteLine($"| {name} | {string.Join(" | ", columns.Select(cell))} |");

    /// <summary>Milliseconds with two decimals where one would hide the difference.</summary>
    private static string Short(double milliseconds) => milliseconds.ToString(milliseconds < 10 ? "F2" : "F1", CultureInfo.InvariantCulture);

    private static double At(List<double> times, double share)
    {
        double[] sorted = [.. times.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min((int)(sorted.Length * share), sorted.Length - 1)];
    }

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static void Say(FormattableString line) => Console.Error.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <param name="IngestSeries">Series of each ingest run.</param>
    /// <param name="IngestSeconds">Length of it.</param>
    /// <param name="StepMinutes">Between two samples of the history.</param>
    /// <param name="FeedSeconds">At most for feeding one peer.</param>
    /// <param name="WarmTime">At most for repeating one question.</param>
    /// <param name="WarmRounds">At most so many times.</param>
    /// <param name="ColdRounds">Restarts.</param>
    /// <param name="Limit">For asking one peer: no question is begun later.</param>
    private sealed record Plan(int[] IngestSeries, double IngestSeconds, int StepMinutes, double FeedSeconds, TimeSpan WarmTime, int WarmRounds, int ColdRounds, TimeSpan Limit);

    private sealed class Column
    {
        private readonly Dictionary<Question, List<double>> cold = [], warm = [];

        /// <summary>Waiting for answers; restarts do not count, a busy machine would leave no time for questions.</summary>
        public Stopwatch Spent { get; } = new();

        public int ColdRounds { get; set; }

        public string Name { get; set; } = "?";

        public Dictionary<int, LoaderReport> Ingest { get; } = [];

        public LoaderReport? Feed { get; set; }

        public double? Disk { get; set; }

        public string? Failure { get; set; }

        public List<double> Cold(Question question) => Of(cold, question);

        public List<double> Warm(Question question) => Of(warm, question);

        public string Mark(PeerData data) => Feed?.Samples < data.AllSamples ? " *" : "";

        private static List<double> Of(Dictionary<Question, List<double>> times, Question question) => times.TryGetValue(question, out List<double>? found) ? found : times[question] = [];
    }
}
