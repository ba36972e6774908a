using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Ordo.Foundation;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.Json;

/// <summary>
/// Reads <c>{source, samples: [{channel, time, value, quality?}]}</c>, or an array of such objects, from a stream of bytes. It stops at the end of
/// each object so that its samples can be taken; members may come in any order, unknown ones are skipped.
/// Nothing but one object's samples is held, and of those no more than <see cref="MaxHeldSamples"/> once the source is known.
/// </summary>
internal sealed class JsonTelemetryParser
{
    /// <summary>Longest name of a channel, UTF-8 bytes.</summary>
    public const int MaxChannelBytes = 1024;

    /// <summary>Samples of one object after which it is taken in parts; its source must have come by then.</summary>
    public const int MaxHeldSamples = 65_536;

    /// <summary>First and last millisecond that a time in RFC 3339 can name.</summary>
    private static readonly long MinTime = DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), MaxTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static readonly Text Required = new("缺少必填项。", "It is required.");
    private readonly JsonFaults faults;
    private readonly Dictionary<byte[], int> channels = new(Utf8Key.Comparer);
    private readonly List<byte[]> channelNames = [];
    private readonly List<JsonSample> samples = [];
    private readonly byte[] scratch = new byte[MaxChannelBytes * 6];
    private JsonReaderState state;
    private Place place = Place.Top;
    private Member member;
    private bool inArray;
    private int skipDepth = -1;
    private int group = -1;
    private int index;
    private bool hasSource;
    private bool hasSamples;

    private int channel;
    private long? time;
    private double? value;
    private SampleQuality quality;
    private bool isFaulty;

    public JsonTelemetryParser(JsonFaults faults) => this.faults = faults;

    private enum Place
    {
        Top,
        Group,
        Samples,
        Sample,
    }

    private enum Member
    {
        Unknown,
        Source,
        Samples,
        Channel,
        Time,
        Value,
        Quality,
    }

    public JsonFaults Faults => faults;

    /// <summary>UTF-8 name of the source of the samples at hand; empty when none was given.</summary>
    public byte[] Source { get; private set; } = [];

    /// <summary>The samples at hand; <see cref="JsonSample.Channel"/> is an index in <see cref="Channels"/>.</summary>
    public IReadOnlyList<JsonSample> Samples => samples;

    public IReadOnlyList<byte[]> Channels => channelNames;

    /// <summary>Where the object at hand stands, for faults: empty, or <c>[3].</c> in an array.</summary>
    public string Path => inArray ? string.Create(CultureInfo.InvariantCulture, $"[{group}].") : "";

    /// <param name="data">What was not consumed before, and more.</param>
    /// <param name="isLast">Nothing follows.</param>
    /// <param name="consumed">How much of the data is done with.</param>
    /// <returns>Samples are at hand: take them, call <see cref="Clear"/> and go on with the rest.</returns>
    /// <exception cref="JsonException">Not JSON.</exception>
    public bool Parse(ReadOnlySpan<byte> data, bool isLast, out int consumed)
    {
        var reader = new Utf8JsonReader(data, isLast, state);
        bool isComplete = false;
        while (!isComplete && reader.Read()) isComplete = Take(ref reader);
        state = reader.CurrentState;
        consumed = (int)reader.BytesConsumed;
        return isComplete;
    }

    public void Clear()
    {
        samples.Clear();
        channels.Clear();
        channelNames.Clear();
    }

    private bool Take(ref Utf8JsonReader reader)
    {
        if (skipDepth >= 0)
        {
            if (reader.CurrentDepth == skipDepth) skipDepth = -1;
            return false;
        }
        switch (place)
        {
            case Place.Top:
                TakeTop(ref reader);
                return false;
            case Place.Group:
                return TakeInGroup(ref reader);
            case Place.Samples:
                TakeInSamples(ref reader);
                return false;
            default:
                return TakeInSample(ref reader);
        }
    }

    private void TakeTop(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray when reader.CurrentDepth == 0:
                inArray = true;
                break;
            case JsonTokenType.EndArray:
                break;
            case JsonTokenType.StartObject:
                group++;
                (hasSource, hasSamples) = (false, false);
                Source = [];
                place = Place.Group;
                break;
            default:
                group++;
                faults.Add(inArray ? string.Create(CultureInfo.InvariantCulture, $"[{group}]") : "$", new("应为对象。", "An object is expected."));
                Skip(ref reader);
                break;
        }
    }

    private bool TakeInGroup(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.EndObject:
                place = Place.Top;
                if (!hasSource) faults.Add(Path + "source", Required);
                if (!hasSamples) faults.Add(Path + "samples", Required);
                return true;
            case JsonTokenType.PropertyName:
                member = reader.ValueTextEquals("source"u8) ? Member.Source : reader.ValueTextEquals("samples"u8) ? Member.Samples : Member.Unknown;
                hasSource |= member == Member.Source;
                hasSamples |= member == Member.Samples;
                return false;
            case JsonTokenType.String when member == Member.Source:
                Source = ReadName(ref reader) ?? [];
                if (Source.Length == 0) faults.Add(Path + "source", BadName);
                return false;
            case JsonTokenType.StartArray when member == Member.Samples:
                index = 0;
                place = Place.Samples;
                return false;
            default:
                if (member == Member.Source) faults.Add(Path + "source", new("应为字符串。", "A string is expected."));
                if (member == Member.Samples) faults.Add(Path + "samples", new("应为数组。", "An array is expected."));
                Skip(ref reader);
                return false;
        }
    }

    private void TakeInSamples(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.EndArray:
                place = Place.Group;
                break;
            case JsonTokenType.StartObject:
                (channel, time, value, quality, isFaulty) = (-1, null, null, SampleQuality.Good, false);
                place = Place.Sample;
                break;
            default:
                Fault("", new("应为对象。", "An object is expected."));
                index++;
                Skip(ref reader);
                break;
        }
    }

    private bool TakeInSample(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.EndObject:
                return EndSample();
            case JsonTokenType.PropertyName:
                member = reader.ValueTextEquals("channel"u8) ? Member.Channel
                    : reader.ValueTextEquals("time"u8) ? Member.Time
                    : reader.ValueTextEquals("value"u8) ? Member.Value
                    : reader.ValueTextEquals("quality"u8) ? Member.Quality : Member.Unknown;
                return false;
        }
        switch (member)
        {
            case Member.Channel when reader.TokenType == JsonTokenType.String && ReadName(ref reader) is { } name:
                channel = ChannelOf(name);
                break;
            case Member.Channel:
                Fault("channel", BadName);
                break;
            case Member.Time when TryReadTime(ref reader, out long read):
                time = read;
                break;
            case Member.Time:
                Fault("time", new("应为带时区的 RFC 3339 时间，或 1970 年以来的毫秒数。", "A time in RFC 3339 with its offset is expected, or milliseconds since 1970."));
                break;
            case Member.Value when TryReadValue(ref reader, out double read):
                value = read;
                break;
            case Member.Value:
                Fault("value", new("应为数值、true 或 false。", "A number, true or false is expected."));
                break;
            case Member.Quality when TryReadQuality(ref reader, out SampleQuality read):
                quality = read;
                break;
            case Member.Quality:
                Fault("quality", new("应为 good、uncertain 或 bad，可加冒号和一个标志字符。", "It must be good, uncertain or bad, with a flag character behind a colon if there is one."));
                break;
        }
        Skip(ref reader);
        return false;
    }

    private bool EndSample()
    {
        place = Place.Samples;
        if (!isFaulty)
        {
            if (channel < 0) Fault("channel", Required);
            if (time is null) Fault("time", Required);
            if (value is null) Fault("value", Required);
        }
        if (!isFaulty) samples.Add(new(channel, time!.Value, value!.Value, quality));
        index++;
        if (samples.Count < MaxHeldSamples) return false;
        if (Source.Length > 0) return true;
        faults.Add(Path + "source", new($"采样超过 {MaxHeldSamples} 个时，source 必须写在 samples 之前。", $"With more than {MaxHeldSamples} samples it must come before them."));
        Clear();
        return false;
    }

    private static Text BadName => new($"应为 1 至 {MaxChannelBytes} 字节的字符串，不含控制字符。", $"A string of 1 to {MaxChannelBytes} bytes without control characters is expected.");

    private void Fault(string field, Text reason)
    {
        isFaulty = true;
        string dot = field.Length > 0 ? "." : "";
        faults.Add(string.Create(CultureInfo.InvariantCulture, $"{Path}samples[{index}]{dot}{field}"), reason);
    }

    /// <summary>Jumps over an object or array that is not wanted here; anything else is over already.</summary>
    private void Skip(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) skipDepth = reader.CurrentDepth;
    }

    private byte[]? ReadName(ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> raw = reader.ValueSpan;
        if (raw.Length > scratch.Length || !Utf8.IsValid(raw)) return null;
        try
        {
            int length = reader.CopyString(scratch);
            ReadOnlySpan<byte> name = scratch.AsSpan(0, length);
            bool isGood = length is > 0 and <= MaxChannelBytes && !name.ContainsAnyInRange((byte)0, (byte)0x1F) && !name.Contains((byte)0x7F);
            return isGood ? name.ToArray() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair
        }
    }

    private int ChannelOf(byte[] name)
    {
        if (channels.TryGetValue(name, out int known)) return known;
        channelNames.Add(name);
        return channels[name] = channelNames.Count - 1;
    }

    private static bool TryReadTime(ref Utf8JsonReader reader, out long timeMs)
    {
        timeMs = 0;
        if (reader.TokenType == JsonTokenType.Number) return reader.TryGetInt64(out timeMs) && timeMs >= MinTime && timeMs <= MaxTime;
        if (reader.TokenType != JsonTokenType.String || !HasOffset(reader.ValueSpan) || !reader.TryGetDateTimeOffset(out DateTimeOffset time)) return false;
        timeMs = time.ToUnixTimeMilliseconds();
        return true;
    }

    /// <summary>Without an offset .NET would take the time zone of the machine.</summary>
    private static bool HasOffset(ReadOnlySpan<byte> text) =>
        text.Length >= 20 && (text[^1] is (byte)'Z' or (byte)'z' || (text[^3] == ':' && text[^6] is (byte)'+' or (byte)'-'));

    private static bool TryReadValue(ref Utf8JsonReader reader, out double value)
    {
        value = reader.TokenType == JsonTokenType.True ? 1 : 0;
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False) return true;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out value) && double.IsFinite(value);
    }

    /// <summary><c>good</c>, or <c>bad:D</c> with the flag of a protocol, as <see cref="SampleQuality.ToString"/> writes it; null is as good as none.</summary>
    private static bool TryReadQuality(ref Utf8JsonReader reader, out SampleQuality quality)
    {
        quality = SampleQuality.Good;
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped) return false;
        string text = Encoding.ASCII.GetString(reader.ValueSpan);
        char flag = '\0';
        if (text.Length > 2 && text[^2] == ':' && text[^1] is > ' ' and <= '~') (text, flag) = (text[..^2], text[^1]);
        QualityStatus? status = text switch
        {
            "good" => QualityStatus.Good,
            "uncertain" => QualityStatus.Uncertain,
            "bad" => QualityStatus.Bad,
            _ => null,
        };
        if (status is { } known) quality = new(known, flag);
        return status is not null;
    }
}

/// <param name="Channel">Index in <see cref="JsonTelemetryParser.Channels"/>.</param>
internal readonly record struct JsonSample(int Channel, long TimeMs, double Value, SampleQuality Quality);

/// <summary>What of a request was not stored and why: everything is counted, the first are kept.</summary>
internal sealed class JsonFaults(int maxKept)
{
    private readonly List<(string Field, Text Reason)> kept = [];

    public int Count { get; private set; }

    public IReadOnlyList<(string Field, Text Reason)> Kept => kept;

    public void Add(string field, Text reason)
    {
        Count++;
        if (kept.Count < maxKept) kept.Add((field, reason));
    }
}
