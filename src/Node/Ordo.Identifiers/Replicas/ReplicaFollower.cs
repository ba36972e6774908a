using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Serving;

namespace Ordo.Identifiers.Replicas;

/// <summary>
/// Copies the files of a primary as they grow, byte for byte, over HTTP. What is copied is durable here before the next is asked for; where the primary is away this node goes on answering
/// from what it has, and goes on copying where it was when the primary is back.
/// </summary>
internal sealed partial class ReplicaFollower : BackgroundService
{
    private const int WaitSeconds = 20;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(WaitSeconds + 20), BookAge = TimeSpan.FromSeconds(15);
    private readonly HandleStore store;
    private readonly PublicBookCopy book;
    private readonly IdentifiersOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Meter meter = new("Ordo");
    private FollowedPrimary? state;
    private DateTimeOffset whole;
    private long? bookRead;

    public ReplicaFollower(HandleStore store, PublicBookCopy book, IdentifiersOptions options, TimeProvider clock, ILogger<ReplicaFollower> logger)
    {
        (this.store, this.book, this.options, this.clock, this.logger) = (store, book, options, clock, logger);
        if (options.Follow is null) return;
        whole = clock.GetUtcNow();
        state = new($"{options.Follow}", ReplicaState.Unreachable, 0, 0, null, null);
        meter.CreateObservableGauge("ordo.identifiers.replica.behind", () => State!.BehindBytes, "By", "What the primary had more when it was last heard.");
        meter.CreateObservableGauge("ordo.identifiers.replica.lag", () => State!.LagSeconds, "s", "Since this replica had everything.");
    }

    /// <summary>How it stands; <c>null</c> for a primary.</summary>
    public FollowedPrimary? State => state is { } now ? now with { LagSeconds = now is { State: ReplicaState.Following, BehindBytes: 0 } ? 0 : Math.Round((clock.GetUtcNow() - whole).TotalSeconds, 1) } : null;

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Follow is null) return;
        using var http = new HttpClient { BaseAddress = options.Follow, Timeout = Patience };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.FollowToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await StepAsync(http, stoppingToken);
                await ReadBookAsync(http, stoppingToken);
            }
            catch (InvalidDataException wrong)
            {
                LogStopped(wrong, options.Follow);
                state = state! with { State = ReplicaState.Stopped, Reason = wrong.Message };
                return;
            }
            catch (Exception away) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is (a connection reset in the moment it opens comes as a SocketException of its own, and a full disk here may have room again), it must not end the replica.
                if (state!.State == ReplicaState.Following) LogUnreachable(options.Follow, away.Message);
                state = state with { State = ReplicaState.Unreachable, Reason = away.Message };
                await Task.Delay(Retry, clock, stoppingToken);
            }
        }
    }

    /// <summary>Asks for what follows the last byte here, and takes it over.</summary>
    private async Task StepAsync(HttpClient http, CancellationToken cancellation)
    {
        LogPosition here = store.Position;
        int wait = state is { State: ReplicaState.Following, BehindBytes: 0 } ? WaitSeconds : 0;
        LogPart part = await AskAsync(http, here.Segment.ToString(CultureInfo.InvariantCulture), here.Length, wait, here.Bytes, cancellation);
        if (part.Position.Seed != here.Seed)
        {
            await store.AdoptAsync(part.Position.Seed);
            return;
        }

        if (part.Position.Bytes < here.Bytes) throw new InvalidDataException("The primary has less than this replica: it was restored from an older backup. Start the replica with an empty data folder.");
        // Numbers of prefixes are given before anything is written under them, so these are never older than the frames.
        while (store.Position.Prefixes is var known && known < part.Position.Prefixes)
            await store.CopyAsync(-1, known, (await AskAsync(http, "prefixes", known, 0, here.Bytes, cancellation)).Frames);
        if (part.Frames.Length > 0)
        {
            await store.CopyAsync(here.Segment, here.Length, part.Frames);
        }
        else if (part.Position.Segment > here.Segment)
        {
            part = await AskAsync(http, (here.Segment + 1).ToString(CultureInfo.InvariantCulture), Segment.HeadSize, 0, here.Bytes, cancellation);
            if (part.Frames.Length > 0) await store.CopyAsync(here.Segment + 1, Segment.HeadSize, part.Frames);
        }

        long behind = Math.Max(0, part.Position.Bytes - store.Position.Bytes);
        if (behind == 0) whole = clock.GetUtcNow();
        state = state! with { State = ReplicaState.Following, BehindBytes = behind, LastHeard = clock.GetUtcNow(), Reason = null };
    }

    /// <summary>Copies what pages behind codes say beside the records, every now and then.</summary>
    private async Task ReadBookAsync(HttpClient http, CancellationToken cancellation)
    {
        if (bookRead is { } last && clock.GetElapsedTime(last) < BookAge) return;
        byte[] bytes = await http.GetByteArrayAsync(new Uri("api/v1/identifiers/public-book", UriKind.Relative), cancellation);
        try
        {
            await book.SetAsync(bytes, cancellation);
        }
        catch (JsonException none)
        {
            throw new HttpRequestException($"{options.Follow} answers as no primary does: {none.Message}", none);
        }

        bookRead = clock.GetTimestamp();
    }

    private async Task<LogPart> AskAsync(HttpClient http, string file, long from, int wait, long have, CancellationToken cancellation)
    {
        string query = string.Create(CultureInfo.InvariantCulture, $"api/v1/identifiers/log/{file}?from={from}&wait={wait}&have={have}&replica={Uri.EscapeDataString(options.NodeName)}");
        using HttpResponseMessage answer = await http.GetAsync(new Uri(query, UriKind.Relative), cancellation);
        answer.EnsureSuccessStatusCode();
        byte[] frames = await answer.Content.ReadAsByteArrayAsync(cancellation);
        return new(new((ulong)Number(NodeEndpoints.Seed, NumberStyles.HexNumber), (int)Number(NodeEndpoints.Last), 0, Number(NodeEndpoints.Prefixes), Number(NodeEndpoints.Total)), frames);

        long Number(string name, NumberStyles style = NumberStyles.None) =>
            answer.Headers.TryGetValues(name, out IEnumerable<string>? values) && long.TryParse(values.First(), style, CultureInfo.InvariantCulture, out long number)
                ? number
                : throw new HttpRequestException($"{options.Follow} answers as no primary does: {name} is missing or no number.");
    }

    private sealed record LogPart(LogPosition Position, byte[] Frames);

    [LoggerMessage(6080, LogLevel.Warning, "This replica cannot copy from {Primary} now ({Reason}); it goes on answering from what it has")]
    private partial void LogUnreachable(Uri primary, string reason);

    [LoggerMessage(6081, LogLevel.Error, "This replica follows {Primary} no longer")]
    private partial void LogStopped(Exception fault, Uri primary);
}
