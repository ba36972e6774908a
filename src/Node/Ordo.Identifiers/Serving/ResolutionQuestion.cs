using System.Buffers.Binary;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;

namespace Ordo.Identifiers.Serving;

/// <summary>The body of a resolution where it stands in the packet: nothing is copied and nothing is made, because this is what the node does all day.</summary>
internal readonly ref struct ResolutionQuestion
{
    private readonly ReadOnlySpan<byte> indexes;
    private readonly ReadOnlySpan<byte> types;

    private ResolutionQuestion(ReadOnlySpan<byte> handle, ReadOnlySpan<byte> indexes, int typeCount, ReadOnlySpan<byte> types)
    {
        Handle = handle;
        this.indexes = indexes;
        this.types = types;
        TypeCount = typeCount;
    }

    /// <summary>As it is spelled in the request.</summary>
    public ReadOnlySpan<byte> Handle { get; }

    private int TypeCount { get; }

    /// <summary>Whether all values are asked for.</summary>
    public bool ForEverything => indexes.IsEmpty && TypeCount == 0;

    /// <summary>Accepts what <see cref="Bodies.Read"/> accepts.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ResolutionQuestion question)
    {
        question = default;
        int length = LengthAt(body);
        if (length < 0) return false;
        ReadOnlySpan<byte> handle = body.Slice(4, length), rest = body[(4 + length)..];
        int count = CountAt(rest);
        if (count < 0) return false;
        ReadOnlySpan<byte> indexes = rest.Slice(4, count * 4);
        rest = rest[(4 + indexes.Length)..];
        int typeCount = CountAt(rest);
        if (typeCount < 0) return false;
        ReadOnlySpan<byte> types = rest[4..];
        rest = types;
        for (int i = 0; i < typeCount; i++)
        {
            if (LengthAt(rest) is not (>= 0 and var size)) return false;
            rest = rest[(4 + size)..];
        }

        question = new(handle, indexes, typeCount, types);
        return true;
    }

    /// <summary>The union of the values whose index is listed and those whose type matches.</summary>
    public bool AsksFor(uint index, ReadOnlySpan<byte> type)
    {
        for (int at = 0; at < indexes.Length; at += 4)
            if (BinaryPrimitives.ReadUInt32BigEndian(indexes[at..]) == index) return true;
        ReadOnlySpan<byte> rest = types;
        for (int i = 0; i < TypeCount; i++)
        {
            int length = LengthAt(rest);
            if (ValueTypes.Matches(rest.Slice(4, length), type)) return true;
            rest = rest[(4 + length)..];
        }

        return false;
    }

    /// <returns>-1 when it is longer than what follows.</returns>
    private static int LengthAt(ReadOnlySpan<byte> rest) => rest.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length <= rest.Length - 4 ? (int)length : -1;

    /// <returns>-1 when there cannot be as many items of four bytes.</returns>
    private static int CountAt(ReadOnlySpan<byte> rest) =>
        rest.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(rest) is var count && count <= HandleValue.MaxCount && count <= (rest.Length - 4) / 4 ? (int)count : -1;
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

    public static ValueSelection Copy(in RecordFrame record, in ResolutionQuestion question, bool publicOnly, WireWriter target)
    {
        bool everything = question.ForEverything;
        ReadOnlySpan<byte> rest = record.Values;
        int copied = 0;
        for (int i = 0; i < record.ValueCount; i++)
        {
            int typeLength = BinaryPrimitives.ReadInt32BigEndian(rest[TypeAt..]);
            int size = SizeOf(rest, typeLength);
            var permissions = (ValuePermissions)rest[PermissionsAt];
            if (everything || question.AsksFor(BinaryPrimitives.ReadUInt32BigEndian(rest), rest.Slice(TypeAt + 4, typeLength)))
            {
                if ((permissions & ValuePermissions.PublicRead) != 0)
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
}
