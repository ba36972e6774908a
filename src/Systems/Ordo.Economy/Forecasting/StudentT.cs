namespace Ordo.Economy.Forecasting;

/// <summary>Student's t for few observations, where the normal distribution would promise too much.</summary>
public static class StudentT
{
    /// <summary>P(T ≤ t) with whole degrees of freedom: the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4.</summary>
    public static double Probability(double t, int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        double angle = Math.Atan(t / Math.Sqrt(freedom)), cosine2 = Math.Cos(angle) * Math.Cos(angle);
        double between; // P(−t < T < t), signed
        if (freedom % 2 == 1)
        {
            double sum = 0, term = 1;
            for (int i = 3; i <= freedom; i += 2)
            {
                if (i > 3) term *= (i - 3) / (double)(i - 2) * cosine2;
                sum += term;
            }
            between = 2 / Math.PI * (angle + Math.Sin(angle) * Math.Cos(angle) * sum);
        }
        else
        {
            double sum = 1, term = 1;
            for (int i = 4; i <= freedom; i += 2)
            {
                term *= (i - 3) / (double)(i - 2) * cosine2;
                sum += term;
            }
            between = Math.Sin(angle) * sum;
        }
        return Math.Clamp((1 + between) / 2, 0, 1);
    }

    /// <summary>The t below which the probability lies, by bisection.</summary>
    public static double Quantile(double probability, int freedom)
    {
        if (probability is <= 0 or >= 1) throw new ArgumentOutOfRangeException(nameof(probability));
        double low = -1, high = 1;
        while (Probability(high, freedom) < probability) high *= 2;
        while (Probability(low, freedom) > probability) low *= 2;
        for (int i = 0; i < 100 && high - low > 1e-12 * Math.Max(1, Math.Abs(high)); i++)
        {
            double middle = (low + high) / 2;
            if (Probability(middle, freedom) < probability) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }
}
