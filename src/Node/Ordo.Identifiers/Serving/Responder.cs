using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Resolution;

namespace Ordo.Identifiers.Serving;

/// <summary>How a request came.</summary>
internal enum Transport
{
    Udp,
    Tcp,
    Http,
}

/// <summary>What one thread or connection answers with, used again for every request.</summary>
internal sealed class Scratch
{
    public WireWriter Response { get; } = new();

    public RecordBuffer Record { get; } = new();
}

/// <summary>
/// Answers requests of the Handle protocol, in the order of checks that deployed servers have. An answer is copied together from the record as it stands on
/// disk; values are not decoded. Any number of threads use one responder.
/// </summary>
internal sealed partial class Responder(HandleStore store, Func<SiteInfo> site, ResolutionCounts counts, TimeProvider clock, ILogger<Responder> logger)
{
    private const int Head = Envelope.Size + Header.Size;

    /// <summary>Seconds that an answer is good for as a message; the usual value.</summary>
    private const uint Validity = 43_200;

    private const OpFlags Echoed = OpFlags.Certify | OpFlags.Encrypt | OpFlags.CacheCertify | OpFlags.PublicOnly | OpFlags.DoNotRefer | OpFlags.RequestDigest;

    private static readonly Counter<long> Requests = new Meter("Ordo").CreateCounter<long>("ordo.identifiers.requests", description: "Requests of the Handle protocol, by transport and response code.");
    private static readonly string[] TransportNames = ["udp", "tcp", "http"];
    private static readonly ResolutionTransport[] CountedAs = [ResolutionTransport.Udp, ResolutionTransport.Tcp, ResolutionTransport.Tunnel];
    private readonly ILogger logger = logger;

    /// <summary>Answers one message that has arrived whole.</summary>
    /// <param name="bytes">Envelope and message.</param>
    /// <param name="scratch">The answer is in <see cref="Scratch.Response"/>.</param>
    /// <returns>False when nothing is to be answered: no envelope, or a response.</returns>
    public bool Answer(ReadOnlyMemory<byte> bytes, Transport transport, Scratch scratch)
    {
        long begun = Stopwatch.GetTimestamp();
        MessageVerdict verdict = Message.TryRead(bytes, out Message? request);
        if (request is null || request.Header.ResponseCode != ResponseCode.Request) return false;
        WireWriter response = scratch.Response.Clear();
        var answer = new Answering(request, response, VersionFor(request.Envelope), MayChallenge: transport != Transport.Udp);
        ResponseCode code;
        try
        {
            Begin(answer);
            code = verdict switch
            {
                MessageVerdict.Message => Dispatch(answer, scratch),
                MessageVerdict.WrongLength => Error(answer, ResponseCode.ProtocolError, "Invalid message length"u8),
                MessageVerdict.Encrypted => Error(answer, ResponseCode.SessionUnknown, "No such session"u8),
                MessageVerdict.MalformedCredential => Error(answer, ResponseCode.InvalidCredential, "Invalid credential"u8),
                _ => Error(answer, ResponseCode.ProtocolError, "Invalid message body"u8),
            };
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            LogFailed(fault, request.Header.OpCode, request.Envelope.RequestId);
            code = Error(answer, ResponseCode.Error, "The record cannot be read"u8);
        }

        Requests.Add(1, new KeyValuePair<string, object?>("transport", TransportNames[(int)transport]), new("code", (int)code));
        if (request.Body is ResolutionRequest resolution) counts.Add(CountedAs[(int)transport], resolution.Handle.Span, code, begun);
        Finish(answer, code);
        return true;
    }

    /// <summary>Answers an error instead of what stands in the response: an answer that is too long for its transport.</summary>
    public void Replace(ReadOnlyMemory<byte> bytes, Scratch scratch, ResponseCode code, ReadOnlySpan<byte> text)
    {
        Message.TryRead(bytes, out Message? request);
        var answer = new Answering(request!, scratch.Response.Clear(), VersionFor(request!.Envelope), MayChallenge: false);
        Begin(answer);
        Finish(answer, Error(answer, code, text));
    }

    /// <summary>The lower of what the client suggests and what is spoken here.</summary>
    internal static ProtocolVersion VersionFor(in Envelope envelope)
    {
        ProtocolVersion asked = envelope.HasSuggestion ? envelope.Suggested : envelope.Version;
        if (asked.Major == 5) return new(2, 0);
        return asked.CompareTo(ProtocolVersion.Newest) > 0 ? ProtocolVersion.Newest : asked;
    }

    private ResponseCode Dispatch(in Answering answer, Scratch scratch)
    {
        switch (answer.Request.Body)
        {
            case ResolutionRequest resolution:
                return Resolve(answer, resolution, scratch);
            case HandleBody or EmptyBody when answer.Request.Header.OpCode == OpCode.SiteInfo:
                answer.Response.Raw(site().ToArray());
                return ResponseCode.Success;
            default:
                return answer.Request.Header.OpCode == OpCode.None
                    ? Error(answer, ResponseCode.ProtocolError, "Invalid op code"u8)
                    : Error(answer, ResponseCode.NotSupported, "Operation not supported here"u8);
        }
    }

    private ResponseCode Resolve(in Answering answer, ResolutionRequest request, Scratch scratch)
    {
        ReadOnlySpan<byte> asked = request.Handle.Span;
        if (asked.Length is 0 or > HandleText.MaxBytes || !Utf8.IsValid(asked)) return Error(answer, ResponseCode.InvalidHandle, "Invalid handle"u8);
        ReadOnlySpan<byte> handle = asked.Contains((byte)'/') ? asked : [.. HandleText.PrefixHandles, .. asked];
        if (!store.IsHome(handle)) return Refer(answer, handle, scratch);
        if (!store.TryRead(handle, scratch.Record, out RecordFrame record)) return Error(answer, ResponseCode.HandleNotFound, default);

        WireWriter response = answer.Response;
        int body = response.Length;
        response.Octets(asked);
        int countAt = response.Length;
        response.UInt32(0);
        ValueSelection selection = ValueFilter.Copy(record, request, answer.Request.Header.Flags.HasFlag(OpFlags.PublicOnly), response);
        if (selection.Forbidden is { } permissions)
        {
            response.Truncate(body);
            if (!permissions.HasFlag(ValuePermissions.AdminRead)) return Error(answer, ResponseCode.InsufficientPermission, default);
            return answer.MayChallenge
                ? Error(answer, ResponseCode.AuthenticationNeeded, default) // Administration challenges in its place
                : Error(answer, ResponseCode.NotSupported, "Ask over TCP, or with the public-only flag"u8);
        }

        if (selection.Copied == 0 && (record.ValueCount > 0 || request.Indexes.Count + request.Types.Count > 0))
        {
            response.Truncate(body);
            return Error(answer, ResponseCode.ValuesNotFound, default);
        }

        response.PatchUInt32(countAt, (uint)selection.Copied);
        return ResponseCode.Success;
    }

    /// <summary>A prefix that is not at home: its own node when its record is here, or else nobody known.</summary>
    private ResponseCode Refer(in Answering answer, ReadOnlySpan<byte> handle, Scratch scratch)
    {
        if (!answer.Request.Header.Flags.HasFlag(OpFlags.DoNotRefer) && answer.Version.AtLeast(2, 5) && !HandleText.IsPrefixHandle(handle))
        {
            byte[] prefixHandle = [.. HandleText.PrefixHandles, .. HandleText.PrefixOf(handle)];
            if (store.IsHome(prefixHandle) && store.TryRead(prefixHandle, scratch.Record, out _))
            {
                answer.Response.Octets(prefixHandle);
                return ResponseCode.PrefixReferral;
            }
        }

        return Error(answer, ResponseCode.NotResponsible, "That prefix doesn't live here"u8);
    }

    private static ResponseCode Error(in Answering answer, ResponseCode code, ReadOnlySpan<byte> text)
    {
        answer.Response.Truncate(answer.BodyAt);
        answer.Response.Octets(text);
        return code;
    }

    private static void Begin(in Answering answer)
    {
        answer.Response.Extend(Head).Clear();
        if (answer.WantsDigest) answer.Response.Raw(RequestDigest.Of(answer.Request.Signed.Span, answer.Version));
    }

    private void Finish(in Answering answer, ResponseCode code)
    {
        WireWriter response = answer.Response;
        Message request = answer.Request;
        int body = response.Length - Head;
        response.UInt32(0); // no credential
        OpFlags flags = (request.Header.Flags & Echoed) | OpFlags.Recursive | OpFlags.Authoritative;
        var header = new Header(request.Header.OpCode, code, flags, site().Serial, request.Header.Recursion, (uint)clock.GetUtcNow().ToUnixTimeSeconds() + Validity, (uint)body);
        var envelope = new Envelope(answer.Version, EnvelopeFlags.None, ProtocolVersion.Newest, 0, request.Envelope.RequestId, 0, response.Length - Envelope.Size);
        Span<byte> head = response.Patch(0, Head);
        envelope.Write(head);
        header.Write(head[Envelope.Size..]);
    }

    [LoggerMessage(6010, LogLevel.Error, "Request {RequestId} ({Operation}) failed")]
    private partial void LogFailed(Exception fault, OpCode operation, uint requestId);

    private readonly record struct Answering(Message Request, WireWriter Response, ProtocolVersion Version, bool MayChallenge)
    {
        public bool WantsDigest => Request.Header.Flags.HasFlag(OpFlags.RequestDigest) && Version.AtLeast(2, 1) && !Request.Signed.IsEmpty;

        /// <summary>Where the body begins behind the digest.</summary>
        public int BodyAt => Head + (WantsDigest ? (Version.AtLeast(2, 7) ? 33 : 21) : 0);
    }
}

/// <summary>What a filter let through.</summary>
/// <param name="Copied">Values copied.</param>
/// <param name="Forbidden">Permissions of a selected value that not everybody may read, unless only the public ones were asked for.</param>
internal readonly record struct ValueSelection(int Copied, ValuePermissions? Forbidden);

/// <summary>Picks the encoded values that a request asks for, without decoding them.</summary>
internal static class ValueFilter
{
    private const int PermissionsAt = 13;
    private const int TypeAt = 14;

    public static ValueSelection Copy(in RecordFrame record, ResolutionRequest request, bool publicOnly, WireWriter target)
    {
        bool everything = request.Indexes.Count == 0 && request.Types.Count == 0;
        ReadOnlySpan<byte> rest = record.Values;
        int copied = 0;
        for (int i = 0; i < record.ValueCount; i++)
        {
            int typeLength = BinaryPrimitives.ReadInt32BigEndian(rest[TypeAt..]);
            ReadOnlySpan<byte> type = rest.Slice(TypeAt + 4, typeLength);
            int size = SizeOf(rest, typeLength);
            var permissions = (ValuePermissions)rest[PermissionsAt];
            if (everything || IsAsked(request, BinaryPrimitives.ReadUInt32BigEndian(rest), type))
            {
                if (permissions.HasFlag(ValuePermissions.PublicRead))
                {
                    target.Raw(rest[..size]);
                    copied++;
                }
                else if (!publicOnly)
                {
                    return new(0, permissions);
                }
            }

            rest = rest[size..];
        }

        return new(copied, null);
    }

    private static int SizeOf(ReadOnlySpan<byte> value, int typeLength)
    {
        int dataAt = TypeAt + 4 + typeLength;
        int at = dataAt + 4 + BinaryPrimitives.ReadInt32BigEndian(value[dataAt..]);
        int references = BinaryPrimitives.ReadInt32BigEndian(value[at..]);
        at += 4;
        for (int i = 0; i < references; i++) at += 8 + BinaryPrimitives.ReadInt32BigEndian(value[at..]);
        return at;
    }

    private static bool IsAsked(ResolutionRequest request, uint index, ReadOnlySpan<byte> type)
    {
        for (int i = 0; i < request.Indexes.Count; i++)
            if (request.Indexes[i] == index) return true;
        for (int i = 0; i < request.Types.Count; i++)
            if (ValueTypes.Matches(request.Types[i].Span, type)) return true;
        return false;
    }
}
