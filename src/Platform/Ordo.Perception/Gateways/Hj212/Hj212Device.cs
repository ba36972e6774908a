using System.Text;
using Ordo.Foundation;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>
/// What the platform knows of one device while it runs: the connection it speaks on, how it speaks, and the exchange under way. One request is
/// outstanding at a time, the others wait (HJ 212 has no way to tell two apart on slow loggers). Guarded by its own lock.
/// </summary>
internal sealed class Hj212Device
{
    private const int MaxWaiting = 32;
    private const int RememberedFrames = 32;
    private static readonly TimeSpan ClockCheckInterval = TimeSpan.FromHours(1);
    private readonly Lock gate = new();
    private readonly Hj212Context context;
    private readonly Queue<(SourceRequest Request, Hj212Exchange Exchange, string? NewPassword)> waiting = new();
    private readonly Hj212Packets packets = new();
    private readonly int[] recentFrames = new int[RememberedFrames];
    private int nextRecent;
    private (SourceRequest Request, Hj212Exchange Exchange, string? NewPassword)? current;
    private IHj212Link? link;
    private string system = "22", lastPassword = "";
    private byte versionBits = 4;
    private bool heard;
    private DateTimeOffset nextClockCheck = DateTimeOffset.MinValue;

    public Hj212Device(Source source, Hj212Context context)
    {
        (Source, this.context) = (source, context);
        Settings = Hj212Settings.Read(source.Profile, context.Options);
    }

    public Source Source { get; }

    /// <summary>From the source's profile; replaced when a person edits it.</summary>
    public Hj212Settings Settings { get; private set; }

    public bool IsConnected => link is not null;

    public void Reread() => Settings = Hj212Settings.Read(Source.Profile, context.Options);

    /// <summary>A known password that a message does not have.</summary>
    public bool Refuses(in Hj212Message message) =>
        Settings.Password is { } password && !message.Password.SequenceEqual(password);

    /// <summary>Learns from an accepted message where and how to reach the device.</summary>
    public void Heard(in Hj212Message message, IHj212Link from)
    {
        lock (gate)
        {
            bool reconnected = !ReferenceEquals(link, from);
            (link, heard) = (from, true);
            versionBits = message.VersionBits;
            if (!message.System.SequenceEqual("91"u8) && !Matches(system, message.System)) system = Encoding.UTF8.GetString(message.System);
            if (!Matches(lastPassword, message.Password)) lastPassword = Encoding.UTF8.GetString(message.Password);
            if (reconnected && Source.Profile.Asset is not null && Settings.FirstConnection == FirstConnection.Full) SetUpLocked();
            if (reconnected) nextClockCheck = DateTimeOffset.MinValue;
        }
    }

    public void Left(IHj212Link from)
    {
        lock (gate)
            if (ReferenceEquals(link, from)) link = null;
    }

    /// <summary>Whether the very same frame was seen a short while ago.</summary>
    public bool SeenBefore(ReadOnlySpan<byte> segment)
    {
        var hash = new HashCode();
        hash.AddBytes(segment);
        int value = hash.ToHashCode();
        lock (gate)
        {
            if (Array.IndexOf(recentFrames, value) >= 0) return true;
            recentFrames[nextRecent] = value;
            nextRecent = (nextRecent + 1) % RememberedFrames;
            return false;
        }
    }

    /// <summary>Forgets the frames remembered for <see cref="SeenBefore"/>: what was refused was not stored.</summary>
    public void ForgetFrames()
    {
        lock (gate) Array.Clear(recentFrames);
    }

    /// <summary>Notes a packet of a split message.</summary>
    public bool NotePacket(in Hj212Message message, long timeMs, long nowMs)
    {
        lock (gate) return packets.Note(message.Command, timeMs, message.PacketCount, message.PacketNumber, nowMs);
    }

    /// <summary>Whether the clock of a claimed device, as its request number shows it, is too far off. Looks once a connection, and once an hour.</summary>
    public bool ClockIsOff(in Hj212Message message, DateTimeOffset now)
    {
        if (Settings.FirstConnection != FirstConnection.Clock || Source.Profile.Asset is null || now < nextClockCheck) return false;
        if (!Hj212Time.TryRead(message.RequestNumber, out long deviceMs)) return false;
        nextClockCheck = now + ClockCheckInterval;
        return Math.Abs(deviceMs - now.ToUnixTimeMilliseconds()) > Settings.ClockSkewLimit.TotalMilliseconds;
    }

    /// <summary>A request of the platform itself.</summary>
    public void AskBySelf(int command, params (string Name, string Value)[] arguments)
    {
        lock (gate) AskLocked(Hj212Commands.Find(command)!, arguments.ToDictionary(a => a.Name, a => a.Value), "ordo");
    }

    public RequestOutcome Ask(Hj212Command command, IReadOnlyDictionary<string, string> arguments, string by)
    {
        lock (gate) return AskLocked(command, arguments, by);
    }

    /// <summary>9011, 9012, 9013 of the device.</summary>
    /// <returns>Why the device does not, and whether it belongs to a request of ours.</returns>
    public (Text Meaning, bool Matched) OnAnswer(Hj212Topic topic, in Hj212Message message, List<Hj212Item> items)
    {
        ReadOnlySpan<byte> number = message.RequestNumber.IsEmpty ? Hj212DataArea.Find(message.Data, items, "QN"u8) : message.RequestNumber;
        int code = CodeOf(message.Data, items, topic == Hj212Topic.RequestAnswer ? "QnRtn"u8 : "ExeRtn"u8);
        Text meaning = code == 1 ? default : topic switch
        {
            Hj212Topic.RequestAnswer => Hj212Codes.RequestAnswer(code),
            Hj212Topic.ExecutionResult => Hj212Codes.ExecutionResult(code),
            _ => default,
        };
        lock (gate)
        {
            if (current is not var (_, exchange, _) || (!number.IsEmpty && !number.SequenceEqual(exchange.RequestNumber))) return (meaning, false);
            StepLocked(topic switch
            {
                Hj212Topic.RequestAnswer => exchange.Answered(code, context.Clock.GetUtcNow()),
                Hj212Topic.ExecutionResult => exchange.Executed(code),
                Hj212Topic.NotificationAnswer => exchange.Noticed(),
                _ => ExchangeStep.Nothing,
            });
            return (meaning, true);
        }
    }

    /// <summary>An upload that may be the answer to what was asked.</summary>
    /// <param name="message">The upload.</param>
    /// <param name="isData">Its numbers go to the store; otherwise its text is the answer.</param>
    public void OnUpload(in Hj212Message message, bool isData)
    {
        if (current is null) return;
        lock (gate)
        {
            if (current is not var (_, exchange, _) || exchange.Command.Number != message.Command) return;
            StepLocked(exchange.Progressed(isData && message.Command != 3020 ? "" : Encoding.UTF8.GetString(message.Data), context.Clock.GetUtcNow()));
        }
    }

    /// <summary>Once a second: what is due, and which split messages will never be complete.</summary>
    public void Tick(DateTimeOffset now)
    {
        lock (gate)
        {
            if (current is var (_, exchange, _)) StepLocked(exchange.Expired(now));
            while (packets.TakeOverdue(now.ToUnixTimeMilliseconds(), context.Options.FrameTimeout) is { } incomplete) ReportLocked(incomplete, now);
        }
    }

    private static bool Matches(string text, ReadOnlySpan<byte> utf8) => Ascii.Equals(utf8, text);

    private static int CodeOf(ReadOnlySpan<byte> data, List<Hj212Item> items, ReadOnlySpan<byte> name) =>
        System.Buffers.Text.Utf8Parser.TryParse(Hj212DataArea.Find(data, items, name), out int code, out _) ? code : 0;

    private RequestOutcome AskLocked(Hj212Command command, IReadOnlyDictionary<string, string> arguments, string by)
    {
        if (!heard) return RequestOutcome.NotNow(new("服务器启动后设备尚未连接，无法下发。", "The device has not connected since the server started."));
        if (waiting.Count >= MaxWaiting) return RequestOutcome.NotNow(new("等待下发的命令过多。", "Too many requests are waiting for this device."));

        DateTimeOffset now = context.Clock.GetUtcNow();
        var faults = new List<(string, Text)>();
        string dataArea = Hj212Commands.DataArea(command, arguments, versionBits == 0, now, faults);
        if (faults.Count > 0) return RequestOutcome.Wrong(faults);

        string number = context.NextRequestNumber();
        string password = Settings.Password is { } configured ? Encoding.UTF8.GetString(configured) : lastPassword;
        string segment = $"QN={number};ST={system};CN={command.Number};PW={password};MN={Source.Key};Flag={versionBits | 1};CP=&&{dataArea}&&";
        if (Encoding.UTF8.GetByteCount(segment) > Hj212FrameReader.StandardLength)
            return RequestOutcome.Wrong([("arguments", new("命令超过 1024 字节。", "The command is longer than 1024 bytes."))]);

        var shown = arguments.ToDictionary(a => a.Key, a => command.Arguments.Any(d => d.Name == a.Key && d.IsSecret) ? "******" : a.Value);
        var request = new SourceRequest(Guid.CreateVersion7(now), Source.Id, $"{command.Number}", shown, by, now);
        var exchange = new Hj212Exchange(command, Encoding.ASCII.GetBytes(number), Hj212FrameWriter.Frame(segment, Settings.Crc), Settings.Patience);
        context.Requests.Note(request);
        waiting.Enqueue((request, exchange, arguments.GetValueOrDefault("NewPW")));
        if (current is null) NextLocked();
        return RequestOutcome.Sent(request);
    }

    private void NextLocked()
    {
        current = null;
        if (!waiting.TryDequeue(out var next)) return;
        current = next;
        StepLocked(next.Exchange.Begin(context.Clock.GetUtcNow()));
    }

    private void StepLocked(ExchangeStep step)
    {
        if (current is not var (request, exchange, newPassword)) return;
        if (step == ExchangeStep.Send && link is { } open)
        {
            open.Post(exchange.Frame);
            Source.Frames.Add(context.Clock.GetUtcNow().ToUnixTimeMilliseconds(), FrameDirection.Out, exchange.Frame, Verdict.Sent);
        }

        DateTimeOffset? finished = exchange.IsOver ? context.Clock.GetUtcNow() : null;
        if (request.Now.State != exchange.State || request.Now.Result != exchange.Result || finished is not null)
        {
            request.Now = new SourceRequest.Progress(exchange.State, exchange.Result, finished);
            context.Requests.Note(request);
        }

        if (step != ExchangeStep.End) return;
        // From now on the device sends the new one; where none was configured, none is demanded.
        if (newPassword is not null && exchange.State == RequestState.Done && Settings.Password is not null)
            context.ChangeSetting(Source, "password", newPassword);
        NextLocked();
    }

    /// <summary>The sequence of a first connection (HJ 212-2017 §6.7), as far as the source's settings name values.</summary>
    private void SetUpLocked()
    {
        void Ask(int command, params (string Name, string Value)[] arguments) =>
            AskLocked(Hj212Commands.Find(command)!, arguments.ToDictionary(a => a.Name, a => a.Value), "ordo");

        Ask(1012);
        Ask(1000, ("OverTime", $"{Math.Clamp((int)Settings.Patience.AnswerTimeout.TotalSeconds, 1, 99)}"), ("ReCount", $"{Math.Max(1, Settings.Patience.Resends)}"));
        if (Settings.RealTimeSeconds is { } seconds) Ask(1062, ("RtdInterval", $"{seconds}"));
        if (Settings.MinuteInterval is { } minutes) Ask(1064, ("MinInterval", $"{minutes}"));
        if (Settings.RealTimeUpload is { } realTime) Ask(realTime ? 2011 : 2012);
        if (Settings.EquipmentUpload is { } equipment) Ask(equipment ? 2021 : 2022);
    }

    private void ReportLocked(Hj212Packets.Incomplete incomplete, DateTimeOffset now)
    {
        string missing = string.Join(", ", incomplete.Missing.Take(20)) + (incomplete.Missing.Length > 20 ? " …" : "");
        string time = Hj212Time.Format(DateTimeOffset.FromUnixTimeMilliseconds(incomplete.TimeMs));
        Source.CountErrors();
        Source.Frames.Add(now.ToUnixTimeMilliseconds(), FrameDirection.In, [], Verdict.Rejected, new(
            $"{incomplete.Command}（DataTime {time}）共 {incomplete.Count} 包，缺第 {missing} 包；已到的包已存储。",
            $"{incomplete.Command} (DataTime {time}) has {incomplete.Count} packets; {missing} did not come. Those that did are stored."));
    }
}

/// <summary>A connection, as a device sees it.</summary>
internal interface IHj212Link
{
    /// <summary>Sends a frame in the background. A frame that cannot be sent is lost, as on the line itself.</summary>
    void Post(byte[] frame);
}
