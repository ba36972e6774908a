using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ordo.Operations.Alarms;

/// <summary>
/// The journal's hash chain: every event carries SHA-256 over the hash before it and all it says. Who changes, removes or slips in an event must
/// rewrite everything after it, and then the last hash is another one than was written down elsewhere.
/// </summary>
/// <remarks>
/// Bytes: the previous hash (32 zeros for the first), then each field in the order of <see cref="Next"/>: whole numbers as 64-bit little-endian, doubles by their
/// bits, times as milliseconds, texts as UTF-8 behind their length in bytes, and in front of what can be missing 0 or 1. Never changed: what is written must
/// still verify. docs/decisions/0042 draws it.
/// </remarks>
public static class JournalChain
{
    public const int HashLength = 32;

    public static readonly byte[] Beginning = new byte[HashLength];

    /// <param name="previous">Hash of the event before.</param>
    /// <param name="happened">With its id; its own hash is not looked at.</param>
    public static byte[] Next(byte[] previous, AlarmEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Span<byte> fixedPart = stackalloc byte[8 * 9];
        long[] numbers =
        [
            happened.Id, happened.AlarmId, happened.DefinitionId, (long)happened.Stimulus, (long)happened.Cause, (long)happened.From, (long)happened.To,
            happened.Time.ToUnixTimeMilliseconds(), happened.Recorded.ToUnixTimeMilliseconds(),
        ];
        for (int i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(fixedPart[(8 * i)..], numbers[i]);
        hash.AppendData(fixedPart);
        Append(hash, happened.Value is { } value ? BitConverter.DoubleToInt64Bits(value) : null);
        Append(hash, happened.Limit is { } limit ? BitConverter.DoubleToInt64Bits(limit) : null);
        Append(hash, happened.Actor);
        Append(hash, happened.ActorId);
        Append(hash, happened.Comment);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, long? number)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = number is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], number ?? 0);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, string? text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text ?? "");
        Append(hash, text is null ? null : (long)bytes.Length);
        hash.AppendData(bytes);
    }
}
