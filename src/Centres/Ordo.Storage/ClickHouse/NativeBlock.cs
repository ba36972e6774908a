using System.Runtime.InteropServices;
using System.Text;
using Ordo.Storage.Files;

namespace Ordo.Storage.ClickHouse;

/// <summary>A column of fixed-width numbers as ClickHouse names its type.</summary>
internal readonly record struct NativeColumn(string Name, string Type)
{
    public int Width => Type switch
    {
        "UInt8" => 1,
        "UInt16" => 2,
        "UInt32" => 4,
        "UInt64" or "Int64" or "Float64" => 8,
        _ => throw new NotSupportedException($"A column of type {Type}."),
    };
}

/// <summary>
/// One block of ClickHouse's format Native over HTTP, numbers only; the same since the server of 2018 because no protocol revision is asked for:
/// <code>varint columns, varint rows, then for each column: varint length, name, varint length, type, the values little-endian</code>
/// </summary>
internal sealed class NativeBlock(int rows, byte[][] columns)
{
    public int Rows => rows;

    /// <summary>The values of a column.</summary>
    /// <typeparam name="T">The type it was asked for.</typeparam>
    public ReadOnlySpan<T> Column<T>(int column) where T : unmanaged => MemoryMarshal.Cast<byte, T>(columns[column])[..rows];

    public static void WriteHead(ByteWriter to, int columns, int rows)
    {
        to.VarInt((ulong)columns);
        to.VarInt((ulong)rows);
    }

    /// <summary>Writes a column's name and type and makes room for its values, which the caller fills before anything else is written.</summary>
    public static Span<T> WriteColumn<T>(ByteWriter to, NativeColumn column, int rows) where T : unmanaged
    {
        WriteText(to, column.Name);
        WriteText(to, column.Type);
        int bytes = rows * column.Width;
        Span<byte> room = to.Reserve(bytes)[..bytes];
        to.Advance(bytes);
        return MemoryMarshal.Cast<byte, T>(room);
    }

    private static void WriteText(ByteWriter to, string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        to.VarInt((ulong)bytes.Length);
        to.Bytes(bytes);
    }
}

/// <summary>Reads blocks from an answer of ClickHouse. A query that fails in the middle is told in plain text among the blocks: that is found here.</summary>
internal sealed class NativeReader(Stream stream, NativeColumn[] expected)
{
    private const int LargestBlock = 16_000_000;
    private readonly byte[] buffer = new byte[65_536];
    private readonly StringBuilder seen = new();
    private int at, end;

    /// <returns><c>null</c> behind the last block.</returns>
    /// <exception cref="ClickHouseException">The server failed in the middle of its answer.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<NativeBlock?> ReadAsync(CancellationToken cancellation)
    {
        if (at == end && !await FillAsync(cancellation)) return null;
        int head = at;
        ulong columns = await VarIntAsync(cancellation);
        if (columns != (ulong)expected.Length) throw await StrangeAsync(head, $"{columns} columns where {expected.Length} were expected", cancellation);
        ulong rows = await VarIntAsync(cancellation);
        if (rows > LargestBlock) throw await StrangeAsync(head, $"a block of {rows} rows", cancellation);
        var data = new byte[expected.Length][];
        for (int i = 0; i < data.Length; i++)
        {
            string name = await TextAsync(head, cancellation), type = await TextAsync(head, cancellation);
            if (type != expected[i].Type) throw await StrangeAsync(head, $"column {name} of type {type} where {expected[i].Type} was expected", cancellation);
            data[i] = new byte[(int)rows * expected[i].Width];
            await ReadAsync(data[i], cancellation);
        }

        return new((int)rows, data);
    }

    private async ValueTask<ulong> VarIntAsync(CancellationToken cancellation)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (at == end && !await FillAsync(cancellation)) throw new EndOfStreamException("The answer of ClickHouse ends within a block.");
            byte b = buffer[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }

        return ulong.MaxValue; // no server writes such a number: the caller finds it too large
    }

    private async ValueTask<string> TextAsync(int head, CancellationToken cancellation)
    {
        ulong length = await VarIntAsync(cancellation);
        if (length > 200) throw await StrangeAsync(head, $"a name of {length} bytes", cancellation);
        var bytes = new byte[(int)length];
        await ReadAsync(bytes, cancellation);
        return Encoding.UTF8.GetString(bytes);
    }

    private async ValueTask ReadAsync(Memory<byte> into, CancellationToken cancellation)
    {
        int known = Math.Min(end - at, into.Length);
        buffer.AsSpan(at, known).CopyTo(into.Span);
        at += known;
        await stream.ReadExactlyAsync(into[known..], cancellation);
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        (at, end) = (0, await stream.ReadAsync(buffer, cancellation));
        return end > 0;
    }

    private async Task<ClickHouseException> StrangeAsync(int from, string what, CancellationToken cancellation)
    {
        seen.Append(Encoding.UTF8.GetString(buffer, Math.Min(from, at), end - Math.Min(from, at)));
        while (seen.Length < 4_000 && await FillAsync(cancellation)) seen.Append(Encoding.UTF8.GetString(buffer, 0, end));
        int code = seen.ToString().IndexOf("Code: ", StringComparison.Ordinal);
        return new(code >= 0 ? ClickHouseException.Short(seen.ToString(code, seen.Length - code)) : $"The answer of ClickHouse has {what}.");
    }
}

/// <summary>ClickHouse answered with an error.</summary>
internal sealed class ClickHouseException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The first line of the server's words: behind it come its stack and the query.</summary>
    public static string Short(string text)
    {
        string line = text.Split('\n')[0].Trim();
        return line.Length <= 500 ? line : line[..500] + " …";
    }
}
