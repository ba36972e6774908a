using System.Globalization;
using System.Text;

namespace Ordo.Identifiers.Protocol;

/// <summary>A reference of a value to another one; also who somebody is.</summary>
internal readonly record struct ValueReference(Octets Handle, uint Index)
{
    /// <summary>Reads <c>index:handle</c>.</summary>
    public static bool TryParse(string text, out ValueReference reference)
    {
        reference = default;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || colon == text.Length - 1 || !uint.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out uint index)) return false;
        reference = new(Encoding.UTF8.GetBytes(text[(colon + 1)..]), index);
        return reference.Handle.Length <= HandleText.MaxBytes;
    }

    /// <summary>The same value: handles are compared without case in ASCII.</summary>
    public bool Is(ValueReference other) => Index == other.Index && HandleText.EqualsFolded(Handle.Span, other.Handle.Span);
}

/// <summary>One value of a handle, as it is on the wire and on disk.</summary>
/// <param name="Index">1 … 2³¹−1, unique within the handle.</param>
/// <param name="Timestamp">Seconds since 1970, set by the server.</param>
/// <param name="TtlType">0: <paramref name="Ttl"/> is seconds; 1: it is a time, seconds since 1970.</param>
/// <param name="References">Practically always empty.</param>
internal sealed record HandleValue(
    uint Index, uint Timestamp, byte TtlType, uint Ttl, ValuePermissions Permissions, Octets Type, Octets Data, IReadOnlyList<ValueReference> References)
{
    public const uint DefaultTtl = 86_400;

    /// <summary>Most values in one message.</summary>
    public const int MaxCount = 2048;

    /// <summary>Bytes of a value with empty type and data.</summary>
    public const int SmallestSize = 26;

    /// <summary>With everything a plain value has.</summary>
    public static HandleValue Of(uint index, Octets type, Octets data, uint timestamp = 0, ValuePermissions permissions = ValuePermissions.Default) =>
        new(index, timestamp, 0, DefaultTtl, permissions, type, data, []);

    public static HandleValue Read(ref WireReader reader)
    {
        (uint index, uint timestamp, byte ttlType, uint ttl, byte permissions) = (reader.UInt32(), reader.UInt32(), reader.Byte(), reader.UInt32(), reader.Byte());
        (Octets type, Octets data) = (reader.Octets(), reader.Octets());
        int count = reader.Count(8, MaxCount);
        ValueReference[] references = count == 0 ? [] : new ValueReference[count];
        for (int i = 0; i < count; i++) references[i] = new(reader.Octets(), reader.UInt32());
        return new(index, timestamp, ttlType, ttl, (ValuePermissions)permissions, type, data, references);
    }

    public void Write(WireWriter writer)
    {
        writer.UInt32(Index).UInt32(Timestamp).Byte(TtlType).UInt32(Ttl).Byte((byte)Permissions).Octets(Type).Octets(Data).UInt32((uint)References.Count);
        foreach (ValueReference reference in References) writer.Octets(reference.Handle).UInt32(reference.Index);
    }

    /// <summary>Reads a counted list.</summary>
    public static HandleValue[] ReadList(ref WireReader reader)
    {
        var values = new HandleValue[reader.Count(SmallestSize, MaxCount)];
        for (int i = 0; i < values.Length; i++) values[i] = Read(ref reader);
        return values;
    }

    public static void WriteList(WireWriter writer, IReadOnlyCollection<HandleValue> values)
    {
        writer.UInt32((uint)values.Count);
        foreach (HandleValue value in values) value.Write(writer);
    }
}
