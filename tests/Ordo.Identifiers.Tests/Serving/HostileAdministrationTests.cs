using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Tests.Protocol;

namespace Ordo.Identifiers.Tests.Serving;

/// <summary>
/// Mutated messages of administration and sessions, through everything a server does with them. The short form is in every run; <c>ORDO_FUZZ_MESSAGES=1000000</c> is the long one.
/// </summary>
public sealed class HostileAdministrationTests : IAsyncLifetime
{
    private const int ShortForm = 20_000;
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];
    private NodeServer node = null!;

    public async ValueTask InitializeAsync() => node = await NodeServer.StartAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Whatever_is_changed_in_a_message_it_is_answered_or_passed_over_and_changes_no_record()
    {
        int messages = int.TryParse(Environment.GetEnvironmentVariable("ORDO_FUZZ_MESSAGES"), NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? asked : ShortForm;
        Administration administration = node.Server.Services.GetRequiredService<Administration>();
        Sessions sessions = node.Server.Services.GetRequiredService<Sessions>();
        byte[][] corpus = Corpus(sessions, out Session session);
        var random = new Random(20261127);
        var scratch = new Scratch();
        var codes = new HashSet<ResponseCode>();
        for (int i = 0; i < messages; i++)
        {
            byte[] bytes = (byte[])corpus[random.Next(corpus.Length)].Clone();
            for (int change = random.Next(1, 4); change > 0; change--) Change(random, bytes);
            // One in four is what somebody with the key of a session could send.
            if (i % 4 == 0) bytes = Sealed(bytes, session, random);
            // Time goes on, so that sessions and challenges end and others begin.
            if (i % 1000 == 0) node.Server.Time.Advance(TimeSpan.FromSeconds(1));
            byte[]? answer = await administration.AnswerAsync(bytes, Transport.Tcp, new IPAddress((uint)random.Next(1, 1000)), scratch);
            sessions.Use(session.Id);
            if (answer is null) continue;
            Assert.True(Envelope.TryRead(answer, out Envelope envelope), "An answer has an envelope.");
            if (envelope.Flags.HasFlag(EnvelopeFlags.Encrypted)) continue;
            Assert.True(Message.TryRead(answer.AsMemory(0, Envelope.Size + envelope.Length), out Message? message) == MessageVerdict.Message, Convert.ToHexStringLower(bytes));
            Assert.NotEqual(ResponseCode.Request, message!.Header.ResponseCode);
            Assert.NotEqual(ResponseCode.Error, message.Header.ResponseCode);
            codes.Add(message.Header.ResponseCode);
        }

        Assert.Equal(1, node.Store.Count);
        Assert.Equal(NodeServer.ExampleValues, node.Store.Find("88.999.1/SN1")!.Values);
        Assert.Superset(
            new HashSet<ResponseCode> { ResponseCode.Success, ResponseCode.ProtocolError, ResponseCode.AuthenticationNeeded, ResponseCode.ChallengeExpired, ResponseCode.InvalidSessionKey, ResponseCode.SessionUnknown, ResponseCode.NotResponsible },
            codes);
    }

    private static byte[][] Corpus(Sessions sessions, out Session session)
    {
        Message.TryRead(Cases.Read("S1"), out Message? setup);
        session = sessions.Agree((SessionSetupRequest)setup!.Body, ProtocolVersion.Newest, IPAddress.Loopback).Session!;
        // Somebody who is known but has no right to anything.
        session.Identity = new("88.999.9/NOBODY", 300);
        var corpus = new List<byte[]>([.. Cases.Names.Select(Cases.Read).Where(bytes => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(24)) == 0)]);
        foreach (byte[] plain in corpus.ToArray())
        {
            byte[] inside = (byte[])plain.Clone();
            BinaryPrimitives.WriteUInt32BigEndian(inside.AsSpan(4), session.Id);
            corpus.Add(inside);
            corpus.Add(Seals.Encrypt(inside, session.Key));
        }

        return [.. corpus];
    }

    private static byte[] Sealed(byte[] bytes, Session session, Random random)
    {
        if (Message.TryRead(bytes, out _) != MessageVerdict.Message) return bytes;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), session.Id);
        byte[] certain = Seals.WithMac(bytes, Responder.VersionFor(EnvelopeOf(bytes)), random.Next(8) == 0 ? Key : session.Key, (uint)random.Next());
        return random.Next(2) == 0 ? certain : Seals.Encrypt(certain, session.Key);
    }

    private static Envelope EnvelopeOf(byte[] bytes)
    {
        Envelope.TryRead(bytes, out Envelope envelope);
        return envelope;
    }

    private static void Change(Random random, byte[] bytes)
    {
        int at = random.Next(bytes.Length);
        switch (random.Next(5))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = (byte)random.Next(256); break;
            case 2: bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Fill(0xFF); break;
            case 3: bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Clear(); break;
            default: bytes.AsSpan(random.Next(bytes.Length - 8), 4).CopyTo(bytes.AsSpan(Math.Min(at, bytes.Length - 4))); break;
        }
    }
}
