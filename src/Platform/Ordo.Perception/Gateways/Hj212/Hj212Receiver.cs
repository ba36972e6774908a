using System.Buffers;
using Ordo.Foundation;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>
/// Understands the frames of one piece of a connection's input: collects their samples in one batch, and their answers beside it, so that a storm of
/// frames costs one wait for the disk. Answers leave only after that wait. Reused; belongs to one connection at a time.
/// </summary>
internal sealed class Hj212Receiver(Hj212Context context) : IDisposable
{
    private const int MaxSamplesPerRound = 8192;
    private const int MaxLoggedNoise = 512;
    private const int MaxChannelBytes = 128;
    private readonly Batch batch = Batch.Rent();
    private readonly List<Outcome> outcomes = [];
    private readonly ArrayBufferWriter<byte> replies = new(512);
    private readonly Hj212FrameWriter writer = new();
    private readonly List<Hj212Item> items = [];
    private readonly List<Hj212Reading> readings = [];

    /// <summary>Reads as many frames as there are.</summary>
    /// <param name="input">What has arrived and was not consumed; stays as it is until <see cref="CompleteAsync"/> has returned.</param>
    /// <param name="giveUp">The frame at the front has waited too long.</param>
    /// <param name="connection">Whose input it is.</param>
    /// <returns>Number of bytes consumed, and whether the rest must wait for more input.</returns>
    public (int Consumed, bool NeedMore) Read(ReadOnlySpan<byte> input, bool giveUp, Hj212Connection connection)
    {
        ReadOnlySpan<byte> rest = input;
        while (batch.Count < MaxSamplesPerRound)
        {
            FrameVerdict verdict = giveUp && rest.Length > 0
                ? Hj212FrameReader.GiveUp(ref rest, FrameVerdict.Unfinished, out ReadOnlySpan<byte> whole)
                : Hj212FrameReader.TryRead(ref rest, context.Options.MaxSegmentBytes, context.CheckCrc, out whole, out _);
            giveUp = false;
            if (verdict == FrameVerdict.NeedMore) return (input.Length - rest.Length, true);
            int end = input.Length - rest.Length;
            if (verdict == FrameVerdict.Frame) OnFrame(whole, end - whole.Length, connection);
            else OnNoise(verdict, whole, end - whole.Length, connection);
        }

        return (input.Length - rest.Length, false);
    }

    /// <summary>Waits until the samples are durable, answers, and writes the frame logs.</summary>
    /// <param name="input">The same memory that was read.</param>
    /// <param name="connection">Whose input it is.</param>
    public async ValueTask CompleteAsync(ReadOnlyMemory<byte> input, Hj212Connection connection)
    {
        if (outcomes.Count == 0) return;
        IngestRefusedException? refusal = batch.Count == 0 ? null : await TryStoreAsync();
        if (refusal is not null) Withdraw();
        if (replies.WrittenCount > 0) await connection.SendAsync(Replies(refusal is not null));
        long now = context.NowMs;
        foreach (Outcome outcome in outcomes) Finish(outcome, input.Span, now, connection);
        Reset();
    }

    /// <summary>Forgets everything read and not completed.</summary>
    public void Reset()
    {
        batch.Clear();
        outcomes.Clear();
        replies.ResetWrittenCount();
    }

    public void Dispose() => batch.Dispose();

    private async ValueTask<IngestRefusedException?> TryStoreAsync()
    {
        try
        {
            await context.Ingest.WriteAsync(batch);
            return null;
        }
        catch (IngestRefusedException refusal)
        {
            return refusal;
        }
    }

    private void OnNoise(FrameVerdict verdict, ReadOnlySpan<byte> whole, int start, Hj212Connection connection)
    {
        connection.NoteNoise(whole.Length);
        // Noise comes in runs; one line in the log says it.
        if (outcomes.Count > 0 && outcomes[^1] is { IsNoise: true } last && last.Start + last.Length == start && verdict != FrameVerdict.BadCrc)
        {
            outcomes[^1] = last with { Length = last.Length + whole.Length };
            return;
        }

        connection.NoteFault();
        // A damaged frame may name a device, but it must not be believed further than the log of one that is known.
        Hj212Device? device = context.Sources.Find(Hj212Message.GuessDevice(whole)) is { } source ? context.DeviceOf(source) : connection.OnlyDevice;
        outcomes.Add(new Outcome
        {
            Device = device, Start = start, Length = whole.Length, Verdict = Verdict.Unreadable, Reason = Hj212Codes.Of(verdict), IsNoise = verdict != FrameVerdict.BadCrc,
        });
    }

    private void OnFrame(ReadOnlySpan<byte> whole, int start, Hj212Connection connection)
    {
        ReadOnlySpan<byte> segment = whole[6..^4];
        var outcome = new Outcome { Start = start, Length = whole.Length };
        Hj212Fault fault = Hj212Message.TryParse(segment, out Hj212Message message);
        if (fault != Hj212Fault.None)
        {
            connection.NoteFault();
            outcome.Device = fault == Hj212Fault.NoDevice || context.Sources.Find(message.Device) is not { } named ? null : context.DeviceOf(named);
            outcomes.Add(outcome with { Verdict = Verdict.Unreadable, Reason = Hj212Codes.Of(fault) });
            return;
        }

        if (!context.TryOpen(message.Device, out Hj212Device? device))
        {
            connection.NoteFault();
            outcomes.Add(outcome with { Verdict = Verdict.Refused, Reason = new("未认领的数据源过多，或 MN 不是文本。", "Too many unclaimed sources, or the MN is no text.") });
            return;
        }

        outcome.Device = device;
        connection.NoteFrame();
        if (device.Source is { LastSeenMs: 0, Profile.Asset: null }) context.Log.Unclaimed(device.Source.Key, connection.Remote);
        if (device.Refuses(message))
        {
            context.Log.WrongPassword(device.Source.Key, connection.Remote, device.Source.RefusedCount + 1);
            outcomes.Add(outcome with { Verdict = Verdict.Refused, Reason = new("PW 与配置的密码不符；未存储，未应答。", "PW is not the configured password; not stored, not acknowledged.") });
            return;
        }

        device.Source.Heard(context.NowMs, connection.Remote);
        device.Heard(message, connection.Link);
        connection.Carries(device);
        if (segment.Length > Hj212FrameReader.StandardLength)
            outcome.Reason = new("数据段超过 1024 字节。", "The data segment is longer than 1024 bytes.");
        outcomes.Add(Understand(message, segment, device, outcome));
    }

    private Outcome Understand(in Hj212Message message, ReadOnlySpan<byte> segment, Hj212Device device, Outcome outcome)
    {
        if (Hj212DataArea.Parse(message.Data, items) > 0) outcome.Say(new("有的项没有“=”，已略过。", "An item without = was left out."));
        Hj212Topic topic = Hj212Uploads.TopicOf(message.Command);
        switch (topic)
        {
            case Hj212Topic.Data:
                outcome = Collect(message, segment, device, outcome);
                device.OnUpload(message, isData: true);
                outcome.WantsClock = device.ClockIsOff(message, context.Clock.GetUtcNow());
                break;
            case Hj212Topic.Information:
                outcome.Verdict = Verdict.Kept;
                device.OnUpload(message, isData: false);
                break;
            case Hj212Topic.Heartbeat:
                outcome.Verdict = Verdict.Kept;
                break;
            case Hj212Topic.ClockWish:
                outcome.Verdict = Verdict.Kept;
                outcome.WantsClock = true;
                break;
            case Hj212Topic.Unknown:
                outcome.Verdict = Verdict.Kept;
                outcome.Say(new($"未知命令 {message.Command}，仅保留原文。", $"Unknown command {message.Command}; only its text is kept."));
                break;
            default:
                (Text meaning, bool matched) = device.OnAnswer(topic, message, items);
                outcome.Verdict = Verdict.Answer;
                outcome.Say(meaning);
                if (!matched && topic != Hj212Topic.DataAnswer) outcome.Say(new("没有与之对应的请求。", "No request of ours belongs to it."));
                return outcome; // answers are never answered
        }

        if (message.AnswerWanted)
        {
            outcome.ReplyStart = replies.WrittenCount;
            writer.WriteAnswer(message, topic == Hj212Topic.ClockWish ? 9013 : 9014, device.Settings.Crc, replies);
            outcome.ReplyLength = replies.WrittenCount - outcome.ReplyStart;
        }

        return outcome;
    }

    private Outcome Collect(in Hj212Message message, ReadOnlySpan<byte> segment, Hj212Device device, Outcome outcome)
    {
        outcome.Verdict = Verdict.Kept;
        Hj212Oddities oddities = Hj212Readings.Read(message.Data, items, message.Is2005, readings);
        ReadOnlySpan<byte> time = Hj212DataArea.Find(message.Data, items, Hj212Uploads.TimeField(message.Command));
        if (readings.Count == 0 && time.IsEmpty) return outcome;
        if (!Hj212Time.TryRead(time, out long timeMs))
        {
            // The server's own clock is no substitute: the sample would stand at a time at which it was not measured.
            outcome.Verdict = Verdict.Rejected;
            outcome.Say(new("DataTime 缺失或不是存在的时间，未存储。", "DataTime is missing or no time that exists; nothing was stored."));
            return outcome;
        }

        NotePacket(message, timeMs, device, ref outcome);
        bool doubtful = IsDoubtful(timeMs, ref outcome);
        int refused = 0;
        foreach (Hj212Reading reading in readings)
            if (!TryAdd(message, reading, timeMs, doubtful, device.Source, ref outcome.Samples)) refused++;

        if (refused > 0) outcome.Say(new($"{refused} 个值未存储：通道名过长或通道数达到上限。", $"{refused} values were not stored: the channel's name is too long, or the source has too many."));
        if ((oddities & Hj212Oddities.NoNumber) != 0) outcome.Say(new("有的值不是数字。", "A value is no number."));
        if ((oddities & Hj212Oddities.Repeated) != 0) outcome.Say(new("同名项的值不同，取第一个。", "A name occurs twice with different values; the first was taken."));
        outcome.Dropped = refused;
        if (outcome.Samples == 0) return outcome;
        outcome.Verdict = device.SeenBefore(segment) ? Verdict.Duplicate : Verdict.Stored;
        return outcome;
    }

    private void NotePacket(in Hj212Message message, long timeMs, Hj212Device device, ref Outcome outcome)
    {
        if (!message.HasPackets) return;
        if (message.PacketCount == 0 && message.PacketNumber == 0)
            outcome.Say(new("Flag 表示分包，但没有 PNUM 和 PNO；按单包处理。", "Flag announces packets, but PNUM and PNO are missing; taken as a single one."));
        else if (!device.NotePacket(message, timeMs, context.NowMs))
            outcome.Say(new("PNO 与 PNUM 不符，不计入完整性。", "PNO does not fit PNUM; it does not count towards completeness."));
    }

    private bool IsDoubtful(long timeMs, ref Outcome outcome)
    {
        if (timeMs > context.NowMs + (long)context.Options.FutureTolerance.TotalMilliseconds)
        {
            outcome.Say(new("DataTime 在未来，数据标记为存疑。", "DataTime lies in the future; the samples are marked uncertain."));
            return true;
        }

        if (timeMs >= context.Options.EarliestTime.ToUnixTimeMilliseconds()) return false;
        outcome.Say(new("DataTime 过早，设备时钟可能失效；数据标记为存疑。", "DataTime is too early, the device's clock may have died; the samples are marked uncertain."));
        return true;
    }

    private bool TryAdd(in Hj212Message message, Hj212Reading reading, long timeMs, bool doubtful, Source source, ref int added)
    {
        Span<byte> channel = stackalloc byte[MaxChannelBytes];
        int length = Hj212Channel.Write(message, reading.Item, items, channel);
        if (length == 0 || !context.Catalogue.TrySeriesOf(source.Id, channel[..length], out int series)) return false;
        SampleQuality quality = doubtful && reading.Quality.IsGood ? new SampleQuality(QualityStatus.Uncertain, reading.Quality.Flag) : reading.Quality;
        batch.Add(series, timeMs, reading.Value, quality);
        added++;
        return true;
    }

    /// <summary>The store took nothing: what brought samples stays unanswered, so that the device keeps it and sends it again.</summary>
    private void Withdraw()
    {
        foreach (ref Outcome outcome in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(outcomes))
        {
            if (outcome.Samples == 0) continue;
            outcome.Device!.ForgetFrames();
            outcome.Verdict = Verdict.Refused;
            (outcome.Samples, outcome.ReplyLength) = (0, 0);
            outcome.Say(new("存储暂不可用；未存储，未应答。", "The store is not available; not stored, not acknowledged."));
        }
    }

    private ReadOnlyMemory<byte> Replies(bool some)
    {
        if (!some) return replies.WrittenMemory;
        var left = new ArrayBufferWriter<byte>();
        foreach (Outcome outcome in outcomes) left.Write(replies.WrittenSpan.Slice(outcome.ReplyStart, outcome.ReplyLength));
        return left.WrittenMemory;
    }

    private void Finish(Outcome outcome, ReadOnlySpan<byte> input, long now, Hj212Connection connection)
    {
        Hj212Device? device = outcome.Device;
        FrameLog log = device?.Source.Frames ?? context.Sources.Strangers;
        ReadOnlySpan<byte> bytes = input.Slice(outcome.Start, outcome.IsNoise ? Math.Min(outcome.Length, MaxLoggedNoise) : outcome.Length);
        if (device is null) outcome.Say(new($"来自 {connection.Remote}。", $"From {connection.Remote}."));
        log.Add(now, FrameDirection.In, bytes, outcome.Verdict, outcome.Reason, outcome.Samples);
        if (outcome.ReplyLength > 0) log.Add(now, FrameDirection.Out, replies.WrittenSpan.Slice(outcome.ReplyStart, outcome.ReplyLength), Verdict.Sent);
        if (outcome.WantsClock) device!.AskBySelf(1012);
        context.Count(outcome.Verdict, outcome.Samples);
        connection.Charge(context.Limits, device, outcome.Samples);
        if (device is null) return;

        if (outcome.Verdict == Verdict.Refused) device.Source.CountRefused();
        else if (outcome.Verdict is Verdict.Unreadable or Verdict.Rejected) device.Source.CountErrors();
        else device.Source.Count(1, outcome.Verdict == Verdict.Duplicate ? 0 : outcome.Samples);
        if (outcome.Dropped > 0) device.Source.CountErrors();
    }

    private record struct Outcome
    {
        public int Samples; // a field, because it is counted by reference

        public Hj212Device? Device { get; set; }

        public int Start { get; init; }

        public int Length { get; init; }

        public bool IsNoise { get; init; }

        public Verdict Verdict { get; set; }

        public Text Reason { get; set; }

        public int ReplyStart { get; set; }

        public int ReplyLength { get; set; }

        public bool WantsClock { get; set; }

        public int Dropped { get; set; }

        public void Say(Text reason)
        {
            if (reason.En is not { Length: > 0 }) return;
            Reason = Reason.En is { Length: > 0 } ? new Text(Reason.Zh + reason.Zh, $"{Reason.En} {reason.En}") : reason;
        }
    }
}
