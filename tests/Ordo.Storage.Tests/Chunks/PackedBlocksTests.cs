using Ordo.Storage.Chunks;
using Ordo.Storage.Files;

namespace Ordo.Storage.Tests.Chunks;

public class PackedBlocksTests
{
    [Fact]
    public void Numbers_of_any_range_and_any_count_come_back()
    {
        for (int seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            var numbers = new ulong[random.Next(1, random.Next(2, 3000))];
            ulong range = random.Next(3) == 0 ? (ulong)random.NextInt64() >> random.Next(63) : (ulong)random.Next(1, 3000);
            for (int i = 0; i < numbers.Length; i++) numbers[i] = (ulong)random.NextInt64() % Math.Max(1, range);
            // Some columns jump, and some change their range half way.
            if (random.Next(3) == 0) numbers[random.Next(numbers.Length)] = (ulong)random.NextInt64();
            if (random.Next(4) == 0) foreach (ref ulong number in numbers.AsSpan(0, numbers.Length / 2)) number %= 3;
            CheckRoundTrip(numbers, $"seed {seed}");
        }
    }

    [Fact]
    public void Every_radix_brings_its_largest_number_back_at_every_length()
    {
        for (ulong largest = 1; largest <= RadixPacking.LargestRadix + 2; largest++)
            foreach (int count in new[] { 1, 2, 3, 19, 20, 21, 127, 128, 129, 700 }) CheckRoundTrip([.. Enumerable.Repeat(largest, count)], $"{count} times {largest}");
    }

    [Theory]
    [InlineData(3, 26.0 * 8 / 128)] // five in a byte
    [InlineData(100, 6.8)]
    [InlineData(6, 2.7)]
    [InlineData(128, 7.0)]
    public void A_range_that_is_no_power_of_two_loses_little(int range, double bits)
    {
        var random = new Random(1);
        ulong[] numbers = [.. Enumerable.Range(0, 2048).Select(_ => (ulong)random.Next(range))];
        var bytes = new ByteWriter();
        PackedBlocks.Write(numbers, bytes);
        Assert.InRange(bytes.Length * 8.0 / numbers.Length, Math.Log2(range), bits + 0.02);
    }

    /// <summary>Numbers on disk: a change of these bytes is a change of format.</summary>
    [Theory]
    [InlineData("41193E", 9, 3)]
    [InlineData("5E58C46AA136801A54524D9947CC40C4AB23", 20, 100)]
    [InlineData("03B8CB29", 8, 8)]
    [InlineData("7F41BEAE41CB339410DBE48D7D5D8396672821B6C91BFBBA062DCF504222", 140, 3)]
    public void The_bytes_are_frozen(string expected, int count, int range)
    {
        var bytes = new ByteWriter();
        PackedBlocks.Write([.. Enumerable.Range(0, count).Select(i => (ulong)(i * 7 % range))], bytes);
        Assert.True(expected == Convert.ToHexString(bytes.Written), $"the bytes are {Convert.ToHexString(bytes.Written)}");
    }

    private static void CheckRoundTrip(ulong[] numbers, string what)
    {
        var bytes = new ByteWriter();
        PackedBlocks.Write(numbers, bytes);
        var back = new ulong[numbers.Length];
        var reader = new ByteReader(bytes.Written);
        PackedBlocks.Read(ref reader, back);
        Assert.True(numbers.AsSpan().SequenceEqual(back), what);
        Assert.True(reader.Remaining == 0, $"{what}: {reader.Remaining} bytes left");
    }
}
