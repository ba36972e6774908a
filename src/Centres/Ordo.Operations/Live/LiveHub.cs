using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Foundation.Access;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;
using Ordo.Operations.Notifications.Channels;
using Ordo.Perception.Sources;

namespace Ordo.Operations.Live;

/// <summary>Settings of the live stream (<c>Operations:Live</c>).</summary>
public sealed record LiveOptions
{
    /// <summary>Shortest time between two frames of samples, rounded up to 50 ms. A value waits no longer than this for its console.</summary>
    public TimeSpan SampleInterval { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>Streams open at the same time; one more is refused with 503.</summary>
    public int MaxStreams { get; init; } = 1000;
}

/// <summary>What a source says on the stream when it goes silent or comes back.</summary>
public sealed record LiveSource(int Id, SourceState State, DateTimeOffset LastSeen);

/// <summary>
/// The heart of the live stream: takes note of what happens (on the threads where it happens, without waiting), prepares each message once, and
/// wakes the clients together.
/// </summary>
internal sealed partial class LiveHub(
    LiveSamples samples, LiveMessages messages, AlarmEngine engine, AlarmJournal journal, SourceRegistry sources, IPointDirectory points, ITelemetryReader telemetry,
    AssetNames assets, LiveOptions options, AlarmOptions alarmOptions, IOptions<JsonOptions> json, TimeProvider clock, ILogger<LiveHub> logger)
    : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>A pulse at least this often, for heartbeats and for looking whether a client may still listen.</summary>
    private static readonly TimeSpan IdlePulse = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, LiveView> views = [];
    private readonly Dictionary<long, int> consoles = []; // streams of each person; like views, guarded by their lock
    private Channel<object>? happened;
    private volatile TaskCompletionSource pulse = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool pointsChanged;
    private int lost;
    private long bytesSent, resyncs;
    private int streams; // like views, guarded by their lock

    public LiveMessages Messages => messages;

    public LiveSamples Samples => samples;

    public JsonSerializerOptions Json => json.Value.SerializerOptions;

    public int Streams => Volatile.Read(ref streams);

    public long BytesSent => Interlocked.Read(ref bytesSent);

    public long Resyncs => Interlocked.Read(ref resyncs);

    /// <summary>Completes when there may be something new. Take it before looking, so that nothing falls between.</summary>
    public Task NextPulse => pulse.Task;

    public void CountSent(int bytes) => Interlocked.Add(ref bytesSent, bytes);

    public void CountResync() => Interlocked.Increment(ref resyncs);

    /// <summary>Takes a place for one more stream.</summary>
    public bool TryEnter()
    {
        lock (views)
        {
            if (streams >= options.MaxStreams) return false;
            streams++;
            return samples.IsListenedTo = true;
        }
    }

    public void Leave()
    {
        lock (views) samples.IsListenedTo = --streams > 0;
    }

    public LiveView Open(LiveSelection selection)
    {
        lock (views)
        {
            if (!views.TryGetValue(selection.Key, out LiveView? view)) views[selection.Key] = view = new(samples, selection);
            view.Clients++;
            consoles[selection.Caller.AccountId] = consoles.GetValueOrDefault(selection.Caller.AccountId) + 1;
            return view;
        }
    }

    public void Close(LiveSelection selection)
    {
        lock (views)
        {
            if (--views[selection.Key].Clients == 0) views.Remove(selection.Key);
            if (--consoles[selection.Caller.AccountId] == 0) consoles.Remove(selection.Caller.AccountId);
        }
    }

    /// <summary>The newest value of each point that a client names: it read its lists before it asked for these points, and a value may have come between.</summary>
    /// <returns>Empty when no point was named, or none of them has a value yet.</returns>
    public ReadOnlyMemory<byte> NewestOf(LiveSelection selection)
    {
        List<LiveSample> newest = [];
        PointSnapshot snapshot = points.Current;
        foreach (long id in selection.Points ?? (IEnumerable<long>)[])
            if (snapshot.ById(id) is { Series: { } series } entry && selection.Wants(entry) && telemetry.TryGetLatest(series, out Sample sample))
                newest.Add(LiveSample.Of(entry.Point, sample.TimeMs, sample.Value, sample.Quality));
        return newest.Count == 0 ? default : LiveFrame.Of(newest);
    }

    /// <summary>How many streams a person has open.</summary>
    public int ConsolesOf(long accountId)
    {
        lock (views) return consoles.GetValueOrDefault(accountId);
    }

    /// <summary>Says something to one person.</summary>
    public void Tell(long accountId, LiveNotice notice) =>
        happened!.Writer.TryWrite(new LiveMessage(Permissions.ReadAlarms, null, LiveFrame.Of("notice", notice, Json), accountId));

    /// <summary>How many alarms stand on the desk for a client; for one that missed messages.</summary>
    public async Task<AlarmSummary> SummaryAsync(LiveSelection selection, CancellationToken cancellation)
    {
        AlarmOccurrence[] open = engine.Open();
        var names = await assets.OfAsync(open.Select(o => o.AssetId), cancellation);
        return AlarmSummary.Of([.. open
            .Where(o => selection.Sees(Permissions.ReadAlarms, names.GetValueOrDefault(o.AssetId)?.Path))
            .Select(o => (o.Priority, o.State, 1))]);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        happened = Channel.CreateBounded<object>(
            new BoundedChannelOptions(LiveMessages.Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref lost));
        points.Changed += NotePoints;
        engine.Changed += NoteAlarm;
        journal.WrittenEvents += NoteWritten;
        sources.StateChanged += NoteSource;
        samples.Apply(points.Current, telemetry);
        return base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        points.Changed -= NotePoints;
        engine.Changed -= NoteAlarm;
        journal.WrittenEvents -= NoteWritten;
        sources.StateChanged -= NoteSource;
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        long lastRound = clock.GetTimestamp(), lastPulse = lastRound;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (pointsChanged)
                {
                    pointsChanged = false;
                    samples.Apply(points.Current, telemetry);
                }
                bool news = await PrepareMessagesAsync(stoppingToken);
                if (clock.GetElapsedTime(lastRound) >= options.SampleInterval - (Tick / 2))
                {
                    lastRound = clock.GetTimestamp();
                    news |= samples.CloseRound();
                }
                if (!news && clock.GetElapsedTime(lastPulse) < IdlePulse) continue;
                lastPulse = clock.GetTimestamp();
                Interlocked.Exchange(ref pulse, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                messages.Lose(); // names could not be read: the clients load their lists when the database is back
                LogFault(fault);
            }
        }
    }

    private void NotePoints() => pointsChanged = true;

    /// <summary>
    /// Said once more when it is on disk: a console that loads its list at the first word may be quicker than the journal, and would show the
    /// old one until something else happens. Once for all an occurrence went through in the cut: after a flood a cut has thousands of changes.
    /// </summary>
    private void NoteWritten(IReadOnlyList<AlarmChange> changes)
    {
        foreach (var ofOne in changes.Where(c => c.Occurrence is not null).GroupBy(c => c.Occurrence!.Id))
            NoteAlarm(engine.Find(ofOne.Key) ?? ofOne.Last().Occurrence!);
    }

    private void NoteAlarm(AlarmOccurrence occurrence) => happened!.Writer.TryWrite(occurrence);

    private void NoteSource(SourceStateChange change) => happened!.Writer.TryWrite(change);

    private async Task<bool> PrepareMessagesAsync(CancellationToken cancellation)
    {
        var news = new List<object>();
        while (news.Count < LiveMessages.Capacity && happened!.Reader.TryRead(out object? item)) news.Add(item);
        if (Interlocked.Exchange(ref lost, 0) > 0) messages.Lose();
        if (news.Count == 0) return false;
        var names = await assets.OfAsync(news.OfType<AlarmOccurrence>().Select(o => o.AssetId), cancellation);
        foreach (object item in news)
            messages.Add(item switch
            {
                LiveMessage ready => ready,
                AlarmOccurrence alarm => MessageOf(alarm, names),
                _ => MessageOf((SourceStateChange)item),
            });
        return true;
    }

    private LiveMessage MessageOf(AlarmOccurrence alarm, IReadOnlyDictionary<long, AssetName> names)
    {
        AssetName? asset = names.GetValueOrDefault(alarm.AssetId);
        return new(Permissions.ReadAlarms, asset?.Path, LiveFrame.Of("alarm", AlarmItem.Of(
            alarm, asset?.NameZh, asset?.NameEn, engine.DefinitionOf(alarm.DefinitionId), clock.GetUtcNow() - alarmOptions.StaleAfter), Json));
    }

    private LiveMessage MessageOf(SourceStateChange change) =>
        new(Permissions.ReadSources, change.AssetPath, LiveFrame.Of("source", new LiveSource(change.SourceId, change.State, change.LastSeen), Json));

    [LoggerMessage(4101, LogLevel.Error, "Messages of the live stream could not be prepared; the consoles are told to load their lists again.")]
    private partial void LogFault(Exception fault);
}
