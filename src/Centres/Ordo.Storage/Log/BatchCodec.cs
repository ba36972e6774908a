using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;

namespace Ordo.Storage.Log;

/// <summary>
/// Writes the samples of a batch as they stand in the log: small because the disk must take them before anybody is answered, quick because
/// they are read again only after a crash. A line of ten fields costs about five bytes and two to five bytes a value.
/// </summary>
/// <remarks>
/// <code>
/// payload   = count varint | flags u8 | row* | quality run* (flag 1) | kinds: ceil(count / 2) bytes | values
/// row       = samples varint × 2 + kind | first series zigzag (less the one expected) | first time zigzag (less the row's before)
///             kind 0: the same time, series rising by one     kind 1: the same series, + interval zigzag
/// run       = samples varint | quality u16
/// kinds     = four bits a sample, the even sample in the low half; see <see cref="Kind"/>
/// </code>
/// </remarks>
internal static class BatchCodec
{
    private const byte HasQualities = 1;
    private static readonly double[] Powers = [1, 10, 100, 1_000, 10_000];

    // Numbers are on disk. Name: decimals behind the point, bytes of the integer.
    private enum Kind : byte
    {
        Zero = 0,
        Decimal0Bytes1 = 1,
        Decimal0Bytes2 = 2,
        Decimal0Bytes3 = 3,
        Decimal0Bytes4 = 4,
        Decimal1Bytes2 = 5,
        Decimal1Bytes3 = 6,
        Decimal2Bytes2 = 7,
        Decimal2Bytes3 = 8,
        Decimal2Bytes4 = 9,
        Decimal3Bytes3 = 10,
        Decimal3Bytes4 = 11,
        Decimal4Bytes4 = 12,
        Decimal1Bytes4 = 13,
        Single = 14,
        Raw = 15,
    }

    private static ReadOnlySpan<byte> DecimalsOf => [0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 1, 0, 0];

    private static ReadOnlySpan<byte> BytesOf => [0, 1, 2, 3, 4, 2, 3, 2, 3, 4, 3, 4, 4, 4, 4, 8];

    public static void Write(ReadOnlySpan<int> series, ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<SampleQuality> qualities, ByteWriter to)
    {
        bool allGood = !MemoryMarshal.Cast<SampleQuality, ushort>(qualities).ContainsAnyExcept((ushort)0);
        to.VarInt((ulong)series.Length);
        to.Byte(allGood ? (byte)0 : HasQualities);
        WriteRows(series, times, to);
        if (!allGood) WriteQualities(qualities, to);
        WriteValues(values, to);
    }

    /// <summary>Reads a payload into columns, which are cleared first.</summary>
    public static void Read(ReadOnlySpan<byte> payload, Batch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        var reader = new ByteReader(payload);
        int count = reader.Count(payload.Length * 128); // a run of a thousand samples may take a few bytes, but never none
        byte flags = reader.Byte();
        into.Clear();
        into.Reserve(count, out Span<int> series, out Span<long> times, out Span<double> values, out Span<SampleQuality> qualities);
        try
        {
            ReadRows(ref reader, series, times);
            if ((flags & HasQualities) != 0) ReadQualities(ref reader, qualities);
            else qualities.Clear();
            ReadValues(reader.Bytes((count + 1) / 2), ref reader, values);
        }
        catch
        {
            into.Clear(); // half of it means nothing
            throw;
        }
    }

    private static void WriteRows(ReadOnlySpan<int> series, ReadOnlySpan<long> times, ByteWriter to)
    {
        int expectedSeries = 0;
        long lastTime = 0;
        for (int start = 0; start < series.Length;)
        {
            int end = start + 1;
            long interval = 0;
            bool isRun = end < series.Length && series[end] == series[start];
            if (isRun)
            {
                interval = unchecked(times[end] - times[start]);
                while (end < series.Length && series[end] == series[start] && unchecked(times[end] - times[end - 1]) == interval) end++;
            }
            else
            {
                while (end < series.Length && series[end] == series[end - 1] + 1 && times[end] == times[start]) end++;
            }

            to.VarInt((ulong)(end - start) << 1 | (isRun ? 1UL : 0));
            to.ZigZag((long)series[start] - expectedSeries);
            to.ZigZag(unchecked(times[start] - lastTime));
            if (isRun) to.ZigZag(interval);
            lastTime = times[start];
            expectedSeries = series[end - 1] + 1;
            start = end;
        }
    }

    private static void ReadRows(ref ByteReader reader, Span<int> series, Span<long> times)
    {
        long expectedSeries = 0;
        long lastTime = 0;
        for (int start = 0; start < series.Length;)
        {
            ulong head = reader.VarInt();
            ulong samples = head >> 1;
            if (samples == 0 || samples > (ulong)(series.Length - start)) throw new InvalidDataException("A row is longer than its batch.");
            bool isRun = (head & 1) != 0;
            long firstSeries = expectedSeries + reader.ZigZag();
            if (firstSeries < 0 || firstSeries + (isRun ? 0 : (long)samples - 1) > int.MaxValue) throw new InvalidDataException("A series number is out of range.");
            lastTime = unchecked(lastTime + reader.ZigZag());
            long interval = isRun ? reader.ZigZag() : 0;
            Span<int> rowSeries = series.Slice(start, (int)samples);
            Span<long> rowTimes = times.Slice(start, (int)samples);
            if (isRun)
            {
                rowSeries.Fill((int)firstSeries);
                for (int i = 0; i < rowTimes.Length; i++) rowTimes[i] = unchecked(lastTime + (i * interval));
            }
            else
            {
                rowTimes.Fill(lastTime);
                for (int i = 0; i < rowSeries.Length; i++) rowSeries[i] = (int)firstSeries + i;
            }

            start += (int)samples;
            expectedSeries = (long)series[start - 1] + 1;
        }
    }

    private static void WriteQualities(ReadOnlySpan<SampleQuality> qualities, ByteWriter to)
    {
        for (int start = 0; start < qualities.Length;)
        {
            int end = start + 1;
            while (end < qualities.Length && qualities[end] == qualities[start]) end++;
            to.VarInt((ulong)(end - start));
            to.UInt16(qualities[start].Raw);
            start = end;
        }
    }

    private static void ReadQualities(ref ByteReader reader, Span<SampleQuality> qualities)
    {
        for (int start = 0; start < qualities.Length;)
        {
            int samples = reader.Count(qualities.Length - start);
            if (samples == 0) throw new InvalidDataException("A run of qualities is empty.");
            qualities.Slice(start, samples).Fill(new(reader.UInt16()));
            start += samples;
        }
    }

    private static void WriteValues(ReadOnlySpan<double> values, ByteWriter to)
    {
        int kindBytes = (values.Length + 1) / 2;
        Span<byte> room = to.Reserve(kindBytes + (values.Length * 8) + 8);
        Span<byte> kinds = room[..kindBytes];
        kinds.Clear();
        int at = kindBytes;
        int decimals = 0; // neighbours in a message are mostly written with the same number of decimals
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            Kind kind = TryDecimal(value, ref decimals, out int scaled) ? KindOf(decimals, scaled) : Kind.Raw;
            if (kind != Kind.Raw)
            {
                MemoryMarshal.Write(room[at..], scaled);
            }
            else if (BitConverter.DoubleToUInt64Bits((float)value) == BitConverter.DoubleToUInt64Bits(value) && !double.IsNaN(value))
            {
                kind = Kind.Single;
                MemoryMarshal.Write(room[at..], (float)value);
            }
            else
            {
                MemoryMarshal.Write(room[at..], value);
            }

            at += BytesOf[(int)kind];
            kinds[i >> 1] |= (byte)((int)kind << ((i & 1) * 4));
        }

        to.Advance(at);
    }

    /// <summary>Whether the value is exactly an integer of at most 31 bits over a power of ten: bit for bit what the division gives back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryDecimal(double value, ref int decimals, out int scaled)
    {
        if (IsDecimal(value, decimals, out scaled)) return true;
        return TryOtherDecimals(value, ref decimals, out scaled);
    }

    private static bool TryOtherDecimals(double value, ref int decimals, out int scaled)
    {
        for (int other = 0; other < Powers.Length; other++)
        {
            if (other == decimals || !IsDecimal(value, other, out scaled)) continue;
            decimals = other;
            return true;
        }

        scaled = 0;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsDecimal(double value, int decimals, out int scaled)
    {
        double power = Powers[decimals];
        scaled = (int)Math.Round(value * power); // saturates, NaN gives 0: the comparison below decides
        return BitConverter.DoubleToUInt64Bits(scaled / power) == BitConverter.DoubleToUInt64Bits(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Kind KindOf(int decimals, int scaled)
    {
        int bytes = scaled == (sbyte)scaled ? 1 : scaled == (short)scaled ? 2 : scaled == scaled << 8 >> 8 ? 3 : 4;
        return decimals switch
        {
            0 => scaled == 0 ? Kind.Zero : Kind.Zero + (byte)bytes,
            1 => bytes <= 2 ? Kind.Decimal1Bytes2 : bytes == 3 ? Kind.Decimal1Bytes3 : Kind.Decimal1Bytes4,
            2 => bytes <= 2 ? Kind.Decimal2Bytes2 : bytes == 3 ? Kind.Decimal2Bytes3 : Kind.Decimal2Bytes4,
            3 => bytes <= 3 ? Kind.Decimal3Bytes3 : Kind.Decimal3Bytes4,
            _ => Kind.Decimal4Bytes4,
        };
    }

    private static void ReadValues(ReadOnlySpan<byte> kinds, ref ByteReader reader, Span<double> values)
    {
        ReadOnlySpan<byte> bytes = reader.Rest;
        int at = 0, i = 0;
        // Eight bytes are read whatever the kind takes, as long as there are eight.
        for (; i < values.Length && bytes.Length - at >= 8; i++)
        {
            int kind = (kinds[i >> 1] >> ((i & 1) * 4)) & 15;
            values[i] = ValueOf((Kind)kind, MemoryMarshal.Read<ulong>(bytes[at..]));
            at += BytesOf[kind];
        }

        reader.Position += at;
        Span<byte> last = stackalloc byte[8];
        for (; i < values.Length; i++)
        {
            int kind = (kinds[i >> 1] >> ((i & 1) * 4)) & 15;
            last.Clear();
            reader.Bytes(BytesOf[kind]).CopyTo(last);
            values[i] = ValueOf((Kind)kind, MemoryMarshal.Read<ulong>(last));
        }
    }

    /// <param name="kind">How the value is written.</param>
    /// <param name="bytes">Its bytes in the lowest ones; what is above them belongs to others.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ValueOf(Kind kind, ulong bytes)
    {
        if (kind == Kind.Raw) return BitConverter.UInt64BitsToDouble(bytes);
        if (kind == Kind.Single) return BitConverter.UInt32BitsToSingle((uint)bytes);
        int unused = 32 - (8 * BytesOf[(int)kind]);
        int scaled = unused == 32 ? 0 : (int)(uint)bytes << unused >> unused;
        return scaled / Powers[DecimalsOf[(int)kind]];
    }
}
