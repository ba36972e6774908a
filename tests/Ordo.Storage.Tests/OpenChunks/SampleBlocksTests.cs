using Ordo.Storage.OpenChunks;

namespace Ordo.Storage.Tests.OpenChunks;

public sealed class SampleBlocksTests
{
    private const int Series = 40, Samples = 3_000;

    [Fact]
    public void SeriesThatAreSealedInTheirOrderFindTheBlocksTheyHad()
    {
        var blocks = new SampleBlocks();
        List<int>[] first = GrowTogether(blocks, Samples);
        foreach (List<int> chain in first) blocks.Return(chain[0], 0);
        Assert.Equal(0, blocks.Lent);
        List<int>[] second = GrowTogether(blocks, Samples);
        // The last place is that of all blocks from there on.
        int kept = Enumerable.Range(0, 1_920).Count(SampleBlocks.BeginsAt);
        Assert.Equal(first.Select(chain => chain.Take(kept)), second.Select(chain => chain.Take(kept)));
    }

    [Theory]
    [InlineData(0, 56)]
    [InlineData(56, 0)]
    [InlineData(64, 112)]
    [InlineData(224, 128)]
    [InlineData(256, 448)]
    [InlineData(512, 2_944)]
    [InlineData(2_944, 512)]
    public void ABlockGivenBackServesAnyPlaceOfItsLength(int gone, int wanted)
    {
        var blocks = new SampleBlocks();
        int[] lent = [.. Enumerable.Range(0, Series).Select(_ => blocks.Rent(gone, SampleBlocks.None))];
        foreach (int place in lent) blocks.Return(place, gone);
        Assert.Equal(lent.Order(), Enumerable.Range(0, Series).Select(_ => blocks.Rent(wanted, SampleBlocks.None)).Order());
    }

    [Fact]
    public void NoPlaceIsLentTwice()
    {
        var blocks = new SampleBlocks();
        var random = new Random(7);
        var chains = new List<List<int>>();
        for (int step = 0; step < 20_000; step++)
        {
            if (chains.Count > random.Next(60))
            {
                int gone = random.Next(chains.Count);
                blocks.Return(chains[gone][0], 0);
                chains.RemoveAt(gone);
            }
            else
            {
                chains.Add(Grow(blocks, random.Next(1, Samples)));
            }

            if (step % 1_000 != 0) continue;
            int[] samples = [.. chains.SelectMany(Covered)];
            Assert.Equal(samples.Length, samples.Distinct().Count());
            Assert.Equal(samples.Length, blocks.Lent);
        }
    }

    private static List<int>[] GrowTogether(SampleBlocks blocks, int samples)
    {
        var chains = Enumerable.Range(0, Series).Select(_ => new List<int>()).ToArray();
        for (int index = 0; index < samples; index++)
        {
            if (!SampleBlocks.BeginsAt(index)) continue;
            foreach (List<int> chain in chains) chain.Add(blocks.Rent(index, chain.Count == 0 ? SampleBlocks.None : chain[^1]));
        }

        return chains;
    }

    private static List<int> Grow(SampleBlocks blocks, int samples)
    {
        var chain = new List<int>();
        for (int index = 0; index < samples; index++)
        {
            if (SampleBlocks.BeginsAt(index)) chain.Add(blocks.Rent(index, chain.Count == 0 ? SampleBlocks.None : chain[^1]));
        }

        return chain;
    }

    private static IEnumerable<int> Covered(List<int> places)
    {
        int index = 0;
        foreach (int place in places)
        {
            int length = SampleBlocks.LengthAt(index);
            for (int i = 0; i < length; i++) yield return place + i;
            index += length;
        }
    }
}
