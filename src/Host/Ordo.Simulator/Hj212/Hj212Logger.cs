using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Ordo.Simulator.Replay;

namespace Ordo.Simulator.Hj212;

/// <summary>How a data logger behaves; what the platform may change, it changes with the commands of 10xx.</summary>
public sealed record Hj212LoggerOptions
{
    public required IPEndPoint Platform { get; init; }

    public string Password { get; init; } = "123456";

    /// <summary>Between real-time messages, 30 … 3600 s.</summary>
    public TimeSpan RealTimeInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How much stored history is sent when the logger starts.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(7);
}

/// <summary>
/// A data logger (数采仪) that speaks HJ 212-2017: dials the platform, uploads real-time, minute, hour and day data, waits for each 9014 and
/// sends again as clause 8 says, answers requests, and dials again when the link is lost. What was not acknowledged is sent later: the data
/// are a function of time, so one mark per kind of data is all it has to remember.
/// </summary>
public sealed class Hj212Logger(Station station, Hj212LoggerOptions options, Misbehaviour misbehaviour, Tally tally, TimeProvider time)
{
    /// <summary>Results of an execution (table 6).</summary>
    private const int Success = 1, WrongCondition = 3, NoData = 100;

    private const int LongestLine = 4096, MostRequestsWaiting = 8, MostHeldBack = 8;

    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(15);
    private static readonly int[] Commands = [1000, 1011, 1012, 1061, 1062, 1063, 1064, 2011, 2031, 2051, 2061];
    private static readonly int[] MinuteIntervals = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];

    private readonly Queue<(int Cn, string Data)> heldBack = new();
    private readonly Upload realTime = new(2011, options.RealTimeInterval);
    private readonly Upload minutes = new(2051, TimeSpan.FromMinutes(10)), hours = new(2061, TimeSpan.FromHours(1)), days = new(2031, TimeSpan.FromDays(1));
    private TimeSpan clockError = misbehaviour.ClockError();
    private TimeSpan answerTimeout = TimeSpan.FromSeconds(10);
    private int resends = 3;
    private long lastQn;
    private bool started, delivered;
    private volatile Pending? pending;

    private DateTimeOffset Now => time.GetUtcNow().ToOffset(Recording.China);

    public async Task RunAsync(CancellationToken cancellation)
    {
        DateTimeOffset begin = Now - options.History;
        realTime.Next = hours.Next = ReplayClock.Floor(begin, hours.Interval);
        days.Next = ReplayClock.Floor(begin, days.Interval);
        minutes.Next = ReplayClock.Floor(Now, hours.Interval);

        var backOff = TimeSpan.FromSeconds(1);
        while (!cancellation.IsCancellationRequested)
        {
            delivered = false;
            try
            {
                using var client = new TcpClient { NoDelay = true };
                await client.ConnectAsync(options.Platform, cancellation);
                await TalkAsync(client.GetStream(), cancellation);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                tally.Failed($"{station.Mn}: {e.Message}");
            }
            backOff = delivered ? TimeSpan.FromSeconds(1) : TimeSpan.FromTicks(Math.Min(backOff.Ticks * 2, LongestBackOff.Ticks));
            await Task.Delay(backOff, time, cancellation);
        }
    }

    private async Task TalkAsync(NetworkStream stream, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var requests = Channel.CreateBounded<Hj212Frame>(MostRequestsWaiting);
        Task receiving = ReceiveAsync(PipeReader.Create(stream), requests.Writer, ended.Token);
        tally.Connected();
        try
        {
            await WorkAsync(stream, requests.Reader, ended.Token);
        }
        finally
        {
            tally.Disconnected();
            await ended.CancelAsync();
            await receiving;
        }
    }

    private async Task WorkAsync(NetworkStream stream, ChannelReader<Hj212Frame> requests, CancellationToken cancellation)
    {
        if (!started) await DeliverAsync(stream, 2081, $"DataTime={Stamp(Now + clockError)};RestartTime={Stamp(Now + clockError)}", cancellation);
        started = true;
        while (true)
        {
            if (requests.TryRead(out Hj212Frame? request))
            {
                await AnswerAsync(stream, request, cancellation);
                continue;
            }
            Upload next = new[] { realTime, minutes, hours, days }.Where(upload => !upload.Stopped).MinBy(upload => upload.Due)!;
            TimeSpan wait = next.Due - Now;
            if (wait <= TimeSpan.Zero) await UploadAsync(stream, next, cancellation);
            else await WaitAsync(requests, wait, cancellation);
        }
    }

    private async Task WaitAsync(ChannelReader<Hj212Frame> requests, TimeSpan wait, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<bool> asked = requests.WaitToReadAsync(either.Token).AsTask();
        await Task.WhenAny(asked, Task.Delay(wait, time, either.Token));
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        if (asked.IsCompletedSuccessfully && !await asked) throw new IOException("the platform closed the connection");
    }

    private async Task UploadAsync(NetworkStream stream, Upload upload, CancellationToken cancellation)
    {
        string items = upload == realTime ? station.RealTime(upload.Next) : station.Interval(upload.Next, upload.Interval);
        if (items.Length > 0)
        {
            // A clock that is wrong by minutes shows in instants; intervals still begin on its whole hours.
            string data = $"DataTime={Stamp(upload == realTime ? upload.Next + clockError : upload.Next)};{items}";
            if (heldBack.Count < MostHeldBack && misbehaviour.Happens(Fault.Late)) heldBack.Enqueue((upload.Cn, data));
            else await DeliverAsync(stream, upload.Cn, data, cancellation);
        }
        // Far behind, one message per measured row is enough; the values between would only be repetitions.
        TimeSpan behind = Now - upload.Next, row = station.RowOnTheWall(upload.Next);
        upload.Next += upload == realTime && behind > hours.Interval && row > upload.Interval ? row : upload.Interval;

        if (heldBack.TryPeek(out var late) && upload != realTime)
        {
            await DeliverAsync(stream, late.Cn, late.Data, cancellation);
            heldBack.Dequeue();
        }
    }

    /// <summary>Sends until the platform answers 9014; after the last resend the link counts as unusable (clause 8).</summary>
    private async Task DeliverAsync(NetworkStream stream, int cn, string data, CancellationToken cancellation)
    {
        var frame = new Hj212Frame(NextQn(), station.SystemCode, cn, options.Password, station.Mn, Flag: 5, data);
        for (int attempt = 0; attempt <= resends; attempt++)
        {
            if (attempt > 0) tally.SentAgain();
            var answer = pending = new(frame.Qn);
            await SendAsync(stream, frame.ToBytes(), cancellation);
            try
            {
                await answer.Done.Task.WaitAsync(answerTimeout, time, cancellation);
                tally.Delivered(ValuesIn(data));
                delivered = true;
                return;
            }
            catch (TimeoutException)
            {
            }
        }
        throw new IOException($"no answer 9014 to {cn} after {resends} resends");
    }

    private async Task SendAsync(NetworkStream stream, byte[] frame, CancellationToken cancellation)
    {
        if (misbehaviour.Happens(Fault.Drop))
        {
            await stream.WriteAsync(frame.AsMemory(0, frame.Length / 2), cancellation);
            throw new IOException("broken off on purpose");
        }
        if (misbehaviour.Happens(Fault.Crc)) frame[^3] ^= 1; // the last digit of the CRC
        await stream.WriteAsync(frame, cancellation);
        if (misbehaviour.Happens(Fault.Duplicate)) await stream.WriteAsync(frame, cancellation);
    }

    private async Task ReceiveAsync(PipeReader reader, ChannelWriter<Hj212Frame> requests, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                ReadResult read = await reader.ReadAsync(cancellation);
                ReadOnlySequence<byte> buffer = read.Buffer;
                while (buffer.PositionOf((byte)'\n') is { } lineEnd)
                {
                    if (Hj212Frame.Parse(buffer.Slice(0, lineEnd).ToArray().AsSpan().TrimEnd((byte)'\r')) is { } frame) Take(frame, requests);
                    buffer = buffer.Slice(buffer.GetPosition(1, lineEnd));
                }
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted || buffer.Length > LongestLine) break;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
        }
        requests.TryComplete();
        pending?.Done.TrySetException(new IOException("the platform closed the connection"));
    }

    private void Take(Hj212Frame frame, ChannelWriter<Hj212Frame> requests)
    {
        if (frame.Cn is 9013 or 9014)
        {
            if (pending is { } waiting && waiting.Qn == frame.Qn) waiting.Done.TrySetResult();
        }
        else
        {
            // With the queue full the request goes unanswered, which is how a busy logger refuses.
            requests.TryWrite(frame);
        }
    }

    private async Task AnswerAsync(NetworkStream stream, Hj212Frame request, CancellationToken cancellation)
    {
        if (request.Cn == 2012)
        {
            realTime.Stopped = true;
            await AnswerAsync("91", 9013, "");
            return;
        }
        const int Ready = 1, WrongPassword = 3, WrongDevice = 4, WrongCommand = 8;
        int verdict = request.Pw != options.Password ? WrongPassword : request.Mn != station.Mn ? WrongDevice : Commands.Contains(request.Cn) ? Ready : WrongCommand;
        await AnswerAsync("91", 9011, $"QnRtn={verdict}");
        if (verdict != Ready) return;

        string? value = request.Cn switch
        {
            1011 => $"SystemTime={Stamp(Now + clockError)}",
            1061 => $"RtdInterval={realTime.Interval.TotalSeconds}",
            1063 => $"MinInterval={minutes.Interval.TotalMinutes}",
            _ => null,
        };
        if (value is not null) await AnswerAsync(station.SystemCode, request.Cn, value);
        int result = value is not null ? Success : await ExecuteAsync(stream, request.Cn, request.DataFields(), cancellation);
        await AnswerAsync("91", 9012, $"ExeRtn={result}");

        Task AnswerAsync(string systemCode, int cn, string data) =>
            stream.WriteAsync(new Hj212Frame(request.Qn, systemCode, cn, options.Password, station.Mn, Flag: 4, data).ToBytes(), cancellation).AsTask();
    }

    private async Task<int> ExecuteAsync(NetworkStream stream, int cn, Dictionary<string, string> asked, CancellationToken cancellation)
    {
        switch (cn)
        {
            case 1000 when Number(asked, "OverTime") is >= 1 and <= 99 and var seconds && Number(asked, "ReCount") is >= 1 and <= 99 and var count:
                (answerTimeout, resends) = (TimeSpan.FromSeconds(seconds), count);
                return Success;
            case 1012 when Time(asked, "SystemTime") is { } set:
                clockError = set - Now;
                return Success;
            case 1062 when Number(asked, "RtdInterval") is >= 30 and <= 3600 and var interval:
                realTime.Interval = TimeSpan.FromSeconds(interval);
                return Success;
            case 1064 when Number(asked, "MinInterval") is { } interval && MinuteIntervals.Contains(interval):
                minutes.Interval = TimeSpan.FromMinutes(interval);
                minutes.Next = ReplayClock.Floor(minutes.Next, minutes.Interval);
                return Success;
            case 2011:
                if (realTime.Stopped) realTime.Next = Now;
                realTime.Stopped = false;
                return Success;
            case 2031 or 2051 or 2061 when Time(asked, "BeginTime") is { } from && Time(asked, "EndTime") is { } to && from <= to:
                return await SendHistoryAsync(stream, cn, from, to, cancellation);
            default:
                return WrongCondition;
        }
    }

    /// <summary>Sends the stored intervals that begin within the range, one message each; both ends belong to it (clause 9).</summary>
    private async Task<int> SendHistoryAsync(NetworkStream stream, int cn, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        TimeSpan length = new[] { minutes, hours, days }.First(upload => upload.Cn == cn).Interval;
        DateTimeOffset oldest = Now - TimeSpan.FromDays(366), start = ReplayClock.Floor(from > oldest ? from : oldest, length);
        bool any = false;
        for (; start <= to && start + length <= Now; start += length)
        {
            if (station.Interval(start, length) is not { Length: > 0 } items) continue;
            await DeliverAsync(stream, cn, $"DataTime={Stamp(start)};{items}", cancellation);
            any = true;
        }
        return any ? Success : NoData;
    }

    private static string Stamp(DateTimeOffset time) => time.ToOffset(Recording.China).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private string NextQn()
    {
        long qn = long.Parse((Now + clockError).ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        lastQn = Math.Max(qn, lastQn + 1); // two messages within a millisecond need two numbers
        return lastQn.ToString(CultureInfo.InvariantCulture);
    }

    private static int ValuesIn(string data) => data.Split([';', ',']).Count(pair => pair.Contains('-', StringComparison.Ordinal) && !pair.Contains("-Flag=", StringComparison.Ordinal));

    private static int? Number(Dictionary<string, string> fields, string name) =>
        int.TryParse(fields.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static DateTimeOffset? Time(Dictionary<string, string> fields, string name) =>
        DateTime.TryParseExact(fields.GetValueOrDefault(name), "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local)
            ? new(local, Recording.China)
            : null;

    /// <summary>One kind of data and how far it has been delivered.</summary>
    private sealed class Upload(int cn, TimeSpan interval)
    {
        public int Cn { get; } = cn;

        public TimeSpan Interval { get; set; } = interval;

        /// <summary>Instant (2011) or start of the interval that comes next.</summary>
        public DateTimeOffset Next { get; set; }

        public bool Stopped { get; set; }

        /// <summary>An interval can be sent when it is over.</summary>
        public DateTimeOffset Due => Cn == 2011 ? Next : Next + Interval;
    }

    private sealed class Pending(string qn)
    {
        public string Qn { get; } = qn;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
