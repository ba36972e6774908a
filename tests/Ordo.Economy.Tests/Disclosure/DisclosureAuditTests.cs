using Ordo.Economy.Disclosure;

namespace Ordo.Economy.Tests.Disclosure;

public sealed class DisclosureAuditTests
{
    private static DisclosureAudit.Candidate Sum(int enterprises, params int[] members) => new([.. Enumerable.Range(0, enterprises).Select(i => members.Contains(i) ? 1UL : 0)], members.Length < 3);

    [Fact]
    public void A_zone_is_hidden_when_the_total_less_the_other_zone_is_one_enterprise()
    {
        // Total of seven, a zone of six, a zone of one: the single one is secret, so the other zone must go too.
        bool[] granted = DisclosureAudit.Of([Sum(7, 0, 1, 2, 3, 4, 5, 6), Sum(7, 0, 1, 2, 3, 4, 5), Sum(7, 6)], 3);
        Assert.Equal([true, false, false], granted);
    }

    [Fact]
    public void A_difference_across_areas_and_industries_is_seen()
    {
        // Zone A {0..4}, industry X {0..3, 5}, their parts {0..3}: industry less the part is enterprise 5, zone less the part is enterprise 4.
        bool[] granted = DisclosureAudit.Of([Sum(9, 0, 1, 2, 3, 4, 5, 6, 7, 8), Sum(9, 0, 1, 2, 3, 4), Sum(9, 0, 1, 2, 3, 5), Sum(9, 0, 1, 2, 3)], 3);
        Assert.Equal([true, true, true, false], granted);
    }

    [Fact]
    public void Two_that_are_left_over_are_too_few() => Assert.Equal([true, false], DisclosureAudit.Of([Sum(6, 0, 1, 2, 3, 4, 5), Sum(6, 0, 1, 2, 3)], 3));

    [Fact]
    public void What_follows_from_the_published_may_be_published()
    {
        bool[] granted = DisclosureAudit.Of([Sum(6, 0, 1, 2, 3, 4, 5), Sum(6, 0, 1, 2), Sum(6, 3, 4, 5)], 3);
        Assert.Equal([true, true, true], granted);
    }

    [Fact]
    public void A_dominated_sum_cannot_be_worked_out_either()
    {
        DisclosureAudit.Candidate dominated = Sum(8, 4, 5, 6, 7) with { IsSecret = true };
        Assert.Equal([true, false, false], DisclosureAudit.Of([Sum(8, 0, 1, 2, 3, 4, 5, 6, 7), Sum(8, 0, 1, 2, 3), dominated], 3));
    }

    [Fact]
    public void Two_weightings_of_the_same_enterprises_are_two_equations()
    {
        // Industry A is one enterprise, B are four. A nominal and a deflated total would give A and B away together.
        static ulong[] Deflated(decimal a, decimal b) => [DisclosureAudit.Quotient(1, a), .. Enumerable.Repeat(DisclosureAudit.Quotient(1, b), 4)];
        var nominal = new DisclosureAudit.Candidate([.. Enumerable.Repeat(DisclosureAudit.Coefficient(1), 5)]);
        Assert.Equal([true, false], DisclosureAudit.Of([nominal, new(Deflated(1.035m, 0.98m))], 3));
        Assert.Equal([true, true], DisclosureAudit.Of([nominal, new(Deflated(1.035m, 1.035m))], 3));
    }

    [Fact]
    public void No_random_table_gives_a_single_enterprise_away()
    {
        var random = new Random(20261126);
        for (int round = 0; round < 200; round++)
        {
            int enterprises = random.Next(4, 12);
            DisclosureAudit.Candidate[] candidates = [.. Enumerable.Range(0, random.Next(2, 14)).Select(_ => Sum(enterprises, [.. Enumerable.Range(0, enterprises).Where(_ => random.Next(2) == 0)]))];
            bool[] granted = DisclosureAudit.Of(candidates, 3);
            double[][] published = [.. candidates.Where((_, i) => granted[i]).Select(candidate => candidate.Coefficients.Select(c => (double)c).ToArray())];
            int rank = Rank(published);
            for (int one = 0; one < enterprises; one++)
            {
                Assert.NotEqual(rank, Rank([.. published, Unit(enterprises, one)]));
                for (int other = one + 1; other < enterprises; other++) Assert.NotEqual(rank, Rank([.. published, Unit(enterprises, one, other)]));
            }
        }
    }

    private static double[] Unit(int length, params int[] ones) => [.. Enumerable.Range(0, length).Select(i => ones.Contains(i) ? 1.0 : 0)];

    /// <summary>Elimination by the book, an arithmetic that shares nothing with the one under test.</summary>
    private static int Rank(double[][] rows)
    {
        double[][] matrix = [.. rows.Select(row => (double[])row.Clone())];
        int rank = 0;
        for (int column = 0; rows.Length > 0 && column < rows[0].Length && rank < matrix.Length; column++)
        {
            int pivot = Enumerable.Range(rank, matrix.Length - rank).MaxBy(row => Math.Abs(matrix[row][column]));
            if (Math.Abs(matrix[pivot][column]) < 1e-9) continue;
            (matrix[rank], matrix[pivot]) = (matrix[pivot], matrix[rank]);
            for (int row = rank + 1; row < matrix.Length; row++)
            {
                double factor = matrix[row][column] / matrix[rank][column];
                for (int at = column; at < matrix[row].Length; at++) matrix[row][at] -= factor * matrix[rank][at];
            }

            rank++;
        }

        return rank;
    }
}
