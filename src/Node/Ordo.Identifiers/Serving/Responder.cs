using System.Buffers.Binary;
using System.Diagnostics;
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

    /// <summary>The last request asks for a handle of others that may be asked for in its sender's place; there is no answer yet.</summary>
    public bool Elsewhere { get; set; }

    /// <summary>Whether others are asked at all.</summary>
    public bool MayAskElsewhere { get; set; }
}

/// <summary>
/// Answers requests of the Handle protocol, in the order of checks that deployed servers have. An answer is copied together from the record as it stands on
/// disk; values are not decoded. Any number of threads use one responder.
/// </summary>
internal sealed partial class Responder(HandleStore store, Func<SiteInfo> site, ResolutionCounts counts, RequestCounts requests, bool asksElsewhere, TimeProvider clock, ILogger<Responder> logger)
{
    private const int Head = Envelope.Size + Header.Size;

    /// <summary>Seconds that an answer is good for as a message; the usual value.</summary>
    private const uint Validity = 43_200;

    /// <summary>A client that asks so is answered by whoever knows; one that wants values which not everybody may read has to prove itself where they are.</summary>
    private const OpFlags ByAnybody = OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.PublicOnly;

    private const OpFlags Echoed = OpFlags.Certify | OpFlags.Encrypt | OpFlags.CacheCertify | OpFlags.PublicOnly | OpFlags.DoNotRefer | OpFlags.RequestDigest;

    private static readonly ResolutionTransport[] CountedAs = [ResolutionTransport.Udp, ResolutionTransport.Tcp, ResolutionTransport.Tunnel];
    private readonly ILogger logger = logger;

    /// <summary>Answers one message that has arrived whole.</summary>
    /// <param name="bytes">Envelope and message.</param>
    /// <param name="scratch">The answer is in <see cref="Scratch.Response"/>, unless it says <see cref="Scratch.Elsewhere"/>.</param>
    /// <param name="hereOnly">Whether a handle of others is answered as such, whatever the client would like.</param>
    /// <returns>False when nothing is to be answered: no envelope, or a response.</returns>
    public bool Answer(ReadOnlyMemory<byte> bytes, Transport transport, Scratch scratch, bool hereOnly = false)
    {
        long begun = Stopwatch.GetTimestamp();
        (scratch.Elsewhere, scratch.MayAskElsewhere) = (false, asksElsewhere && !hereOnly);
        if (TryAnswerPlain(bytes.Span, transport, scratch, begun)) return true;
        MessageVerdict verdict = Message.TryRead(bytes, out Message? request);
        if (request is null || request.Header.ResponseCode != ResponseCode.Request) return false;
        var answer = new Answering(request.Envelope, request.Header, request.Signed.Span, scratch.Response.Clear(), VersionFor(request.Envelope));
        Begin(answer);
        ResponseCode code = verdict switch
        {
            MessageVerdict.Message => Dispatch(answer, request.Body, transport, scratch, begun),
            MessageVerdict.WrongLength => Error(answer, ResponseCode.ProtocolError, "Invalid message length"u8),
            MessageVerdict.Encrypted => Error(answer, ResponseCode.SessionUnknown, "No such session"u8),
            MessageVerdict.MalformedCredential => Error(answer, ResponseCode.InvalidCredential, "Invalid credential"u8),
            _ => Error(answer, ResponseCode.ProtocolError, "Invalid message body"u8),
        };
        if (scratch.Elsewhere) return true;
        requests.Add(transport, code);
        Finish(answer, code);
        return true;
    }

    /// <summary>Answers an error instead of what stands in the response: an answer that is too long for its transport.</summary>
    public void Replace(ReadOnlyMemory<byte> bytes, Scratch scratch, ResponseCode code, ReadOnlySpan<byte> text)
    {
        Message.TryRead(bytes, out Message? request);
        var answer = new Answering(request!.Envelope, request.Header, request.Signed.Span, scratch.Response.Clear(), VersionFor(request.Envelope));
        Begin(answer);
        Finish(answer, Error(answer, code, text));
    }

    /// <summary>A resolution outside of a session and without a credential, which nearly every request is, without an allocation.</summary>
    private bool TryAnswerPlain(ReadOnlySpan<byte> bytes, Transport transport, Scratch scratch, long begun)
    {
        if (!Envelope.TryRead(bytes, out Envelope envelope) || envelope.SessionId != 0 || (envelope.Flags & EnvelopeFlags.Encrypted) != 0) return false;
        ReadOnlySpan<byte> rest = bytes[Envelope.Size..];
        if (rest.Length != envelope.Length || rest.Length < Header.Size) return false;
        Header header = Header.Read(rest);
        if (header.OpCode != OpCode.Resolution || header.ResponseCode != ResponseCode.Request || header.BodyLength > rest.Length - Header.Size) return false;
        ReadOnlySpan<byte> signed = rest[..(Header.Size + (int)header.BodyLength)], tail = rest[signed.Length..];
        if (!(tail.IsEmpty || (tail.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(tail) == 0)) || !ResolutionQuestion.TryRead(signed[Header.Size..], out ResolutionQuestion question)) return false;
        var answer = new Answering(envelope, header, signed, scratch.Response.Clear(), VersionFor(envelope));
        Begin(answer);
        ResponseCode code = Resolve(answer, question, transport, scratch, begun);
        if (scratch.Elsewhere) return true;
        requests.Add(transport, code);
        Finish(answer, code);
        return true;
    }

    /// <summary>The lower of what the client suggests and what is spoken here.</summary>
    internal static ProtocolVersion VersionFor(in Envelope envelope)
    {
        ProtocolVersion asked = envelope.HasSuggestion ? envelope.Suggested : envelope.Version;
        if (asked.Major == 5) return new(2, 0);
        return asked.CompareTo(ProtocolVersion.Newest) > 0 ? ProtocolVersion.Newest : asked;
    }

    private ResponseCode Dispatch(in Answering answer, MessageBody body, Transport transport, Scratch scratch, long begun)
    {
        switch (body)
        {
            case ResolutionRequest when ResolutionQuestion.TryRead(answer.Signed[Header.Size..], out ResolutionQuestion question):
                return Resolve(answer, question, transport, scratch, begun);
            case HandleBody or EmptyBody when answer.Header.OpCode == OpCode.SiteInfo:
                answer.Response.Raw(site().ToArray());
                return ResponseCode.Success;
            default:
                return answer.Header.OpCode == OpCode.None
                    ? Error(answer, ResponseCode.ProtocolError, "Invalid op code"u8)
                    : Error(answer, ResponseCode.NotSupported, "Operation not supported here"u8);
        }
    }

    private ResponseCode Resolve(in Answering answer, in ResolutionQuestion question, Transport transport, Scratch scratch, long begun)
    {
        ResponseCode code;
        try
        {
            code = Resolve(answer, question, scratch);
        }
        catch (Exception fault) when (fault is RecordDamagedException or IOException)
        {
            LogFailed(fault, answer.Header.OpCode, answer.Envelope.RequestId);
            code = Error(answer, ResponseCode.Error, "The record cannot be read"u8);
        }

        if (!scratch.Elsewhere) counts.Add(CountedAs[(int)transport], question.Handle, code, begun);
        return code;
    }

    private ResponseCode Resolve(in Answering answer, in ResolutionQuestion question, Scratch scratch)
    {
        ReadOnlySpan<byte> asked = question.Handle;
        if (asked.Length is 0 or > HandleText.MaxBytes || !Utf8.IsValid(asked)) return Error(answer, ResponseCode.InvalidHandle, "Invalid handle"u8);
        ReadOnlySpan<byte> handle = asked.Contains((byte)'/') ? asked : [.. HandleText.PrefixHandles, .. asked];
        if (!store.IsHome(handle))
        {
            // The name 0 keeps a connection open and is nobody's.
            scratch.Elsewhere = scratch.MayAskElsewhere && (answer.Header.Flags & ByAnybody) == ByAnybody && !asked.SequenceEqual("0"u8);
            return scratch.Elsewhere ? ResponseCode.Request : Refer(answer, handle, scratch);
        }

        if (!store.TryRead(handle, scratch.Record, out RecordFrame record)) return Error(answer, ResponseCode.HandleNotFound, default);

        WireWriter response = answer.Response;
        int body = response.Length;
        response.Octets(asked);
        int countAt = response.Length;
        response.UInt32(0);
        ValueSelection selection = ValueFilter.Copy(record, question, (answer.Header.Flags & OpFlags.PublicOnly) != 0, response);
        if (selection.Forbidden is { } permissions)
        {
            response.Truncate(body);
            if (!permissions.HasFlag(ValuePermissions.AdminRead)) return Error(answer, ResponseCode.InsufficientPermission, default);
            return Error(answer, ResponseCode.AuthenticationNeeded, default); // Administration challenges in its place
        }

        if (selection.Copied == 0 && (record.ValueCount > 0 || !question.ForEverything))
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
        if (!answer.Header.Flags.HasFlag(OpFlags.DoNotRefer) && answer.Version.AtLeast(2, 5) && !HandleText.IsPrefixHandle(handle))
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
        if (answer.WantsDigest) answer.Response.Raw(RequestDigest.Of(answer.Signed, answer.Version));
    }

    private void Finish(in Answering answer, ResponseCode code)
    {
        WireWriter response = answer.Response;
        int body = response.Length - Head;
        response.UInt32(0); // no credential
        // The flag says that a digest is there; of a request that could not be read there is none.
        OpFlags echoed = answer.WantsDigest ? Echoed : Echoed & ~OpFlags.RequestDigest;
        OpFlags flags = (answer.Header.Flags & echoed) | OpFlags.Recursive | (site().IsPrimary ? OpFlags.Authoritative : OpFlags.None);
        var header = new Header(answer.Header.OpCode, code, flags, site().Serial, answer.Header.Recursion, (uint)clock.GetUtcNow().ToUnixTimeSeconds() + Validity, (uint)body);
        var envelope = new Envelope(answer.Version, EnvelopeFlags.None, ProtocolVersion.Newest, 0, answer.Envelope.RequestId, 0, response.Length - Envelope.Size);
        Span<byte> head = response.Patch(0, Head);
        envelope.Write(head);
        header.Write(head[Envelope.Size..]);
    }

    [LoggerMessage(6010, LogLevel.Error, "Request {RequestId} ({Operation}) failed")]
    private partial void LogFailed(Exception fault, OpCode operation, uint requestId);

    /// <summary>What is being answered.</summary>
    private readonly ref struct Answering(Envelope envelope, Header header, ReadOnlySpan<byte> signed, WireWriter response, ProtocolVersion version)
    {
        public Envelope Envelope { get; } = envelope;

        public Header Header { get; } = header;

        /// <summary>Header and body as they came; empty when they could not be read.</summary>
        public ReadOnlySpan<byte> Signed { get; } = signed;

        public WireWriter Response { get; } = response;

        public ProtocolVersion Version { get; } = version;

        public bool WantsDigest => (Header.Flags & OpFlags.RequestDigest) != 0 && Version.AtLeast(2, 1) && !Signed.IsEmpty;

        /// <summary>Where the body begins behind the digest.</summary>
        public int BodyAt => Head + (WantsDigest ? (Version.AtLeast(2, 7) ? 33 : 21) : 0);
    }
}
