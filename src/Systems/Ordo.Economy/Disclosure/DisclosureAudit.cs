namespace Ordo.Economy.Disclosure;

/// <summary>
/// Decides which sums may be published together, so that no small group's sum follows from any of them by adding and subtracting: rows, columns, areas,
/// industries, chains, same-enterprise bases and deflated sums at once (差分推断). What is published spans a linear space; a sum that must stay secret may not
/// lie in it. Sums are offered in order of importance; one that would give something away is refused, and nothing that was granted is taken back.
/// </summary>
/// <remarks>
/// Arithmetic is exact, modulo a prime. Guarded are: single enterprises, pairs of groups that are together below the least number, and the sums named as
/// dominated. A weighted difference of two enterprises is not guarded, nor what one of two insiders can work out with their own figure beyond the dominance rule.
/// </remarks>
public static class DisclosureAudit
{
    /// <summary>2⁶¹ − 1.</summary>
    public const ulong Prime = (1UL << 61) - 1;

    /// <param name="Coefficients">Weight of each enterprise in the sum, modulo <see cref="Prime"/>; 0 where it is not in it.</param>
    /// <param name="IsSecret">Must not be published itself nor follow: too few in it, or one dominates.</param>
    public readonly record struct Candidate(ulong[] Coefficients, bool IsSecret = false);

    /// <summary>A weight with up to six decimals.</summary>
    public static ulong Coefficient(decimal weight) => Modulo((Int128)decimal.Round(weight * 1_000_000));

    /// <summary>The same for the same sum, and for another one but for a chance of 2⁻¹²².</summary>
    public static UInt128 Signature(ReadOnlySpan<ulong> coefficients)
    {
        ulong high = 0, low = 0;
        for (int enterprise = 0; enterprise < coefficients.Length; enterprise++)
        {
            if (coefficients[enterprise] == 0) continue;
            low = Add(low, Multiply(coefficients[enterprise], Noise((ulong)enterprise)));
            high = Add(high, Multiply(coefficients[enterprise], Noise((ulong)enterprise + 0x9E37_79B9)));
        }

        return new(high, low);
    }

    /// <returns>For each candidate whether it may be published.</returns>
    public static bool[] Of(IReadOnlyList<Candidate> candidates, int fewest)
    {
        bool[] granted = new bool[candidates.Count];
        if (candidates.Count == 0) return granted;
        (ulong[][] sums, int[] sizes) = Group(candidates);
        int groups = sizes.Length;
        ulong[][] secrets = [.. sums.Where((_, i) => candidates[i].IsSecret)];
        int[] small = [.. Enumerable.Range(0, groups).Where(group => sizes[group] < fewest)];
        // A basis of what nobody can know yet; at first everything.
        List<ulong[]> unknown = [.. Enumerable.Range(0, groups).Select(group => { ulong[] one = new ulong[groups]; one[group] = 1; return one; })];
        for (int i = 0; i < candidates.Count; i++)
        {
            if (candidates[i].IsSecret) continue;
            ulong[] products = [.. unknown.Select(vector => Dot(vector, sums[i]))];
            int pivot = Array.FindIndex(products, product => product != 0);
            if (pivot < 0)
            {
                granted[i] = true; // follows from what is published
                continue;
            }

            List<ulong[]> rest = Without(unknown, products, pivot);
            if (GivesAway(rest, groups, small, sizes, fewest, secrets)) continue;
            (unknown, granted[i]) = (rest, true);
        }

        return granted;
    }

    /// <summary>Enterprises that stand in every sum alike can only ever be seen together: one unknown.</summary>
    private static (ulong[][] Sums, int[] Sizes) Group(IReadOnlyList<Candidate> candidates)
    {
        int enterprises = candidates[0].Coefficients.Length;
        var groupOf = new Dictionary<UInt128, int>();
        List<int> sizes = [], representative = [];
        for (int enterprise = 0; enterprise < enterprises; enterprise++)
        {
            ulong high = 0, low = 0;
            bool appears = false;
            for (int i = 0; i < candidates.Count; i++)
            {
                ulong coefficient = candidates[i].Coefficients[enterprise];
                if (coefficient == 0) continue;
                appears = true;
                low = Add(low, Multiply(coefficient, Noise((ulong)i)));
                high = Add(high, Multiply(coefficient, Noise((ulong)i + 0x9E37_79B9)));
            }

            if (!appears) continue;
            if (!groupOf.TryGetValue(new UInt128(high, low), out int group))
            {
                groupOf[new UInt128(high, low)] = group = sizes.Count;
                sizes.Add(0);
                representative.Add(enterprise);
            }

            sizes[group]++;
        }

        return ([.. candidates.Select(candidate => representative.Select(enterprise => candidate.Coefficients[enterprise]).ToArray())], [.. sizes]);
    }

    private static List<ulong[]> Without(List<ulong[]> unknown, ulong[] products, int pivot)
    {
        ulong inverse = Inverse(products[pivot]);
        List<ulong[]> rest = new(unknown.Count - 1);
        for (int i = 0; i < unknown.Count; i++)
        {
            if (i == pivot) continue;
            if (products[i] == 0)
            {
                rest.Add(unknown[i]);
                continue;
            }

            ulong factor = Prime - Multiply(products[i], inverse);
            ulong[] changed = new ulong[unknown[i].Length];
            for (int at = 0; at < changed.Length; at++) changed[at] = unknown[pivot][at] == 0 ? unknown[i][at] : Add(unknown[i][at], Multiply(factor, unknown[pivot][at]));
            rest.Add(changed);
        }

        return rest;
    }

    /// <summary>A sum is known when it is orthogonal to everything unknown; one random mixture of the unknown tells that but for a chance of 2⁻⁶¹.</summary>
    private static bool GivesAway(List<ulong[]> unknown, int groups, int[] small, int[] sizes, int fewest, ulong[][] secrets)
    {
        ulong[] mixture = new ulong[groups];
        for (int i = 0; i < unknown.Count; i++)
        {
            ulong noise = Noise((ulong)i + 77);
            ulong[] vector = unknown[i];
            for (int at = 0; at < groups; at++)
                if (vector[at] != 0) mixture[at] = Add(mixture[at], Multiply(noise, vector[at]));
        }

        foreach (int group in small)
            if (mixture[group] == 0) return true;
        var seen = new Dictionary<ulong, int>();
        foreach (int group in small)
        {
            if (seen.TryGetValue(Prime - mixture[group], out int other) && sizes[group] + other < fewest) return true;
            if (!seen.TryGetValue(mixture[group], out int least) || sizes[group] < least) seen[mixture[group]] = sizes[group];
        }

        return Array.Exists(secrets, secret => Dot(secret, mixture) == 0);
    }

    private static ulong Dot(ulong[] a, ulong[] b)
    {
        ulong sum = 0;
        for (int i = 0; i < a.Length; i++)
            if (a[i] != 0 && b[i] != 0) sum = Add(sum, Multiply(a[i], b[i]));
        return sum;
    }

    private static ulong Add(ulong a, ulong b)
    {
        ulong sum = a + b;
        return sum >= Prime ? sum - Prime : sum;
    }

    private static ulong Multiply(ulong a, ulong b)
    {
        if (a == 1) return b;
        if (b == 1) return a;
        ulong high = Math.BigMul(a, b, out ulong low);
        ulong folded = (low & Prime) + ((low >> 61) | (high << 3));
        return folded >= Prime ? folded - Prime : folded;
    }

    private static ulong Inverse(ulong value)
    {
        ulong result = 1, power = value;
        for (ulong exponent = Prime - 2; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1) result = Multiply(result, power);
            power = Multiply(power, power);
        }

        return result;
    }

    /// <summary>A weight divided by another number, for deflated sums.</summary>
    public static ulong Quotient(decimal weight, decimal divisor) => Multiply(Coefficient(weight), Inverse(Coefficient(divisor)));

    private static ulong Modulo(Int128 value)
    {
        Int128 rest = value % (Int128)Prime;
        return (ulong)(rest < 0 ? rest + (Int128)Prime : rest);
    }

    private static ulong Noise(ulong seed)
    {
        ulong x = seed + 0x9E37_79B9_7F4A_7C15UL;
        x = (x ^ (x >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D0_49BB_1331_11EBUL;
        return (x ^ (x >> 31)) % (Prime - 1) + 1;
    }
}
