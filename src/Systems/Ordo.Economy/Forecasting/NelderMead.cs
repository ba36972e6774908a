namespace Ordo.Economy.Forecasting;

/// <summary>Minimum of a function of a few parameters without derivatives. A point outside the bounds is worth +∞, so it is never kept.</summary>
internal static class NelderMead
{
    /// <param name="start">First corner; overwritten with the best point found.</param>
    /// <param name="steps">Distance of the other corners in each direction.</param>
    /// <returns>The value at the best point.</returns>
    public static double Minimize(Func<double[], double> function, double[] start, double[] steps, int evaluations)
    {
        int n = start.Length;
        if (n == 0) return function(start);
        double[][] corners = new double[n + 1][];
        double[] values = new double[n + 1];
        for (int i = 0; i <= n; i++)
        {
            corners[i] = (double[])start.Clone();
            if (i > 0) corners[i][i - 1] += steps[i - 1];
            values[i] = Value(function, corners[i]);
            if (i > 0 && double.IsPositiveInfinity(values[i]))
            {
                corners[i][i - 1] -= 1.5 * steps[i - 1]; // the other way, when this one leaves the bounds
                values[i] = Value(function, corners[i]);
            }
        }
        double[] centre = new double[n], trial = new double[n], further = new double[n];
        for (int used = n + 1; used < evaluations;)
        {
            Array.Sort(values, corners);
            if (Math.Abs(values[n] - values[0]) < 1e-9 * (Math.Abs(values[0]) + 1e-9)) break;
            Centre(corners, centre);
            double reflected = Try(1);
            if (reflected < values[0])
            {
                Array.Copy(trial, further, n);
                double expanded = Try(2);
                if (expanded < reflected) Keep(trial, expanded); else Keep(further, reflected);
            }
            else if (reflected < values[n - 1]) Keep(trial, reflected);
            else
            {
                double contracted = Try(reflected < values[n] ? 0.5 : -0.5);
                if (contracted < Math.Min(reflected, values[n])) Keep(trial, contracted);
                else Shrink();
            }

            double Try(double factor)
            {
                for (int i = 0; i < n; i++) trial[i] = centre[i] + factor * (centre[i] - corners[n][i]);
                used++;
                return Value(function, trial);
            }

            void Keep(double[] point, double value)
            {
                Array.Copy(point, corners[n], n);
                values[n] = value;
            }

            void Shrink()
            {
                for (int corner = 1; corner <= n; corner++)
                {
                    for (int i = 0; i < n; i++) corners[corner][i] = (corners[corner][i] + corners[0][i]) / 2;
                    values[corner] = Value(function, corners[corner]);
                }
                used += n;
            }
        }
        Array.Sort(values, corners);
        Array.Copy(corners[0], start, n);
        return values[0];
    }

    private static void Centre(double[][] corners, double[] centre)
    {
        int n = centre.Length;
        for (int i = 0; i < n; i++)
        {
            double sum = 0;
            for (int corner = 0; corner < n; corner++) sum += corners[corner][i];
            centre[i] = sum / n;
        }
    }

    private static double Value(Func<double[], double> function, double[] point)
    {
        double value = function(point);
        return double.IsNaN(value) ? double.PositiveInfinity : value;
    }
}
