using System.Buffers.Binary;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Tests.Protocol;

public sealed class HostileMessageTests
{
    private static readonly byte[][] Corpus = [.. Cases.Names.Select(Cases.Read)];

    [Fact]
    public void Every_truncation_is_judged()
    {
        foreach (byte[] bytes in Corpus)
        {
            for (int cut = 0; cut < bytes.Length; cut++)
            {
                Assert.NotEqual(MessageVerdict.Message, Message.TryRead(bytes.AsMemory(0, cut), out _));
                if (cut < Envelope.Size) continue;
                byte[] lying = bytes[..cut];
                BinaryPrimitives.WriteInt32BigEndian(lying.AsSpan(16), cut - Envelope.Size);
                Read(lying);
            }
        }
    }

    [Fact]
    public void Whatever_is_changed_in_a_message_it_is_judged_and_costs_little_memory()
    {
        var random = new Random(20261123);
        long largest = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = (byte[])Corpus[random.Next(Corpus.Length)].Clone();
            for (int change = random.Next(1, 5); change > 0; change--) Change(random, bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Read(bytes);
            largest = Math.Max(largest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(largest, 1, 32 * 1024);
    }

    [Theory]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0x80000000u)]
    [InlineData(2049u)]
    public void A_length_that_lies_anywhere_in_a_message_does_no_harm(uint lie)
    {
        foreach (byte[] bytes in Corpus)
        {
            for (int at = 0; at + 4 <= bytes.Length; at++)
            {
                byte[] lying = (byte[])bytes.Clone();
                BinaryPrimitives.WriteUInt32BigEndian(lying.AsSpan(at), lie);
                Read(lying);
            }
        }
    }

    [Fact]
    public void An_envelope_that_claims_too_much_is_none()
    {
        byte[] bytes = (byte[])Corpus[0].Clone();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), Envelope.MaxMessage + 1);
        Assert.Equal(MessageVerdict.NoEnvelope, Message.TryRead(bytes, out Message? message));
        Assert.Null(message);
    }

    private static void Change(Random random, byte[] bytes)
    {
        int at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = (byte)random.Next(256); break;
            case 2: bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Fill(0xFF); break;
            default: bytes.AsSpan(random.Next(bytes.Length - 8), 4).CopyTo(bytes.AsSpan(Math.Min(at, bytes.Length - 4))); break;
        }
    }

    private static void Read(byte[] bytes)
    {
        MessageVerdict verdict = Message.TryRead(bytes, out Message? message);
        Assert.Equal(verdict == MessageVerdict.NoEnvelope, message is null);
        if (verdict != MessageVerdict.Message) return;
        // What can be read can be written, and what was written reads the same again.
        byte[] written = message!.ToArray();
        Assert.Equal(MessageVerdict.Message, Message.TryRead(written, out Message? again));
        Assert.Equal(message.Header.OpCode, again!.Header.OpCode);
    }
}
