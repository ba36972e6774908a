using System.Numerics;

namespace Ordo.Economy.Forecasting.Arima;

/// <summary>
/// One-step errors of a model when everything before the first observation is taken as zero (conditional sum of squares), and their derivatives. Because all
/// four parts are then plain filters, the derivative by a coefficient is the errors filtered once more and shifted.
/// </summary>
internal static class ConditionalErrors
{
    /// <param name="differenced">The differenced series.</param>
    /// <param name="errors">As long as the series.</param>
    public static void Of(ReadOnlySpan<double> differenced, ArimaCoefficients coefficients, Span<double> errors)
    {
        int period = coefficients.Order.Period;
        double constant = coefficients.Constant;
        for (int t = 0; t < errors.Length; t++) errors[t] = differenced[t] - constant;
        Moving(errors, coefficients.Ar, 1);
        Moving(errors, coefficients.SeasonalAr, period);
        Recursive(errors, coefficients.SeasonalMa, period, 1);
        Recursive(errors, coefficients.Ma, 1, 1);
    }

    /// <param name="columns">One row a coefficient, each as long as the errors.</param>
    public static void Derivatives(ReadOnlySpan<double> errors, ArimaCoefficients coefficients, double[][] columns)
    {
        ArimaOrder order = coefficients.Order;
        int period = order.Period, next = 0;
        Span<double> filtered = errors.Length <= 1024 ? stackalloc double[errors.Length] : new double[errors.Length];
        next = Shifts(errors, filtered, coefficients.Ar, order.Ar, 1, -1, columns, next);
        next = Shifts(errors, filtered, coefficients.Ma, order.Ma, 1, 1, columns, next);
        next = Shifts(errors, filtered, coefficients.SeasonalAr, order.SeasonalAr, period, -1, columns, next);
        next = Shifts(errors, filtered, coefficients.SeasonalMa, order.SeasonalMa, period, 1, columns, next);
        if (!order.HasConstant) return;
        Span<double> column = columns[next];
        column.Fill(-1);
        Moving(column, coefficients.Ar, 1);
        Moving(column, coefficients.SeasonalAr, period);
        Recursive(column, coefficients.SeasonalMa, period, 1);
        Recursive(column, coefficients.Ma, 1, 1);
    }

    private static int Shifts(ReadOnlySpan<double> errors, Span<double> filtered, ReadOnlySpan<double> part, int count, int lag, double sign, double[][] columns, int next)
    {
        if (count == 0) return next;
        errors.CopyTo(filtered);
        Recursive(filtered, part, lag, sign);
        for (int i = 1; i <= count; i++)
        {
            Span<double> column = columns[next++];
            int shift = Math.Min(i * lag, column.Length);
            column[..shift].Clear();
            for (int t = shift; t < column.Length; t++) column[t] = -filtered[t - shift];
        }
        return next;
    }

    /// <summary>x(t) − Σ c·x(t−i·lag), in place from the end, where what lies before is still as it was.</summary>
    private static void Moving(Span<double> values, ReadOnlySpan<double> part, int lag)
    {
        if (part.Length == 0) return;
        int reach = part.Length * lag, t = values.Length;
        for (; t - Vector<double>.Count >= reach; t -= Vector<double>.Count)
        {
            int at = t - Vector<double>.Count;
            var block = new Vector<double>(values[at..]);
            for (int i = 0; i < part.Length; i++) block -= new Vector<double>(values[(at - (i + 1) * lag)..]) * part[i];
            block.CopyTo(values[at..]);
        }
        for (t--; t >= lag; t--) values[t] = Step(values, part, lag, t);
    }

    /// <summary>y(t) = x(t) − sign·Σ c·y(t−i·lag), in place from the start.</summary>
    private static void Recursive(Span<double> values, ReadOnlySpan<double> part, int lag, double sign)
    {
        if (part.Length == 0) return;
        Span<double> signed = stackalloc double[part.Length];
        for (int i = 0; i < part.Length; i++) signed[i] = sign * part[i];
        int t = lag, reach = Math.Min(part.Length * lag, values.Length);
        for (; t < reach; t++) values[t] = Step(values, signed, lag, t);
        if (lag >= Vector<double>.Count)
        {
            // A year apart, neighbours do not wait for each other.
            for (; t + Vector<double>.Count <= values.Length; t += Vector<double>.Count)
            {
                var block = new Vector<double>(values[t..]);
                for (int i = 0; i < signed.Length; i++) block -= new Vector<double>(values[(t - (i + 1) * lag)..]) * signed[i];
                block.CopyTo(values[t..]);
            }
        }
        else if (lag == 1 && signed.Length == 1)
        {
            double last = t > 0 && t <= values.Length ? values[t - 1] : 0, factor = signed[0];
            for (; t < values.Length; t++) values[t] = last = values[t] - factor * last;
        }
        for (; t < values.Length; t++) values[t] = Step(values, signed, lag, t);
    }

    private static double Step(ReadOnlySpan<double> values, ReadOnlySpan<double> part, int lag, int t)
    {
        double value = values[t];
        for (int i = 0, before = t - lag; i < part.Length && before >= 0; i++, before -= lag) value -= part[i] * values[before];
        return value;
    }
}
