namespace Ordo.Economy.Forecasting;

/// <summary>How many standard deviations a central interval of the normal distribution reaches to each side.</summary>
internal static class NormalQuantile
{
    /// <param name="confidence">Probability of the interval: 0.9 gives 1.6449.</param>
    public static double Central(double confidence)
    {
        if (!(confidence > 0 && confidence < 1)) throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "The probability of an interval lies between 0 and 1.");
        double target = confidence, low = 0, high = 40;
        // Bisection on a monotone function: 60 halvings leave nothing to explain, and this runs once a forecast.
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (CentralProbability(middle) < target) low = middle; else high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>Probability that a standard normal value lies within ±z: erf(z/√2), by its series below 3 and the continued fraction above.</summary>
    private static double CentralProbability(double z)
    {
        if (z > 8) return 1;
        double x = z / Math.Sqrt(2);
        if (x < 3)
        {
            double term = x, sum = x;
            for (int n = 1; n < 80; n++)
            {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }
            return 2 / Math.Sqrt(Math.PI) * sum;
        }
        double fraction = 0;
        for (int n = 60; n >= 1; n--) fraction = n / 2.0 / (x + fraction);
        return 1 - Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction);
    }
}
