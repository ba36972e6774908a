using System.Runtime.InteropServices;
using Ordo.Storage.Files;

namespace Ordo.Storage.Chunks;

/// <summary>How a column of values is told. On disk: never renumber.</summary>
internal enum ValueKind : byte
{
    /// <summary>One value, bit for bit, for all.</summary>
    Constant = 0,

    /// <summary>Integers over a power of ten: what instruments and meters send.</summary>
    Decimal = 1,

    /// <summary>See <see cref="XorColumn"/>.</summary>
    Xor = 2,
}

/// <summary>
/// A column of doubles. <see cref="Choose"/> looks at the values and keeps what it found for the write that follows; an instance owns scratch memory.
/// </summary>
/// <remarks>
/// A value is decimal only when the division gives its very bits back, so -0.0 and NaN are exceptions: a few of them stand aside, many make the column xor.
/// </remarks>
internal sealed class ValueColumn
{
    public const int MaxDecimals = 9;
    private const byte HasExceptions = 64;
    private static readonly double[] Powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
    private readonly IntegerColumn integers = new();
    private readonly List<int> exceptions = [];
    private long[] scaled = new long[1024];
    private int decimals;
    private IntegerOrder order;

    /// <summary>Of a decimal column: the values as integers of the last decimal.</summary>
    public ReadOnlySpan<long> Integers => scaled;

    /// <summary>Of a decimal column: the places whose value is no such integer.</summary>
    public IReadOnlyList<int> Exceptions => exceptions;

    /// <summary>Of a decimal column: what an integer is divided by.</summary>
    public double Power => Powers[decimals];

    /// <summary>Of a decimal column: the byte in which <see cref="Read"/> finds decimals, order and whether there are exceptions.</summary>
    public byte DecimalHead => (byte)(decimals | ((int)order << 4) | (exceptions.Count > 0 ? HasExceptions : 0));

    public static double PowerOf(byte decimalHead) =>
        (decimalHead & 15) <= MaxDecimals ? Powers[decimalHead & 15] : throw new InvalidDataException("More decimals than there can be.");

    public ValueKind Choose(ReadOnlySpan<double> values)
    {
        EnsureScratch(values.Length);
        ValueKind kind = ChooseKind(values);
        if (kind == ValueKind.Decimal) order = IntegerColumn.CheapestOrder(scaled.AsSpan(0, values.Length));
        return kind;
    }

    /// <summary>Writes the values as they were chosen; for a constant nothing, for decimals without their head.</summary>
    public void Write(ValueKind kind, ReadOnlySpan<double> values, ByteWriter to)
    {
        if (kind == ValueKind.Decimal) WriteDecimals(values, to);
        else if (kind == ValueKind.Xor) XorColumn.Write(values, to);
    }

    public void Read(ref ByteReader reader, ValueKind kind, byte decimalHead, double constant, Span<double> values)
    {
        EnsureScratch(values.Length);
        switch (kind)
        {
            case ValueKind.Constant: values.Fill(constant); break;
            case ValueKind.Decimal: ReadDecimals(ref reader, decimalHead, values); break;
            case ValueKind.Xor: XorColumn.Read(ref reader, values); break;
            default: throw new InvalidDataException($"Values of the unknown kind {(byte)kind}.");
        }
    }

    /// <summary>A column that stands alone: kind, constant or decimal head, values.</summary>
    public void WriteWhole(ReadOnlySpan<double> values, ByteWriter to)
    {
        if (values.IsEmpty) return;
        ValueKind kind = Choose(values);
        to.Byte((byte)kind);
        if (kind == ValueKind.Constant) to.Double(values[0]);
        else if (kind == ValueKind.Decimal) to.Byte(DecimalHead);
        Write(kind, values, to);
    }

    public void ReadWhole(ref ByteReader reader, Span<double> values)
    {
        if (values.IsEmpty) return;
        var kind = (ValueKind)reader.Byte();
        double constant = kind == ValueKind.Constant ? reader.Double() : 0;
        byte decimalHead = kind == ValueKind.Decimal ? reader.Byte() : (byte)0;
        Read(ref reader, kind, decimalHead, constant, values);
    }

    private void EnsureScratch(int count)
    {
        if (scaled.Length < count) scaled = new long[Math.Max(count, scaled.Length * 2)];
    }

    private ValueKind ChooseKind(ReadOnlySpan<double> values)
    {
        decimals = 0;
        exceptions.Clear();
        ReadOnlySpan<ulong> bits = MemoryMarshal.Cast<double, ulong>(values);
        if (!bits.ContainsAnyExcept(bits[0])) return ValueKind.Constant;

        int mostExceptions = values.Length / 16, misses = 0, begun = 0;
        for (int at = 0; at < values.Length; at++)
        {
            at += DecimalVectors.Scale(values[at..], Powers[decimals], scaled.AsSpan(at, values.Length - at));
            if (at == values.Length) break;
            int more = decimals + 1;
            while (more <= MaxDecimals && !DecimalVectors.TryScale(values[at], Powers[more], out scaled[at])) more++;
            if (more <= MaxDecimals) (decimals, begun) = (more, at); // what stands before has fewer decimals and is scaled anew
            else if (++misses > mostExceptions) return ValueKind.Xor;
        }

        if (begun == 0 && misses == 0) return ValueKind.Decimal;
        long before = 0;
        for (int at = 0; at < values.Length; at++)
        {
            int good = DecimalVectors.Scale(values[at..], Powers[decimals], scaled.AsSpan(at, values.Length - at));
            if (good > 0) before = scaled[(at += good) - 1];
            if (at == values.Length) break;
            scaled[at] = before; // costs nothing as a difference
            exceptions.Add(at);
        }

        // A leading exception must not make the first difference large.
        if (exceptions.Count > 0 && exceptions[0] == 0)
        {
            int firstGood = 0;
            while (firstGood < exceptions.Count && exceptions[firstGood] == firstGood) firstGood++;
            if (firstGood < values.Length) scaled.AsSpan(0, firstGood).Fill(scaled[firstGood]);
        }

        return exceptions.Count > mostExceptions ? ValueKind.Xor : ValueKind.Decimal;
    }

    private void WriteDecimals(ReadOnlySpan<double> values, ByteWriter to)
    {
        integers.Write(order, scaled.AsSpan(0, values.Length), to);
        if (exceptions.Count == 0) return;
        to.VarInt((ulong)exceptions.Count);
        foreach (int exception in exceptions)
        {
            to.VarInt((ulong)exception);
            to.Double(values[exception]);
        }
    }

    private void ReadDecimals(ref ByteReader reader, byte decimalHead, Span<double> values)
    {
        double power = PowerOf(decimalHead);
        Span<long> told = scaled.AsSpan(0, values.Length);
        integers.Read(ref reader, (IntegerOrder)((decimalHead >> 4) & 3), told);
        DecimalVectors.Unscale(told, power, values);
        if ((decimalHead & HasExceptions) == 0) return;
        for (int left = reader.Count(values.Length); left > 0; left--) values[reader.Count(values.Length - 1)] = reader.Double();
    }
}
