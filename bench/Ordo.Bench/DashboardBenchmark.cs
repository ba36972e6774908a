using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ordo.Bench;

/// <summary>
/// The board of a whole park: 1,400 devices with ten quantities each, 30 days at one sample a minute, as the console's widgets ask for it through HTTP: for each quantity one curve of hours, the sum over
/// all devices, and the newest value of everything; six requests at a time, as a browser sends them. Cold: a new process and the files out of the system's memory; warm: the same server again.
/// Options: folder with a store that <c>query 14000 FOLDER</c> has filled; points are made in it.
/// </summary>
internal static class DashboardBenchmark
{
    private const int Devices = 1_400, Quantities = 10, ColdRounds = 5, WarmRounds = 20, AtOnce = 6;

    public static async Task<int> RunAsync(string[] options)
    {
        string folder = options[0], data = Path.Combine(folder, "..", Path.GetFileName(folder) + "-server");
        if (!Directory.Exists(Path.Combine(data, "telemetry")))
        {
            Directory.CreateDirectory(data);
            Directory.CreateSymbolicLink(Path.Combine(data, "telemetry"), Path.GetFullPath(folder));
            await using (ServerProcess first = await ServerProcess.StartAsync(ServerProcess.Built, data)) await first.StopAsync();
            await ImportAsync(data);
        }

        var (cold, warm, coldCurves, warmCurves) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        string? token = null;
        for (int round = 0; round < ColdRounds; round++)
        {
            QueryBenchmark.DropCache(folder);
            await using ServerProcess server = await ServerProcess.StartAsync(ServerProcess.Built, data);
            token ??= await server.CreateTokenAsync("administrator");
            using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = AtOnce }) { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(1) };
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
            while (!(await client.GetAsync(new Uri("/api/v1/points?pageSize=1", UriKind.Relative))).IsSuccessStatusCode) await Task.Delay(500); // the token is known within seconds
            long asset = JsonDocument.Parse(await client.GetStringAsync(new Uri("/api/v1/points?pageSize=1", UriKind.Relative))).RootElement.GetProperty("items")[0].GetProperty("assetId").GetInt64();
            var (first, firstCurves) = await BoardAsync(client, asset);
            cold.Add(first);
            coldCurves.Add(firstCurves);
            for (int i = 0; i < WarmRounds / ColdRounds; i++)
            {
                var (again, againCurves) = await BoardAsync(client, asset);
                warm.Add(again);
                warmCurves.Add(againCurves);
            }

            await server.StopAsync();
        }

        Print($"board of {Devices * Quantities} series, {Quantities} sums of hours over 30 d and the newest of all, {Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        Print($"cold p50 {At(cold, 0.5):F0}, worst {cold.Max():F0} ms (the curves alone {At(coldCurves, 0.5):F0}, {coldCurves.Max():F0})");
        Print($"warm p50 {At(warm, 0.5):F0}, worst {warm.Max():F0} ms (the curves alone {At(warmCurves, 0.5):F0}, {warmCurves.Max():F0})");
        return 0;
    }

    private static async Task<(double All, double Curves)> BoardAsync(HttpClient client, long asset)
    {
        long start = Stopwatch.GetTimestamp();
        string range = $"from={Iso(QueryBenchmark.Origin)}&to={Iso(QueryBenchmark.End)}&step=1h&aggregate=avg";
        double curves = 0;
        Task<long>[] sums = [.. Enumerable.Range(0, Quantities).Select(async quantity =>
        {
            byte[] answer = await client.GetByteArrayAsync(new Uri($"/api/v1/points/samples?asset={asset}&quantity={Kinds[quantity].Quantity}&across=sum&{range}", UriKind.Relative));
            curves = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            using JsonDocument read = JsonDocument.Parse(answer);
            if (read.RootElement.GetProperty("points").GetInt32() != Devices) throw new InvalidOperationException("The curve is not of all devices.");
            return read.RootElement.GetProperty("series")[0].GetProperty("values").EnumerateArray().LongCount(value => value.ValueKind == JsonValueKind.Number);
        })];
        long figures = (await Task.WhenAll(sums)).Sum();
        await Task.WhenAll(Kinds.Select(kind => client.GetByteArrayAsync(new Uri($"/api/v1/points/latest?asset={asset}&quantity={kind.Quantity}", UriKind.Relative))));
        if (figures != Quantities * 720) throw new InvalidOperationException($"{figures} figures came, not {Quantities * 720}.");
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, curves);
    }

    private static async Task ImportAsync(string data)
    {
        var csv = new StringBuilder("type,code,kind,nameZh,asset,quantity,unit,gateway,source,channel\nasset,P01,Park,Bench,,,,,,\n");
        for (int device = 0; device < Devices; device++)
            for (int field = 0; field < Quantities; field++)
                csv.Append(CultureInfo.InvariantCulture, $"point,D{device:D4}F{field},,P,P01,{Kinds[field].Quantity},{Kinds[field].Unit},line,meter{device},field{field}\n");
        string file = Path.Combine(data, "points.csv");
        await File.WriteAllTextAsync(file, csv.ToString());
        using Process import = ServerProcess.Start(ServerProcess.Built, "import", file, "--data", data);
        string said = await import.StandardOutput.ReadToEndAsync();
        await import.WaitForExitAsync();
        if (import.ExitCode != 0) throw new InvalidOperationException(said);
    }

    private static readonly (string Quantity, string Unit)[] Kinds =
    [
        ("activePower", "kW"), ("reactivePower", "kvar"), ("apparentPower", "kVA"), ("voltage", "V"), ("current", "A"),
        ("frequency", "Hz"), ("activeEnergy", "kWh"), ("temperature", "degC"), ("pressure", "kPa"), ("humidity", "%"),
    ];

    private static string Iso(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static double At(List<double> times, double share) => times.Order().ElementAt(Math.Min((int)(times.Count * share), times.Count - 1));

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
