using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>
/// What faulty and hostile senders do to the real server: it keeps its memory, says what happened, and serves the others. Each test bounds
/// memory generously; they are there to notice what grows with the input, not to measure.
/// </summary>
public sealed class HostileInputTests(ITestOutputHelper output)
{
    private const long MiB = 1024 * 1024;
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A process without a file left to open cannot load a library or write a month, and the runtime ends it.</summary>
    [Fact]
    public async Task More_connections_than_the_process_may_open_files_leave_it_enough_to_work_with()
    {
        Assert.SkipUnless(OpenFilesAllowed() > 4000, $"This user may open {OpenFilesAllowed()} files; the test needs 4000 (ulimit -Hn).");
        int identifiers = FreePorts.Take();
        await using ServerProcess server = await ServerProcess.StartWithFilesAsync(900, "--set", $"Identifiers:Port={identifiers}");
        Assert.Contains("lets this process open only 900 files", server.Output, StringComparison.Ordinal);
        using HttpClient writer = await server.WriterAsync();
        for (int round = 0; round < 2; round++)
        {
            var flood = new List<Socket>();
            try
            {
                foreach (int port in (int[])[server.Address.Port, server.Hj212Port, identifiers])
                {
                    for (int i = 0; i < 1000; i++)
                    {
                        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                        flood.Add(socket);
                        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
                        try
                        {
                            await socket.ConnectAsync(IPAddress.Loopback, port);
                            await socket.SendAsync("GET / HTTP/1.1\r\nX: "u8.ToArray());
                        }
                        catch (SocketException)
                        {
                            // Cut off already.
                        }
                    }
                }

                // Somebody else comes for the first time, with a connection of his own, to all three doors.
                using HttpClient neighbour = await server.SignInAsync();
                (await neighbour.GetAsync("/api/v1/points")).EnsureSuccessStatusCode();
                using var lines = new StringContent(string.Create(CultureInfo.InvariantCulture, $"m,d=1 v=1 {1_767_225_600_000 + round}"));
                (await writer.PostAsync("/api/v2/write?bucket=b&precision=ms", lines)).EnsureSuccessStatusCode();
                using FieldDevice device = await FieldDevice.ConnectAsync(server, "FEW-FILES-000000000001");
                Assert.True(await device.SendAsync(Begin.AddMinutes(round), round, Patience.Limit));
            }
            finally
            {
                foreach (Socket socket in flood) socket.Dispose();
            }
        }

        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Ten_thousand_idle_connections_disturb_nobody()
    {
        const int count = 10_000;
        const int needed = (count * 5 / 3) + 1000; // a third is not for devices
        Assert.SkipUnless(OpenFilesAllowed() > needed, $"This user may open {OpenFilesAllowed()} files; the test and the server need {needed} each (ulimit -Hn).");
        await using ServerProcess server = await ServerProcess.StartAsync();
        using FieldDevice device = await FieldDevice.ConnectAsync(server, "IDLE-NEIGHBOUR-0000001");
        Assert.True(await device.SendAsync(Begin, 0, Patience.Limit));
        long before = WorkingSet(server);

        var idle = new List<Socket>(count);
        try
        {
            for (int i = 0; i < count; i++)
            {
                // Five addresses, as concentrators behind five modems; each stays below what one address may have.
                idle.Add(await ConnectAsync(server, IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.0.0.{2 + (i % 5)}"))));
                if (i % 1000 == 0) Assert.True(await device.SendAsync(Begin.AddSeconds(1 + i), i, Patience.Limit), $"Not acknowledged beside {i} idle connections.");
            }

            Assert.True(await device.SendAsync(Begin.AddSeconds(count + 10), count, Patience.Limit));
            using FieldDevice late = await FieldDevice.ConnectAsync(server, "IDLE-NEIGHBOUR-0000002");
            Assert.True(await late.SendAsync(Begin, 1, Patience.Limit), "A device that comes later finds no place.");
            Assert.Equal(count, idle.Count(IsOpen));
            AssertBounded(server, before, 250);
        }
        finally
        {
            foreach (Socket socket in idle) socket.Dispose();
        }

        Assert.True(await device.SendAsync(Begin.AddSeconds(count + 20), 0, Patience.Limit), "Not acknowledged after they left.");
    }

    [Fact]
    public async Task A_frame_that_never_ends_a_lying_length_and_a_stream_without_frames_cost_their_own_connection_only()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            "server", null, "--set", "Perception:Gateways:Hj212:FrameTimeout=00:00:01");
        using FieldDevice device = await FieldDevice.ConnectAsync(server, "NEIGHBOUR-OF-NOISE-0001");
        Assert.True(await device.SendAsync(Begin, 0, Patience.Limit));
        long before = WorkingSet(server);

        // Noise: 64 MiB without a head. The server hangs up after 256 KiB of it.
        Task<bool> noise = PourAsync(server, "", (byte)'x', 64 * MiB);
        // A head that promises 9999 bytes, and bytes that never become its frame.
        Task<bool> endless = PourAsync(server, "##9999QN=20260101080000000;", (byte)'0', 64 * MiB);
        for (int i = 1; !noise.IsCompleted || !endless.IsCompleted; i++)
            Assert.True(await device.SendAsync(Begin.AddSeconds(i), i, Patience.Limit), "The neighbour was not served meanwhile.");
        Assert.True(await noise, "64 MiB of noise were swallowed.");
        Assert.True(await endless, "A frame of 64 MiB was swallowed.");

        // A length that lies, with a good frame behind it on the same connection: the good one is found.
        using FieldDevice liar = await FieldDevice.ConnectAsync(server, "LYING-LENGTH-000000001");
        await liar.Socket.SendAsync("##9999QN=20260101080000000;ST=22;CN=2011;CP=&&&&\r\n"u8.ToArray());
        Assert.True(await liar.SendAsync(Begin, 1, Patience.Limit), "The good frame behind a lying length was lost.");

        // A frame that is begun and left: given up after FrameTimeout, and the connection goes on.
        using FieldDevice pauser = await FieldDevice.ConnectAsync(server, "FRAME-BEGUN-0000000001");
        await pauser.Socket.SendAsync("##0500QN=2026"u8.ToArray());
        Assert.True(await pauser.SendAsync(Begin, 1, Patience.Limit), "The frame after an unfinished one was lost.");

        Assert.True(await device.SendAsync(Begin.AddDays(1), 0, Patience.Limit));
        AssertBounded(server, before, 100);
        Assert.Contains("too many bytes that are no frame", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_a_gibibyte_is_refused_in_bounded_memory_and_the_line_behind_it_is_stored()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient writer = await server.WriterAsync();
        writer.Timeout = TimeSpan.FromMinutes(5);
        Assert.Equal(HttpStatusCode.NoContent, (await WriteAsync(writer, "warm v=1\n")).StatusCode);
        long before = WorkingSet(server);

        const string tail = "\nbehind,meter=1 v=5\n";
        using var content = new LongLine((1024 * MiB) - tail.Length, tail);
        Task<HttpResponseMessage> giant = writer.PostAsync("/api/v2/write?bucket=b&org=o", content);
        long peak = before;
        for (int i = 0; !giant.IsCompleted; i++)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await WriteAsync(writer, $"neighbour,meter=1 v={i}\n")).StatusCode);
            peak = Math.Max(peak, WorkingSet(server));
        }

        using HttpResponseMessage answer = await giant;
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode); // a partial write, as line protocol knows it
        output.WriteLine(await answer.Content.ReadAsStringAsync());
        output.WriteLine($"peak {(peak - before) / MiB} MiB above {before / MiB} MiB");
        Assert.InRange(peak - before, -before, 100 * MiB);

        using HttpClient reader = await server.SignInAsync();
        Assert.Contains("behind,meter=1", await reader.GetStringAsync("/api/v1/series?source=behind%2Cmeter%3D1"), StringComparison.Ordinal);

        // One byte more than a body may have is refused before it is read.
        using var tooLong = new LongLine((1024 * MiB) + 1, "");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v2/write?bucket=b&org=o") { Content = tooLong, Headers = { ExpectContinue = true } };
        using HttpResponseMessage refused = await writer.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
    }

    [Fact]
    public async Task A_device_that_floods_is_slowed_and_counted_and_the_others_are_served()
    {
        const int rate = 50, seconds = 4;
        await using ServerProcess server = await ServerProcess.StartAsync(
            "server", null,
            "--set", $"Perception:Limits:DeviceSource:MessagesPerSecond={rate}", "--set", "Perception:Limits:DeviceSource:Burst=00:00:01");
        using FieldDevice good = await FieldDevice.ConnectAsync(server, "GOOD-BESIDE-FLOOD-0001");
        using FieldDevice flood = await FieldDevice.ConnectAsync(server, "FLOODING-DEVICE-000001");
        using var stop = new CancellationTokenSource();
        Task<(long Sent, long Answers)> flooding = FloodAsync(flood, stop.Token);
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(seconds); i++)
        {
            Assert.True(await good.SendAsync(Begin.AddSeconds(i), i, Patience.Limit), "The neighbour of a flooding device was not served.");
            await Task.Delay(50); // it is within its limits: 20 a second
        }

        await stop.CancelAsync();
        double elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        (long sent, long answers) = await flooding;
        output.WriteLine($"{sent} frames offered, {answers} bytes of answers in {elapsed:0.0} s");

        using HttpClient reader = await server.SignInAsync();
        JsonElement source = await SourceAsync(reader, flood.Mn);
        // What had arrived before the first pause (at most 1 MiB waits in the server) is taken and paid for afterwards: nothing is dropped.
        long taken = source.GetProperty("frames").GetInt64();
        output.WriteLine($"{taken} frames taken");
        Assert.InRange(taken, 1, (long)(rate * (elapsed + 2)) + (1100 * 1024 / FieldDevice.Frame(flood.Mn, Begin, 0).Bytes.Length));
        Assert.True(source.GetProperty("refused").GetInt64() > 0, "That it was slowed is not counted with the source.");
        Assert.Equal(0, (await SourceAsync(reader, good.Mn)).GetProperty("refused").GetInt64());
        Assert.Matches(@"ordo_ingress_refused_total [1-9]", await reader.GetStringAsync("/metrics"));
        Assert.Contains(flood.Mn, server.Output, StringComparison.Ordinal);

        // It still owes minutes; a stop does not wait for them.
        long stopping = Stopwatch.GetTimestamp();
        Assert.Equal(0, await server.StopAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(stopping).TotalSeconds, 0, 30);
    }

    [Fact]
    public async Task A_source_that_floods_over_HTTP_is_told_to_wait_and_the_others_are_served()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            "server", null, "--set", "Perception:Limits:HttpSource:MessagesPerSecond=100", "--set", "Perception:Limits:HttpSource:Burst=00:00:01");
        using HttpClient writer = await server.WriterAsync();
        string lines = string.Concat(Enumerable.Range(0, 2000).Select(i => string.Create(CultureInfo.InvariantCulture, $"flood,meter=1 v={i} {i}\n")));
        var answers = new List<HttpStatusCode>();
        for (int i = 0; i < 5 && !answers.Contains(HttpStatusCode.TooManyRequests); i++)
        {
            using HttpResponseMessage answer = await WriteAsync(writer, lines);
            answers.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) Assert.NotNull(answer.Headers.RetryAfter);
            Assert.Equal(HttpStatusCode.NoContent, (await WriteAsync(writer, $"calm,meter=1 v={i}\n")).StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        using HttpClient reader = await server.SignInAsync();
        Assert.True((await SourceAsync(reader, "flood,meter=1")).GetProperty("refused").GetInt64() > 0);
    }

    /// <summary>Sends bytes until the server hangs up.</summary>
    /// <returns><c>false</c> when it took them all.</returns>
    private static async Task<bool> PourAsync(ServerProcess server, string head, byte filler, long bytes)
    {
        using Socket socket = await ConnectAsync(server, IPAddress.Loopback);
        byte[] block = new byte[64 * 1024];
        block.AsSpan().Fill(filler);
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(head));
            for (long sent = 0; sent < bytes; sent += block.Length) await socket.SendAsync(block).WaitAsync(Patience.Limit);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Sends frames as fast as the connection takes them, and reads answers so that it is not the answers that slow it.</summary>
    private static async Task<(long Sent, long AnswerBytes)> FloodAsync(FieldDevice device, CancellationToken stop)
    {
        long sent = 0, answers = 0;
        Task reading = Task.Run(async () =>
        {
            byte[] buffer = new byte[64 * 1024];
            try
            {
                for (int read; (read = await device.Socket.ReceiveAsync(buffer, stop)) > 0;) answers += read;
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
            }
        }, CancellationToken.None);
        try
        {
            while (true) await device.Socket.SendAsync(FieldDevice.Frame(device.Mn, Begin.AddSeconds(sent++), sent).Bytes, stop);
        }
        catch (OperationCanceledException)
        {
        }

        await reading;
        return (sent, answers);
    }

    private static async Task<Socket> ConnectAsync(ServerProcess server, IPAddress from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, server.Hj212Port);
        return socket;
    }

    private static bool IsOpen(Socket socket) => !socket.Poll(0, SelectMode.SelectRead); // nobody speaks to it: readable means hung up

    private static Task<HttpResponseMessage> WriteAsync(HttpClient writer, string lines) =>
        writer.PostAsync("/api/v2/write?bucket=b&org=o&precision=s", new StringContent(lines, Encoding.UTF8));

    private static async Task<JsonElement> SourceAsync(HttpClient reader, string key)
    {
        using JsonDocument list = JsonDocument.Parse(await reader.GetStringAsync($"/api/v1/sources?q={Uri.EscapeDataString(key)}"));
        return list.RootElement.GetProperty("items").EnumerateArray().Single(s => s.GetProperty("key").GetString() == key).Clone();
    }

    private void AssertBounded(ServerProcess server, long before, long mebibytes)
    {
        long after = WorkingSet(server);
        output.WriteLine($"working set {before / MiB} MiB before, {after / MiB} MiB after");
        Assert.InRange(after - before, -before, mebibytes * MiB);
    }

    private static long WorkingSet(ServerProcess server)
    {
        using var process = Process.GetProcessById(server.Id);
        return process.WorkingSet64;
    }

    private static long OpenFilesAllowed() =>
        File.Exists("/proc/self/limits") && File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal)) is { } line
            && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4], out long hard) ? hard : long.MaxValue;

    /// <summary>One line of a length, written block by block, and what follows it.</summary>
    private sealed class LongLine : HttpContent
    {
        private readonly long bytes;
        private readonly byte[] tail;

        public LongLine(long bytes, string tail)
        {
            (this.bytes, this.tail) = (bytes, Encoding.ASCII.GetBytes(tail));
            Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            byte[] block = new byte[256 * 1024];
            block.AsSpan().Fill((byte)'a');
            for (long left = bytes; left > 0; left -= block.Length) await stream.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)));
            await stream.WriteAsync(tail);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes + tail.Length;
            return true;
        }
    }
}
