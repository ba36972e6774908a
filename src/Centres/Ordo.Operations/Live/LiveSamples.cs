using System.Buffers;
using System.Text;
using System.Text.Json;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Operations.Live;

/// <summary>
/// The newest value of every bound point, and in which round it changed. That is all the live stream keeps of samples: a client remembers the
/// last round it was sent and is owed whatever changed since, once, in its newest form. So a slow client costs no memory and catches up in one frame.
/// </summary>
internal sealed class LiveSamples(TimeProvider clock) : ISampleObserver
{
    private readonly Lock gate = new(); // guards everything below
    private int[] slotBySeries = [];
    private Slot[] slots = [];
    private List<int> changed = []; // slots that changed in this round
    private List<int> changedBefore = []; // slots that changed in the round that was closed last
    private long round = 1;

    /// <summary>The last round that is closed: what a client was sent is complete up to here.</summary>
    public long Closed
    {
        get { lock (gate) return round - 1; }
    }

    /// <summary>Raised by one when points change, so that views know to look again.</summary>
    public int Generation { get; private set; }

    /// <summary>
    /// Takes over the points as they are now; values of those that stay are kept. A point that is new here is owed its newest stored value: a sample that
    /// came between the making of the point and this call found no place to be noted.
    /// </summary>
    public void Apply(PointSnapshot points, ITelemetryReader telemetry)
    {
        PointEntry[] bound = [.. points.All.Where(e => e.Series is { } series && points.BySeries(series) == e)];
        int[] index = new int[bound.Length == 0 ? 0 : bound.Max(e => e.Series!.Value) + 1];
        Array.Fill(index, -1);
        for (int i = 0; i < bound.Length; i++) index[bound[i].Series!.Value] = i;
        lock (gate)
        {
            Dictionary<(long, int?), Slot> known = slots.ToDictionary(s => (s.Entry.Point.Id, s.Entry.Series));
            var now = new Slot[bound.Length];
            for (int i = 0; i < now.Length; i++)
            {
                now[i] = known.GetValueOrDefault((bound[i].Point.Id, bound[i].Series)) ?? NewSlot(bound[i], telemetry);
                now[i].Entry = bound[i];
            }
            (slotBySeries, slots) = (index, now);
            changed = [.. Enumerable.Range(0, now.Length).Where(i => now[i].ChangedIn == round)];
            changedBefore = [.. Enumerable.Range(0, now.Length).Where(i => now[i].ChangedIn == round - 1)];
            Generation++;
        }
    }

    /// <summary>Somebody listens. While nobody does, samples pass without a look.</summary>
    public bool IsListenedTo { get; set; }

    public void Observe(Batch batch)
    {
        if (!IsListenedTo) return;
        ReadOnlySpan<int> series = batch.Series;
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<SampleQuality> qualities = batch.Qualities;
        lock (gate)
        {
            int[] index = slotBySeries;
            for (int i = 0; i < series.Length; i++)
            {
                if ((uint)series[i] >= (uint)index.Length || index[series[i]] is not (>= 0 and int at)) continue;
                Slot slot = slots[at];
                if (times[i] < slot.TimeMs && SampleOrder.IsLate(times[i], slot.TimeMs, clock.GetUtcNow().ToUnixTimeMilliseconds())) continue;
                (slot.TimeMs, slot.Value, slot.Quality) = (times[i], values[i], qualities[i]);
                if (slot.ChangedIn == round) continue;
                slot.ChangedIn = round;
                changed.Add(at);
            }
        }
    }

    /// <summary>Closes the round.</summary>
    /// <returns>Whether anything changed in it; if not, it goes on.</returns>
    public bool CloseRound()
    {
        lock (gate)
        {
            if (changed.Count == 0) return false;
            (changedBefore, changed) = (changed, changedBefore);
            changed.Clear();
            round++;
            return true;
        }
    }

    /// <summary>Which points a client is to see, by slot.</summary>
    public (bool[] BySlot, int Generation) Select(Func<PointEntry, bool> isWanted)
    {
        lock (gate) return ([.. slots.Select(s => isWanted(s.Entry))], Generation);
    }

    /// <summary>Copies what changed after a round and is wanted.</summary>
    /// <returns>The last round covered; <c>null</c> when the points have changed since the selection was made.</returns>
    public long? CopyChanges(long since, (bool[] BySlot, int Generation) wanted, List<LiveSample> to)
    {
        lock (gate)
        {
            if (wanted.Generation != Generation) return null;
            if (since == round - 2)
            {
                foreach (int at in changedBefore)
                    if (wanted.BySlot[at]) to.Add(slots[at].Sample);
            }
            else
            {
                for (int at = 0; at < slots.Length; at++)
                    if (slots[at].ChangedIn > since && slots[at].ChangedIn < round && wanted.BySlot[at]) to.Add(slots[at].Sample);
            }
            return round - 1;
        }
    }

    private Slot NewSlot(PointEntry entry, ITelemetryReader telemetry)
    {
        var slot = new Slot { Entry = entry };
        if (telemetry.TryGetLatest(entry.Series!.Value, out Sample newest))
            (slot.TimeMs, slot.Value, slot.Quality, slot.ChangedIn) = (newest.TimeMs, newest.Value, newest.Quality, round);
        return slot;
    }

    private sealed class Slot
    {
        public required PointEntry Entry { get; set; }

        public long TimeMs { get; set; } = SampleOrder.None;

        public double Value { get; set; }

        public SampleQuality Quality { get; set; }

        public long ChangedIn { get; set; }

        public LiveSample Sample => LiveSample.Of(Entry.Point, TimeMs, Value, Quality);
    }
}

/// <summary>A value on its way to a console.</summary>
/// <param name="Value">In the point's unit.</param>
internal readonly record struct LiveSample(long PointId, long TimeMs, double Value, SampleQuality Quality)
{
    /// <param name="stored">In the unit the source sends.</param>
    public static LiveSample Of(Point point, long timeMs, double stored, SampleQuality quality) =>
        new(point.Id, timeMs, (stored * point.Scale) + point.Offset, quality);
}

/// <summary>Words of the stream: <c>event: name</c>, <c>data: JSON</c>, an empty line.</summary>
internal static class LiveFrame
{
    public static readonly ReadOnlyMemory<byte> Heartbeat = ":\n\n"u8.ToArray();

    public static ReadOnlyMemory<byte> Of(string name, object data, JsonSerializerOptions json)
    {
        var frame = new ArrayBufferWriter<byte>(512);
        Begin(frame, name);
        using (var writer = new Utf8JsonWriter(frame)) JsonSerializer.Serialize(writer, data, json);
        frame.Write("\n\n"u8);
        return frame.WrittenMemory;
    }

    /// <summary>By hand, because this runs for every value that changed: an array of <c>{pointId, time, value, quality}</c>.</summary>
    public static ReadOnlyMemory<byte> Of(List<LiveSample> samples)
    {
        var frame = new ArrayBufferWriter<byte>(64 + (samples.Count * 96));
        Begin(frame, "sample");
        using (var writer = new Utf8JsonWriter(frame, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartArray();
            foreach (LiveSample sample in samples) Write(writer, sample);
            writer.WriteEndArray();
        }
        frame.Write("\n\n"u8);
        return frame.WrittenMemory;
    }

    private static void Begin(ArrayBufferWriter<byte> frame, string name)
    {
        frame.Write("event: "u8);
        Encoding.UTF8.GetBytes(name.AsSpan(), frame);
        frame.Write("\ndata: "u8);
    }

    private static void Write(Utf8JsonWriter writer, LiveSample sample)
    {
        writer.WriteStartObject();
        writer.WriteNumber("pointId"u8, sample.PointId);
        writer.WriteString("time"u8, SampleOrder.TimeOf(sample.TimeMs).UtcDateTime);
        if (double.IsFinite(sample.Value)) writer.WriteNumber("value"u8, sample.Value);
        else writer.WriteNull("value"u8);
        if (sample.Quality.IsGood && sample.Quality.Flag == '\0') writer.WriteString("quality"u8, "good"u8);
        else writer.WriteString("quality"u8, sample.Quality.ToString());
        writer.WriteEndObject();
    }
}
