using System.Net;
using System.Security.Cryptography;
using Ordo.Identifiers.Changes;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Recursion;
using Ordo.Identifiers.Registration;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// Administration over the Handle protocol: create, delete, add, modify, remove, list, and reading what is not public. What is wrong in any case is answered at once; else the
/// request is kept and its sender challenged, and what the answer proves is looked up in the HS_ADMIN values of the record at the moment of the change. Inside a session that is
/// proven once. Everything that carries or wants a MAC, a signature or encryption passes here as well.
/// </summary>
internal sealed class Administration(
    Responder responder, HandleStore store, ChangeTrail trail, Challenges challenges, Sessions sessions, NodeKey key, RequestCounts requests, RecursiveResolver recursion, Identities identities, AdminRights rights, CostlyWork costly,
    Func<SiteInfo> site, IdentifiersOptions options, TimeProvider clock)
{
    private const int NamesPerMessage = 50;
    private const uint Validity = 43_200;
    private const OpFlags Echoed = OpFlags.Certify | OpFlags.Encrypt | OpFlags.CacheCertify | OpFlags.PublicOnly | OpFlags.DoNotRefer | OpFlags.RequestDigest;

    /// <summary>Whether a message needs more than to be looked up.</summary>
    /// <param name="message">Envelope and message.</param>
    public static bool IsFor(ReadOnlySpan<byte> message)
    {
        if (!Envelope.TryRead(message, out Envelope envelope)) return false;
        if (envelope.SessionId != 0 || envelope.Flags.HasFlag(EnvelopeFlags.Encrypted)) return true;
        if (message.Length < Envelope.Size + Header.Size) return false;
        Header header = Header.Read(message[Envelope.Size..]);
        if (header.ResponseCode != ResponseCode.Request) return false;
        if ((header.Flags & OpFlags.Certify) != 0) return true;
        return header.OpCode is OpCode.SessionSetup or OpCode.SessionTerminate or OpCode.KeyExchange or OpCode.CreateHandle or OpCode.DeleteHandle or OpCode.AddValues or OpCode.RemoveValues or OpCode.ModifyValues or OpCode.ListHandles or OpCode.ChallengeAnswer
            or OpCode.HomePrefix or OpCode.UnhomePrefix or OpCode.ListHomedPrefixes || (header.OpCode == OpCode.Resolution && !header.Flags.HasFlag(OpFlags.PublicOnly));
    }

    /// <summary>The answer: one message, or several of a list.</summary>
    /// <param name="bytes">Envelope and message; it is kept.</param>
    /// <returns><c>null</c> when nothing is to be answered.</returns>
    public async Task<byte[]?> AnswerAsync(byte[] bytes, Transport transport, IPAddress from, Scratch scratch)
    {
        if (!Envelope.TryRead(bytes, out Envelope envelope)) return null;
        Session? session = envelope.SessionId == 0 ? null : sessions.Use(envelope.SessionId);
        if (envelope.Flags.HasFlag(EnvelopeFlags.Encrypted))
        {
            if (session is null || bytes.Length != Envelope.Size + envelope.Length) return Counted(transport, Refused(envelope, ResponseCode.SessionUnknown, "No such session"));
            if (Seals.Decrypt(bytes, session.Key) is not { } plain) return Counted(transport, Refused(envelope, ResponseCode.InvalidSessionKey, "The message cannot be decrypted"));
            bytes = plain;
        }

        MessageVerdict verdict = Message.TryRead(bytes, out Message? request);
        if (request is null || request.Header.ResponseCode != ResponseCode.Request) return null;
        if (verdict == MessageVerdict.Message && RefusedBy(request, session) is { } refused) return Counted(transport, Write(request, Responder.VersionFor(envelope), envelope.RequestId, refused));
        byte[]? answer = await AnswerAsync(bytes, verdict, request, session, transport, from, scratch);
        return answer is null ? null : await SealAsync(answer, request, session);
    }

    /// <summary>What the request says, once it is known to be its sender's.</summary>
    private async Task<byte[]?> AnswerAsync(byte[] bytes, MessageVerdict verdict, Message request, Session? session, Transport transport, IPAddress from, Scratch scratch)
    {
        ProtocolVersion version = Responder.VersionFor(request.Envelope);
        uint requestId = request.Envelope.RequestId;
        if (verdict == MessageVerdict.Message)
        {
            switch (request.Body)
            {
                case SessionSetupRequest setup:
                    return Counted(transport, await OpenAsync(request, setup, version, from));
                case KeyExchangeRequest:
                    return Counted(transport, Write(request, version, requestId, Outcome.Error(ResponseCode.SessionFailed, "Sessions are set up with Diffie-Hellman here")));
                case HandleBody or EmptyBody when request.Header.OpCode == OpCode.SessionTerminate:
                    if (session is null) return Counted(transport, Write(request, version, requestId, Outcome.Error(ResponseCode.SessionUnknown, "No such session")));
                    sessions.Close(session);
                    return Counted(transport, Write(request, version, requestId, Outcome.Done));
                case ChallengeAnswer answer:
                    return Counted(transport, await FinishAsync(request, answer, version, session, transport, from));
                case ValuesBody or RemoveRequest:
                case HandleBody when request.Header.OpCode is OpCode.DeleteHandle or OpCode.ListHandles || IsForTheServer(request.Header.OpCode):
                case EmptyBody when request.Header.OpCode == OpCode.ListHomedPrefixes:
                    Outcome obvious = Obvious(request);
                    if (obvious.Code != ResponseCode.Success) return Counted(transport, Write(request, version, requestId, obvious));
                    return Counted(transport, session?.Identity is { } known ? await PerformAsync(request, version, requestId, known, transport, from) : ChallengeOf(request, version, from, session));
            }
        }

        if (!responder.Answer(bytes, transport, scratch, hereOnly: !recursion.Allows(from))) return null;
        if (scratch.Elsewhere) return await recursion.AnswerAsync(bytes, transport);
        byte[] plain = scratch.Response.Written.ToArray();
        if (request.Body is not ResolutionRequest resolution || Header.Read(plain.AsSpan(Envelope.Size)).ResponseCode != ResponseCode.AuthenticationNeeded) return plain;
        return session?.Identity is { } identity ? Write(request, version, requestId, Read(resolution, identity)) : ChallengeOf(request, version, from, session);
    }

    /// <summary>Whether an operation is about the server and not about a record.</summary>
    private static bool IsForTheServer(OpCode operation) => operation is OpCode.HomePrefix or OpCode.UnhomePrefix or OpCode.ListHomedPrefixes;

    /// <summary>Why a request is not its sender's: no such session, a MAC that is missing or wrong, a message that came before.</summary>
    private static Outcome? RefusedBy(Message request, Session? session)
    {
        if (request.Envelope.SessionId == 0) return null;
        bool answers = request.Header.OpCode == OpCode.ChallengeAnswer;
        if (session is null) return answers ? null : Outcome.Error(ResponseCode.SessionUnknown, "No such session"); // a challenge has a number without a session
        if (request.Credential is null) return answers ? null : Outcome.Error(ResponseCode.InvalidCredential, "The MAC of the session is missing");
        if (!Seals.IsMacRight(request, Responder.VersionFor(request.Envelope), session.Key)) return Outcome.Error(ResponseCode.InvalidSessionKey, "The MAC is wrong");
        return session.Accepts(request.Credential.Counter) ? null : Outcome.Error(ResponseCode.SessionReplay, "The message came before");
    }

    private async Task<byte[]> OpenAsync(Message request, SessionSetupRequest setup, ProtocolVersion version, IPAddress from)
    {
        uint requestId = request.Envelope.RequestId;
        // Before 2.7 sessions need DES, or MACs that the reference software itself takes wrongly.
        if (setup.Mode != KeyExchangeMode.DiffieHellman || !version.AtLeast(2, 7)) return Write(request, version, requestId, Outcome.Error(ResponseCode.SessionFailed, "Sessions are set up with Diffie-Hellman from version 2.7 on"));
        if (request.Envelope.SessionId != 0) return Write(request, version, requestId, Outcome.Error(ResponseCode.InvalidSessionSetup, "A session is not set up inside a session"));
        (Session? session, PublicKeyData? ours, ResponseCode code) = await costly.RunAsync(() => sessions.Agree(setup, version, from), (null, null, ResponseCode.TooBusy));
        if (session is null) return Write(request, version, requestId, Outcome.Error(code, code == ResponseCode.TooBusy ? "Too many sessions are open" : "The public key is no half of a Diffie-Hellman agreement of 1024 to 2048 bits"));
        const uint aes = 3;
        byte[] data = new WireWriter(512).UInt32(aes).Raw(ours!.ToArray()).ToArray();
        return Write(request, version, requestId, new(ResponseCode.Success, new SessionSetupResponse(KeyExchangeMode.DiffieHellman, data)), session: session.Id);
    }

    /// <summary>Gives every message of an answer what its request asks for: inside a session its number, a MAC, encryption; outside a signature.</summary>
    private async Task<byte[]> SealAsync(byte[] answer, Message request, Session? session)
    {
        // As the answer says, because what is answered to a proof is the request before it.
        OpFlags flags = Header.Read(answer.AsSpan(Envelope.Size)).Flags;
        bool certify = (flags & OpFlags.Certify) != 0;
        if (session is null) return certify ? await costly.RunAsync(() => Each(answer, message => Seals.WithSignature(message, Responder.VersionFor(request.Envelope), key)), answer) : answer;
        return Each(answer, message =>
        {
            byte[] inside = message.ToArray();
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(inside.AsSpan(4), session.Id);
            bool encrypt = (flags & OpFlags.Encrypt) != 0 || HoldsHidden(inside);
            if (certify) inside = Seals.WithMac(inside, session.Version, session.Key, session.Next());
            return encrypt ? Seals.Encrypt(inside, session.Key) : inside;
        });

        static byte[] Each(byte[] messages, Func<ReadOnlyMemory<byte>, byte[]> seal)
        {
            using var stream = new MemoryStream();
            for (int at = 0; Envelope.TryRead(messages.AsSpan(at), out Envelope envelope); at += Envelope.Size + envelope.Length) stream.Write(seal(messages.AsMemory(at, Envelope.Size + envelope.Length)));
            return stream.ToArray();
        }
    }

    /// <summary>Whether an answer holds a value that not everybody may read; from 2.8 on it is encrypted.</summary>
    private static bool HoldsHidden(byte[] answer) =>
        Message.TryRead(answer, out Message? message) == MessageVerdict.Message && Responder.VersionFor(message!.Envelope).AtLeast(2, 8)
        && message.Header.OpCode == OpCode.Resolution && message.Body is ValuesBody values && values.Values.Any(value => !value.Permissions.HasFlag(ValuePermissions.PublicRead));

    /// <summary>An answer to what cannot be read, outside of every session.</summary>
    private byte[] Refused(in Envelope envelope, ResponseCode code, string text) =>
        Write(new(envelope, default(Header) with { Flags = OpFlags.None }, null, EmptyBody.Instance, null), Responder.VersionFor(envelope), envelope.RequestId, Outcome.Error(code, text));

    private byte[] Counted(Transport transport, byte[] answer)
    {
        requests.Add(transport, Header.Read(answer.AsSpan(Envelope.Size)).ResponseCode);
        return answer;
    }

    /// <summary>What anybody may be told: that the record is not here, that it is there already, that the request makes no sense.</summary>
    private Outcome Obvious(Message request)
    {
        Octets handle = HandleOf(request.Body);
        if (request.Header.OpCode == OpCode.ListHomedPrefixes) return Outcome.Done;
        if (handle.Length is 0 or > HandleText.MaxBytes || handle.AsText() is not { } name) return Outcome.Error(ResponseCode.InvalidHandle, "Invalid handle");
        if (IsForTheServer(request.Header.OpCode)) return HandleText.IsPrefixHandle(handle.Span) && HandleText.CanBeHome(HandleText.Bare(handle)) ? Outcome.Done : Outcome.Error(ResponseCode.InvalidHandle, "Invalid handle");
        if (request.Header.OpCode == OpCode.ListHandles)
            return store.IsHome([.. HandleText.Bare(handle).Span, (byte)'/']) ? Outcome.Done : Outcome.Error(ResponseCode.NotResponsible, "That prefix doesn't live here");
        if (!store.IsHome(handle.Span)) return Outcome.Error(ResponseCode.NotResponsible, "That prefix doesn't live here");
        bool mints = request.Header.Flags.HasFlag(OpFlags.MintNewSuffix);
        if (request.Header.OpCode == OpCode.CreateHandle && !mints && (!name.Contains('/', StringComparison.Ordinal) || name[^1] == '/' || name.Length > options.MaxHandleCharacters))
            return Outcome.Error(ResponseCode.InvalidHandle, "Invalid handle");
        ChangeDecision decision = Decide(request, mints ? null : store.Find(handle), 0);
        return decision.Code == ResponseCode.Success ? Outcome.Done : Outcome.Error(decision.Code, decision.Text);
    }

    private byte[] ChallengeOf(Message request, ProtocolVersion version, IPAddress from, Session? session)
    {
        bool old = !version.AtLeast(2, 1);
#pragma warning disable CA5351 // clients below 2.1 know nothing else
        byte[] digest = old ? MD5.HashData(request.Signed.Span) : RequestDigest.Of(request.Signed.Span, version);
#pragma warning restore CA5351
        if (challenges.Issue(request, version, old ? digest : digest[1..], from, session?.Id ?? 0) is not { } challenge) return Write(request, version, request.Envelope.RequestId, Outcome.Error(ResponseCode.TooBusy, "Too many challenges are open"));
        OpFlags flags = FlagsOf(request) & ~OpFlags.RequestDigest;
        return new Message(
            EnvelopeOf(version, challenge.SessionId, request.Envelope.RequestId), HeaderOf(request, ResponseCode.AuthenticationNeeded, old ? flags : flags | OpFlags.RequestDigest), old ? default(Octets?) : new Octets(digest),
            new ChallengeBody(challenge.Nonce, old ? new Octets(digest) : default(Octets?)), null).ToArray();
    }

    private async Task<byte[]> FinishAsync(Message message, ChallengeAnswer answer, ProtocolVersion version, Session? session, Transport transport, IPAddress from)
    {
        uint requestId = message.Envelope.RequestId;
        if (challenges.Take(message.Envelope.SessionId) is not { } challenge) return Write(message, version, requestId, Outcome.Error(ResponseCode.ChallengeExpired, "Challenge expired"));
        if (await IdentityOfAsync(answer, challenge) is not { } identity) return Write(challenge.Request, challenge.Version, requestId, Outcome.Error(ResponseCode.AuthenticationFailed, "Authentication failed"));
        if (session is not null) session.Identity = identity;
        return await PerformAsync(challenge.Request, challenge.Version, requestId, identity, transport, from);
    }

    private async Task<byte[]> PerformAsync(Message request, ProtocolVersion version, uint requestId, ValueReference identity, Transport transport, IPAddress from)
    {
        if (request.Body is ResolutionRequest resolution) return Write(request, version, requestId, Read(resolution, identity));
        var who = Changer.Of(identity, transport switch { Transport.Udp => "udp", Transport.Tcp => "tcp", _ => "http" }, from);
        if (IsForTheServer(request.Header.OpCode)) return await ServeAsync(request, version, requestId, identity, who);
        if (request.Header.OpCode == OpCode.ListHandles)
        {
            Octets prefix = HandleText.Bare(HandleOf(request.Body));
            return rights.MayList(prefix.Span, identity) ? List(request, version, requestId, store.List(prefix.Span, 0, int.MaxValue, out _)) : Write(request, version, requestId, Outcome.Error(ResponseCode.NotAuthorized, ""));
        }

        return Write(request, version, requestId, await ChangeAsync(request, identity, who));
    }

    private async Task<Outcome> ChangeAsync(Message request, ValueReference identity, Changer who)
    {
        Octets handle = HandleOf(request.Body);
        if (request.Header.OpCode == OpCode.CreateHandle && request.Header.Flags.HasFlag(OpFlags.MintNewSuffix))
            handle = handle + (handle.Span.Contains((byte)'/') ? "" : "/") + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
        uint now = (uint)clock.GetUtcNow().ToUnixTimeSeconds();
        try
        {
            ChangeDecision decision = await trail.ChangeAsync(who, handle, old =>
            {
                ChangeDecision wanted = Decide(request, old, now);
                if (wanted.Code != ResponseCode.Success) return wanted;
                return rights.Refusal(request.Header.OpCode, handle, old, wanted.Values, identity) is { } refused ? new(refused) : wanted;
            });
            if (decision.Code != ResponseCode.Success) return Outcome.Error(decision.Code, decision.Text);
            return request.Header.OpCode == OpCode.CreateHandle ? new(ResponseCode.Success, new HandleBody(handle)) : Outcome.Done;
        }
        catch (IOException)
        {
            return Outcome.Error(ResponseCode.ReadOnly, "The store takes no changes now");
        }
    }

    private static ChangeDecision Decide(Message request, StoredRecord? old, uint now)
    {
        // An enterprise's identifier is changed where its life is kept, and never deleted.
        if (old is not null && LifeCycle.StateOf(old.Values) is not null && !(request.Header.OpCode == OpCode.CreateHandle && !request.Header.Flags.HasFlag(OpFlags.Overwrite))) return new(ResponseCode.InsufficientPermission);
        bool overwrite = request.Header.Flags.HasFlag(OpFlags.Overwrite);
        return (request.Header.OpCode, request.Body) switch
        {
            (OpCode.CreateHandle, ValuesBody create) => RecordChanges.Fault(create.Values) ?? RecordChanges.Create(old, create.Values, overwrite, now),
            (OpCode.AddValues, ValuesBody add) => RecordChanges.Fault(add.Values) ?? RecordChanges.Add(old, add.Values, overwrite, now),
            (OpCode.ModifyValues, ValuesBody modify) => RecordChanges.Fault(modify.Values) ?? RecordChanges.Modify(old, modify.Values, now),
            (OpCode.RemoveValues, RemoveRequest remove) => RecordChanges.Remove(old, remove.Indexes.ToHashSet()),
            (OpCode.DeleteHandle, _) => RecordChanges.Delete(old),
            _ => new(ResponseCode.ProtocolError),
        };
    }

    private Outcome Read(ResolutionRequest request, ValueReference identity)
    {
        Octets asked = request.Handle.Span.Contains((byte)'/') ? request.Handle : (byte[])[.. HandleText.PrefixHandles, .. request.Handle.Span];
        if (store.Find(asked) is not { } record) return Outcome.Error(ResponseCode.HandleNotFound, "");
        if (!rights.Of(identity, record.Values).HasFlag(AdminPermissions.AuthorizedRead)) return Outcome.Error(ResponseCode.NotAuthorized, "");
        HandleValue[] selected = [.. record.Values.Where(value => (request.Indexes.Count == 0 && request.Types.Count == 0) || request.Indexes.Contains(value.Index)
            || request.Types.Any(type => ValueTypes.Matches(type.Span, value.Type.Span)))];
        if (selected.Any(value => (value.Permissions & (ValuePermissions.AdminRead | ValuePermissions.PublicRead)) == 0)) return Outcome.Error(ResponseCode.InsufficientPermission, "");
        return selected.Length == 0 ? Outcome.Error(ResponseCode.ValuesNotFound, "") : new(ResponseCode.Success, new ValuesBody(request.Handle, selected));
    }

    /// <summary>Prefixes that are at home here; only administrators of the server.</summary>
    private async Task<byte[]> ServeAsync(Message request, ProtocolVersion version, uint requestId, ValueReference identity, Changer who)
    {
        if (!rights.IsServerAdministrator(identity)) return Write(request, version, requestId, Outcome.Error(ResponseCode.NotAuthorized, ""));
        if (request.Header.OpCode == OpCode.ListHomedPrefixes) return List(request, version, requestId, [.. store.HomePrefixes.Order(StringComparer.Ordinal).Select(prefix => (Octets)("0.NA/" + prefix))]);
        try
        {
            await trail.SetHomeAsync(who, HandleText.Bare(HandleOf(request.Body)), request.Header.OpCode == OpCode.HomePrefix);
            return Write(request, version, requestId, Outcome.Done);
        }
        catch (IOException)
        {
            return Write(request, version, requestId, Outcome.Error(ResponseCode.ReadOnly, "The store takes no changes now"));
        }
    }

    private byte[] List(Message request, ProtocolVersion version, uint requestId, IReadOnlyList<Octets> names)
    {
        if (names.Count == 0) return Write(request, version, requestId, new(ResponseCode.Success, new ListBody([])));
        using var stream = new MemoryStream();
        for (int at = 0; at < names.Count; at += NamesPerMessage)
        {
            Octets[] chunk = [.. names.Skip(at).Take(NamesPerMessage)];
            stream.Write(Write(request, version, requestId, new(ResponseCode.Success, new ListBody(chunk)), at + NamesPerMessage < names.Count ? OpFlags.Continuous : OpFlags.None));
        }

        return stream.ToArray();
    }

    /// <summary>Who the answer proves its sender to be.</summary>
    private async Task<ValueReference?> IdentityOfAsync(ChallengeAnswer answer, Challenge challenge)
    {
        bool secret = answer.AuthenticationType.Is(ValueTypes.SecretKey), signed = answer.AuthenticationType.Is(ValueTypes.PublicKey);
        if (!secret && !signed) return null;
        IReadOnlyList<HandleValue> keys = identities.KeysOf(new(answer.UserHandle, answer.UserIndex), secret ? ValueTypes.SecretKey : ValueTypes.PublicKey);
        return await costly.RunAsync(() => keys.Where(key => secret
            ? Proofs.BySecret(answer.Answer.Memory, key.Data.Span, challenge.Nonce, challenge.Digest, !challenge.Version.AtLeast(2, 1))
            : Proofs.ByPublicKey(answer.Answer.Memory, key.Data.Memory, challenge.Nonce, challenge.Digest)).Select(key => (ValueReference?)new ValueReference(answer.UserHandle, key.Index)).FirstOrDefault(), null);
    }

    private byte[] Write(Message request, ProtocolVersion version, uint requestId, Outcome outcome, OpFlags more = OpFlags.None, uint session = 0)
    {
        ResponseCode code = version.AtLeast(2, 5) ? outcome.Code : outcome.Code switch
        {
            ResponseCode.ReadOnly => ResponseCode.PrefixReferral, // what 7 was called before
            ResponseCode.InvalidValue => ResponseCode.ValueExists,
            _ => outcome.Code,
        };
        bool digest = request.Header.Flags.HasFlag(OpFlags.RequestDigest) && version.AtLeast(2, 1);
        return new Message(
            EnvelopeOf(version, session, requestId), HeaderOf(request, code, FlagsOf(request) | more), digest ? new Octets(RequestDigest.Of(request.Signed.Span, version)) : default(Octets?), outcome.Body, null).ToArray();
    }

    private static Envelope EnvelopeOf(ProtocolVersion version, uint session, uint requestId) => new(version, EnvelopeFlags.None, ProtocolVersion.Newest, session, requestId, 0, 0);

    private Header HeaderOf(Message request, ResponseCode code, OpFlags flags) =>
        new(request.Header.OpCode, code, flags, site().Serial, request.Header.Recursion, (uint)clock.GetUtcNow().ToUnixTimeSeconds() + Validity, 0);

    private OpFlags FlagsOf(Message request) => (request.Header.Flags & Echoed) | OpFlags.Recursive | (site().IsPrimary ? OpFlags.Authoritative : OpFlags.None);

    private static Octets HandleOf(MessageBody body) => body switch
    {
        ValuesBody values => values.Handle,
        RemoveRequest remove => remove.Handle,
        HandleBody name => name.Handle,
        _ => Octets.Empty,
    };

    /// <summary>How an operation ended.</summary>
    private readonly record struct Outcome(ResponseCode Code, MessageBody Body)
    {
        public static Outcome Done => new(ResponseCode.Success, EmptyBody.Instance);

        public static Outcome Error(ResponseCode code, string text) => new(code, new ErrorBody(text));
    }
}
