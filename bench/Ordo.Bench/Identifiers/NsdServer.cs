using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ordo.Bench.Identifiers;

/// <summary>NSD with a zone of as many names, the yardstick of what a resolver can do over UDP on this machine.</summary>
internal sealed class NsdServer : IDisposable
{
    public const string Zone = "id.example";
    public const string Program = "/usr/sbin/nsd";
    private readonly Process process;

    private NsdServer(Process process, IPEndPoint endPoint) => (this.process, EndPoint) = (process, endPoint);

    public IPEndPoint EndPoint { get; }

    public long Resident
    {
        get
        {
            using Process list = System.Diagnostics.Process.Start(new ProcessStartInfo("ps", ["-o", "rss=", "--ppid", process.Id.ToString(CultureInfo.InvariantCulture), "--pid", process.Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
            return list.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Max(line => long.Parse(line, CultureInfo.InvariantCulture)) * 1024;
        }
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public static NsdServer Start(string folder, int names)
    {
        Directory.CreateDirectory(folder);
        int port = FreePort();
        using (StreamWriter zone = File.CreateText(Path.Combine(folder, "zone")))
        {
            zone.Write($"$ORIGIN {Zone}.\n$TTL 86400\n@ IN SOA ns.{Zone}. admin.{Zone}. 1 3600 600 864000 3600\n@ IN NS ns.{Zone}.\nns IN A 127.0.0.1\n");
            for (int i = 0; i < names; i++) zone.Write(string.Create(CultureInfo.InvariantCulture, $"sn{i:00000000} IN TXT \"https://id.example.cn/p/{i}\" \"valve\" \"B{i / 1000}\" \"2026-03-01\" \"300:0.NA/88.999.1\"\n"));
        }

        File.WriteAllText(Path.Combine(folder, "nsd.conf"), $"""
            server:
                ip-address: 127.0.0.1@{port}
                server-count: {Environment.ProcessorCount}
                database: ""
                zonesdir: "{folder}"
                xfrdir: "{folder}"
                xfrdfile: "{folder}/xfrd.state"
                zonelistfile: "{folder}/zone.list"
                pidfile: "{folder}/nsd.pid"
                logfile: "{folder}/nsd.log"
                username: ""
                rrl-ratelimit: 0
            remote-control:
                control-enable: no
            zone:
                name: "{Zone}"
                zonefile: "zone"

            """);
        Process process = System.Diagnostics.Process.Start(Program, ["-d", "-c", Path.Combine(folder, "nsd.conf")]);
        var server = new NsdServer(process, new(IPAddress.Loopback, port));
        using var question = new UdpQuestions(QuestionForm.Dns(Zone), server.EndPoint, 1);
        for (long begin = Stopwatch.GetTimestamp(); ;)
        {
            question.Ask(0, 0);
            question.Flush();
            if (question.Receive(wait: true, null) > 0) return server;
            if (process.HasExited || Stopwatch.GetElapsedTime(begin) > TimeSpan.FromMinutes(3)) throw new InvalidOperationException($"NSD does not answer; see {folder}/nsd.log.");
        }
    }

    public static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            using Process kill = System.Diagnostics.Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
            process.WaitForExit();
        }

        process.Dispose();
    }
}
