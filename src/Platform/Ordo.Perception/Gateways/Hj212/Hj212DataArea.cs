namespace Ordo.Perception.Gateways.Hj212;

/// <summary>One <c>name=value</c> of a data area, as positions in it.</summary>
/// <param name="NameStart">First byte of the name.</param>
/// <param name="NameLength">Length of the name.</param>
/// <param name="CodeLength">Length of the factor code before the last hyphen; equal to <paramref name="NameLength"/> when there is none.</param>
/// <param name="ValueStart">First byte of the value.</param>
/// <param name="ValueLength">Length of the value.</param>
public readonly record struct Hj212Item(int NameStart, int NameLength, int CodeLength, int ValueStart, int ValueLength)
{
    public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> data) => data.Slice(NameStart, NameLength);

    public ReadOnlySpan<byte> Code(ReadOnlySpan<byte> data) => data.Slice(NameStart, CodeLength);

    /// <summary>What follows the hyphen: <c>Rtd</c>, <c>Flag</c>; empty for a name without one.</summary>
    public ReadOnlySpan<byte> Suffix(ReadOnlySpan<byte> data) => CodeLength == NameLength ? default : data[(NameStart + CodeLength + 1)..(NameStart + NameLength)];

    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> data) => data.Slice(ValueStart, ValueLength);
}

/// <summary>
/// The grammar of the data area (HJ 212-2017 §6.3.3.1): items joined by <c>;</c>, sub-values by <c>,</c>. Every sub-value repeats the name of its item, so both
/// separators are taken alike, which also reads devices that mix them. Text between <c>//</c> and <c>//</c> is not split.
/// </summary>
public static class Hj212DataArea
{
    /// <returns>Number of items without <c>=</c>, which are left out.</returns>
    public static int Parse(ReadOnlySpan<byte> data, List<Hj212Item> items)
    {
        items.Clear();
        int broken = 0;
        for (int at = 0; at < data.Length;)
        {
            int length = LengthOfItem(data[at..]);
            if (length > 0 && !TryAdd(data, at, length, items)) broken++;
            at += length + 1;
        }

        return broken;
    }

    /// <summary>The value of a name without a factor code, such as <c>DataTime</c>; compared without case, as the standard itself writes names both ways.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> data, List<Hj212Item> items, ReadOnlySpan<byte> name)
    {
        foreach (Hj212Item item in items)
            if (System.Text.Ascii.EqualsIgnoreCase(item.Name(data), name)) return item.Value(data);
        return default;
    }

    private static int LengthOfItem(ReadOnlySpan<byte> rest)
    {
        int separator = rest.IndexOfAny((byte)';', (byte)',');
        int equals = rest.IndexOf((byte)'=');
        if (separator < 0) separator = rest.Length;
        if (equals < 0 || equals > separator) return separator;

        ReadOnlySpan<byte> value = rest[(equals + 1)..];
        ReadOnlySpan<byte> text = value.TrimStart((byte)' ');
        if (!text.StartsWith("//"u8)) return separator;

        // The text ends at the // that a separator or the end follows, because a log may well hold an address with // in it.
        int start = equals + 1 + (value.Length - text.Length) + 2;
        for (int at = start; at <= rest.Length - 2; at++)
        {
            if (!rest[at..].StartsWith("//"u8)) continue;
            ReadOnlySpan<byte> after = rest[(at + 2)..].TrimStart((byte)' ');
            if (after.IsEmpty || after[0] is (byte)';' or (byte)',') return rest.Length - after.Length;
        }

        return rest.Length;
    }

    private static bool TryAdd(ReadOnlySpan<byte> data, int at, int length, List<Hj212Item> items)
    {
        ReadOnlySpan<byte> item = data.Slice(at, length);
        int equals = item.IndexOf((byte)'=');
        if (equals < 0) return item.Trim((byte)' ').IsEmpty;

        (int nameStart, int nameLength) = Trimmed(data, at, equals);
        (int valueStart, int valueLength) = Trimmed(data, at + equals + 1, length - equals - 1);
        int hyphen = data.Slice(nameStart, nameLength).LastIndexOf((byte)'-');
        items.Add(new Hj212Item(nameStart, nameLength, hyphen > 0 ? hyphen : nameLength, valueStart, valueLength));
        return nameLength > 0;
    }

    private static (int Start, int Length) Trimmed(ReadOnlySpan<byte> data, int start, int length)
    {
        while (length > 0 && data[start] == ' ') (start, length) = (start + 1, length - 1);
        while (length > 0 && data[start + length - 1] == ' ') length--;
        return (start, length);
    }
}
