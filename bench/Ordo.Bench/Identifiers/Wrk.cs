using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Ordo.Bench.Identifiers;

/// <summary>wrk of Debian asks over HTTP with one thread, on each connection the next question when the answer to the last is there.</summary>
internal static partial class Wrk
{
    public const string Program = "/usr/bin/wrk";

    /// <param name="prefix">Names are <c>prefix/SN</c> and eight digits.</param>
    public static string Ask(Uri server, string prefix, int names, int connections, TimeSpan time)
    {
        string script = Path.GetTempFileName();
        try
        {
            File.WriteAllText(script, string.Create(CultureInfo.InvariantCulture, $"request = function() return wrk.format('GET', string.format('/api/handles/{prefix}/SN%08d', math.random(0, {names - 1}))) end"));
            string[] arguments = ["-t1", $"-c{connections}", string.Create(CultureInfo.InvariantCulture, $"-d{Math.Max(1, (int)time.TotalSeconds)}s"), "--latency", "-s", script, server.ToString()];
            using Process process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true })!;
            string told = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return string.Create(CultureInfo.InvariantCulture, $"{double.Parse(Rate().Match(told).Groups[1].Value, CultureInfo.InvariantCulture):N0}/s: median {Percentile(told, "50")}, p99 {Percentile(told, "99")}");
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Percentile(string told, string percent) => Regex.Match(told, $@"{percent}%\s+(\S+)").Groups[1].Value;

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();
}
