using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;
using Ordo.Storage.Log;
using Ordo.Storage.Tests.Chunks;

namespace Ordo.Storage.Tests.Log;

public class BatchCodecTests
{
    [Fact]
    public void Every_batch_comes_back_bit_for_bit()
    {
        using Batch back = Batch.Rent();
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            using Batch batch = RandomBatch(random);
            var bytes = new ByteWriter();
            BatchCodec.Write(batch.Series, batch.Times, batch.Values, batch.Qualities, bytes);
            BatchCodec.Read(bytes.Written, back);
            Assert.True(batch.Series.SequenceEqual(back.Series), $"seed {seed}");
            Assert.True(batch.Times.SequenceEqual(back.Times), $"seed {seed}");
            Assert.True(batch.Qualities.SequenceEqual(back.Qualities), $"seed {seed}");
            for (int i = 0; i < batch.Count; i++)
                Assert.True(BitConverter.DoubleToUInt64Bits(batch.Values[i]) == BitConverter.DoubleToUInt64Bits(back.Values[i]), $"seed {seed}: value {i} is {back.Values[i]:R}, was {batch.Values[i]:R}");
        }
    }

    [Fact]
    public void Truncated_and_mutated_payloads_are_refused_and_nothing_worse()
    {
        using Batch back = Batch.Rent();
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            using Batch batch = RandomBatch(random);
            var bytes = new ByteWriter();
            BatchCodec.Write(batch.Series, batch.Times, batch.Values, batch.Qualities, bytes);
            byte[] payload = bytes.Written[..random.Next(bytes.Length + 1)].ToArray();
            for (int i = random.Next(4); i > 0 && payload.Length > 0; i--) payload[random.Next(payload.Length)] = (byte)random.Next(256);
            try
            {
                BatchCodec.Read(payload, back);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void A_line_of_ten_fields_costs_few_bytes()
    {
        using Batch batch = Batch.Rent();
        var random = new Random(1);
        for (int line = 0; line < 100; line++)
            for (int field = 0; field < 10; field++) batch.Add((line * 10) + field, 1_700_000_000_000 + line, random.Next(0, 10_000) / 100.0, SampleQuality.Good);
        var bytes = new ByteWriter();
        BatchCodec.Write(batch.Series, batch.Times, batch.Values, batch.Qualities, bytes);
        Assert.InRange((double)bytes.Length / batch.Count, 1, 3.2);
    }

    private static Batch RandomBatch(Random random)
    {
        int count = random.Next(1, 200);
        Batch batch = Batch.Rent(count);
        double[] values = Doubles.Column(random, count);
        int series = random.Next(1000);
        long time = random.Next(6) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : 1_700_000_000_000;
        bool flagged = random.Next(3) == 0;
        int kind = random.Next(4);
        for (int i = 0; i < count; i++)
        {
            batch.Add(series, time, values[i], flagged && random.Next(4) == 0 ? new(QualityStatus.Bad, 'D') : SampleQuality.Good);
            switch (kind)
            {
                case 0: series++; break;
                case 1: time = unchecked(time + 1000); break;
                case 2: (series, time) = (random.Next(int.MaxValue), random.NextInt64(long.MinValue, long.MaxValue)); break;
                default:
                    if (i % 10 == 9) (series, time) = (random.Next(1000), unchecked(time + random.Next(100)));
                    else series++;
                    break;
            }
        }

        return batch;
    }
}
