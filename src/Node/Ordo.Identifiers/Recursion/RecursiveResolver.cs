using System.Net;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Replicas;
using Ordo.Identifiers.Serving;

namespace Ordo.Identifiers.Recursion;

/// <summary>
/// Resolves handles of others for the park (递归解析): from what is kept, or by asking along referrals. Everything in it is bounded: whose questions, how many at a time, how long, how many nodes one
/// question passes, how much is kept. The same question is asked once, however many wait for it.
/// </summary>
internal sealed partial class RecursiveResolver : IDisposable
{
    private const uint Validity = 43_200;
    private const OpFlags Echoed = OpFlags.Certify | OpFlags.Encrypt | OpFlags.CacheCertify | OpFlags.PublicOnly | OpFlags.DoNotRefer | OpFlags.RequestDigest;
    private readonly Lock guard = new();

    // By hops as well: a question that comes back to its own node must not wait for itself.
    private readonly Dictionary<(string Handle, byte Hops), Task<ForeignAnswer>> underWay = [];
    private readonly RecursionOptions options;
    private readonly HandleStore store;
    private readonly Reachable reachable;
    private readonly RequestCounts requests;
    private readonly Func<SiteInfo> site;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly NetworkList allowed;
    private readonly NodeClient client;

    public RecursiveResolver(RecursionOptions options, HandleStore store, Reachable reachable, RequestCounts requests, Func<SiteInfo> site, TimeProvider clock, ILogger<RecursiveResolver> logger)
    {
        (this.options, this.store, this.reachable, this.requests, this.site, this.clock, this.logger) = (options, store, reachable, requests, site, clock, logger);
        (allowed, client, Cache) = (options.Allowed, new(clock), new(options.CacheBytes, options.MaxTtl, options.NegativeTtl, clock));
        Upstreams = new(options.UpstreamNodes, clock);
        Counts = new(() => Cache.Bytes, () => Cache.Count, () => UnderWay);
    }

    public bool IsOn => options.Enabled;

    public AnswerCache Cache { get; }

    public Upstreams Upstreams { get; }

    public RecursionCounts Counts { get; }

    /// <summary>Handles that are being asked for.</summary>
    public int UnderWay
    {
        get
        {
            lock (guard) return underWay.Count;
        }
    }

    public RecursionState State => new(
        Counts.Of(Way.Kept), Counts.Of(Way.Asked), Counts.Of(Way.Shared), Counts.Of(Way.Busy) + Counts.Of(Way.TooManyHops), Counts.Of(Heard.Answer), Counts.Of(Heard.Nothing), Counts.Of(Heard.Nonsense),
        Cache.Count, Cache.Bytes, options.CacheBytes,
        [.. Upstreams.States.Select(state => new UpstreamItem($"{state.Address}", state.Answered, state.Failed, state.LastAnswered, state.IsSilent))]);

    /// <summary>Whether somebody's questions about handles of others are carried on.</summary>
    public bool Allows(IPAddress from) => options.Enabled && allowed.Contains(from);

    /// <summary>The answer to a resolution, if it is kept.</summary>
    /// <param name="bytes">Envelope and message.</param>
    public byte[]? TryAnswerKept(ReadOnlyMemory<byte> bytes, Transport transport)
    {
        if (Read(bytes) is not var (request, asked) || MustBeAsked(request)) return null;
        if (Cache.Find(NameOf(asked.Handle), value => AsksFor(asked, value)) is not { } kept) return null;
        Counts.Add(Way.Kept);
        return Write(request, asked, kept.Answer, kept.Age, transport);
    }

    /// <summary>What is kept for a question, and where it came from; for people.</summary>
    public KeptAnswer? Explain(ResolutionRequest asked) => store.IsHome(HandleOf(asked.Handle).Span) ? null : Cache.Find(NameOf(asked.Handle), value => AsksFor(asked, value));

    /// <summary>The answer to a resolution of a handle that is not at home here.</summary>
    /// <param name="bytes">Envelope and message; they are kept until then.</param>
    /// <returns><c>null</c> when it is no resolution.</returns>
    public async Task<byte[]?> AnswerAsync(ReadOnlyMemory<byte> bytes, Transport transport)
    {
        if (TryAnswerKept(bytes, transport) is { } kept) return kept;
        if (Read(bytes) is not var (request, asked)) return null;
        return Write(request, asked, await FindAsync(HandleOf(asked.Handle), request.Header.Recursion), TimeSpan.Zero, transport);
    }

    public void Dispose() => Counts.Dispose();

    private Task<ForeignAnswer> FindAsync(Octets handle, byte hops)
    {
        if (hops >= options.MaxHops)
        {
            Counts.Add(Way.TooManyHops);
            return Task.FromResult(new ForeignAnswer(ResponseCode.RecursionTooDeep, [], "Recursion count too high", []));
        }

        string name = PrefixTable.NameOf(handle.Span);
        lock (guard)
        {
            if (underWay.TryGetValue((name, hops), out Task<ForeignAnswer>? same))
            {
                Counts.Add(Way.Shared);
                return same;
            }

            if (underWay.Count >= options.MaxParallel)
            {
                Counts.Add(Way.Busy);
                return Task.FromResult(new ForeignAnswer(ResponseCode.TooBusy, [], "Too many handles of other nodes are being asked for", []));
            }

            Counts.Add(Way.Asked);
            Octets kept = handle.Copy();
            Task<ForeignAnswer> task = Task.Run(() => AskAsync(kept, name, hops));
            underWay.Add((name, hops), task);
            return task;
        }
    }

    private async Task<ForeignAnswer> AskAsync(Octets handle, string name, byte hops)
    {
        using var patience = new CancellationTokenSource(options.Patience);
        var walk = new Walk(options, store, Cache, Upstreams, reachable, client, Counts, hops, patience.Token);
        ForeignAnswer answer;
        try
        {
            answer = await walk.ResolveAsync(handle);
        }
        catch (OperationCanceledException)
        {
            answer = new(ResponseCode.Error, [], "The responsible node does not answer in time", walk.Trail);
        }
        catch (Exception fault)
        {
            LogFailed(fault, $"{handle}");
            answer = new(ResponseCode.Error, [], "The handle cannot be resolved", walk.Trail);
        }

        // That it failed after others had handed it on says nothing about asking from here.
        if (hops == 0 || answer.Code is ResponseCode.Success or ResponseCode.HandleNotFound) Cache.Put(name, answer);
        lock (guard) underWay.Remove((name, hops));
        return answer;
    }

    private static (Message Request, ResolutionRequest Asked)? Read(ReadOnlyMemory<byte> bytes) =>
        Message.TryRead(bytes, out Message? request) == MessageVerdict.Message && request!.Body is ResolutionRequest asked ? (request, asked) : null;

    /// <summary>A client that wants it from the source gets it from there.</summary>
    private static bool MustBeAsked(Message request) => request.Header.Flags.HasFlag(OpFlags.Authoritative);

    private static bool AsksFor(ResolutionRequest asked, HandleValue value) =>
        (asked.Indexes.Count == 0 && asked.Types.Count == 0) || asked.Indexes.Contains(value.Index) || asked.Types.Any(type => ValueTypes.Matches(type.Span, value.Type.Span));

    private static Octets HandleOf(Octets asked) => asked.Span.Contains((byte)'/') ? asked : (byte[])[.. HandleText.PrefixHandles, .. asked.Span];

    private static string NameOf(Octets asked) => PrefixTable.NameOf(HandleOf(asked).Span);

    private byte[] Write(Message request, ResolutionRequest asked, ForeignAnswer found, TimeSpan age, Transport transport)
    {
        ProtocolVersion version = Responder.VersionFor(request.Envelope);
        (ResponseCode code, MessageBody body) = BodyOf(asked, found, (uint)Math.Max(0, age.TotalSeconds));
        bool digest = request.Header.Flags.HasFlag(OpFlags.RequestDigest) && version.AtLeast(2, 1);
        // Not authoritative: it is what another node said.
        var header = new Header(OpCode.Resolution, code, (request.Header.Flags & Echoed) | OpFlags.Recursive, site().Serial, request.Header.Recursion, (uint)clock.GetUtcNow().ToUnixTimeSeconds() + Validity, 0);
        var envelope = new Envelope(version, EnvelopeFlags.None, ProtocolVersion.Newest, 0, request.Envelope.RequestId, 0, 0);
        requests.Add(transport, code);
        return new Message(envelope, header, digest ? new Octets(RequestDigest.Of(request.Signed.Span, version)) : default(Octets?), body, null).ToArray();
    }

    private static (ResponseCode Code, MessageBody Body) BodyOf(ResolutionRequest asked, ForeignAnswer found, uint age)
    {
        if (found.Code != ResponseCode.Success) return (found.Code, new ErrorBody(found.Text));
        HandleValue[] selected = [.. found.Values.Where(value => AsksFor(asked, value)).Select(value => Aged(value, age))];
        return selected.Length == 0 && found.Values.Count > 0 ? (ResponseCode.ValuesNotFound, new ErrorBody("")) : (ResponseCode.Success, new ValuesBody(asked.Handle, selected));
    }

    /// <summary>What was kept a while may be kept so much shorter by whoever is told now, or a chain of nodes would keep it for ever.</summary>
    private static HandleValue Aged(HandleValue value, uint age) => value.TtlType == 0 && age > 0 ? value with { Ttl = value.Ttl > age ? value.Ttl - age : 0 } : value;

    [LoggerMessage(6090, LogLevel.Error, "A handle of another node could not be resolved: {Handle}")]
    private partial void LogFailed(Exception fault, string handle);
}
