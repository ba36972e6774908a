using System.Text;
using Ordo.Storage.ClickHouse;
using Ordo.Storage.Files;

namespace Ordo.Storage.Tests.ClickHouse;

public sealed class NativeBlockTests
{
    private static readonly NativeColumn[] Columns = [new("time", "Int64"), new("quality", "UInt16")];

    [Fact]
    public async Task Blocks_are_found_wherever_the_network_cuts_them()
    {
        byte[] bytes = [.. Block([1, -2, long.MaxValue], [0, 1, 0x4402]), .. Block([7], [9])];
        for (int cut = 1; cut <= bytes.Length; cut++)
        {
            var reader = new NativeReader(new Dripping(bytes, cut), Columns);
            NativeBlock first = (await reader.ReadAsync(TestContext.Current.CancellationToken))!, second = (await reader.ReadAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal([1, -2, long.MaxValue], first.Column<long>(0).ToArray());
            Assert.Equal([0, 1, 0x4402], first.Column<ushort>(1).ToArray());
            Assert.Equal(1, second.Rows);
            Assert.Null(await reader.ReadAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task An_answer_cut_short_is_never_taken_for_a_whole_one()
    {
        byte[] bytes = Block([1, -2, long.MaxValue], [0, 1, 2]);
        for (int length = 1; length < bytes.Length; length++)
        {
            var reader = new NativeReader(new MemoryStream(bytes[..length]), Columns);
            await Assert.ThrowsAnyAsync<EndOfStreamException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_query_that_fails_in_the_middle_is_told_in_the_servers_words()
    {
        byte[] bytes = [.. Block([1], [0]), .. Encoding.UTF8.GetBytes("Code: 241, e.displayText() = DB::Exception: Memory limit exceeded\nstack\n")];
        var reader = new NativeReader(new MemoryStream(bytes), Columns);
        Assert.NotNull(await reader.ReadAsync(TestContext.Current.CancellationToken));
        var failed = await Assert.ThrowsAsync<ClickHouseException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal("Code: 241, e.displayText() = DB::Exception: Memory limit exceeded", failed.Message);
    }

    private static byte[] Block(long[] times, ushort[] qualities)
    {
        var to = new ByteWriter();
        NativeBlock.WriteHead(to, 2, times.Length);
        times.CopyTo(NativeBlock.WriteColumn<long>(to, Columns[0], times.Length));
        qualities.CopyTo(NativeBlock.WriteColumn<ushort>(to, Columns[1], qualities.Length));
        return to.Written.ToArray();
    }

    private sealed class Dripping(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}
