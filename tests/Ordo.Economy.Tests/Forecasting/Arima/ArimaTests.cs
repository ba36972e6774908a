using Ordo.Economy.Forecasting;
using Ordo.Economy.Forecasting.Arima;

namespace Ordo.Economy.Tests.Forecasting.Arima;

/// <summary>Figures of seasonal ARIMA models that follow by hand or are published.</summary>
public class ArimaTests
{
    /// <summary>International airline passengers in thousands, 1949–1960: series G of Box and Jenkins (1970).</summary>
    internal static readonly double[] Passengers =
    [
        112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
        171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
        242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336,
        340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
    ];

    [Fact]
    public void The_airline_model_has_the_published_estimates()
    {
        double[] differenced = Stationarity.Differenced(Stationarity.Differenced(Array.ConvertAll(Passengers, Math.Log), 12), 1);
        ArimaFit fit = ArimaFit.Conditional(differenced, new(0, 1, 1, 0, 1, 1, 12)).Refined(differenced);
        Assert.True(fit.IsExact);
        Assert.Equal(-0.4018, fit.Coefficients[0], 3);
        Assert.Equal(-0.5569, fit.Coefficients[1], 3);
        Assert.Equal(0.001348, fit.Variance * (131 - 2) / 131, 5); // published per observation, ours per degree of freedom
    }

    [Fact]
    public void The_airline_series_is_differenced_once_each_way_and_forecast_of_its_logarithms()
    {
        Forecast forecast = ForecastMethods.Arima.Forecast(Passengers.AsSpan(0, 132), 12, 12);
        Assert.Contains(",1,", forecast.Model, StringComparison.Ordinal);
        Assert.EndsWith("12 of logarithms", forecast.Model, StringComparison.Ordinal);
        double[] year = Passengers[132..], naive = [.. ForecastMethods.SeasonalNaive.Forecast(Passengers.AsSpan(0, 132), 12, 12).Mean];
        double smape = Accuracy.Smape(year, [.. forecast.Mean]);
        Assert.True(smape < 4, $"{smape}");
        Assert.True(smape < Accuracy.Smape(year, naive) / 2);
        Assert.InRange(Enumerable.Range(0, 12).Count(h => year[h] >= forecast.Lower[h] && year[h] <= forecast.Upper[h]), 10, 12);
    }

    [Fact]
    public void An_autoregression_of_order_one_has_the_likelihood_and_the_forecast_of_the_textbook()
    {
        double[] series = [1.2, 0.7, -0.4, 0.3, 0.9, -1.1, 0.2];
        const double Phi = 0.6;
        var exact = new ExactErrors(new(new(1, 0, 0), [Phi]));
        double[] errors = new double[series.Length];
        exact.Of(series, errors);
        double squares = (1 - Phi * Phi) * series[0] * series[0];
        for (int t = 1; t < series.Length; t++) squares += Math.Pow(series[t] - Phi * series[t - 1], 2);
        Assert.Equal(squares, errors.Sum(error => error * error), 10);
        Assert.Equal(-Math.Log(1 - Phi * Phi), exact.LogDeterminant, 10);
        WorkedNumbersTests.Equal([0.2 * 0.6, 0.2 * 0.36, 0.2 * 0.216], exact.Forecast(series, errors, 3), 12);

        var fit = new ArimaFit(new(1, 0, 0, HasConstant: true), [Phi, 10], 4, 0, IsExact: true);
        double[] around = [.. series.Select(value => value + 10)];
        (double[] mean, double[] variances) = fit.Forecast(around, around, 3);
        WorkedNumbersTests.Equal([10.12, 10.072, 10.0432], mean, 10);
        WorkedNumbersTests.Equal([4, 4 * (1 + 0.36), 4 * (1 + 0.36 + 0.1296)], variances, 10);
    }

    [Fact]
    public void A_moving_average_of_order_one_has_the_variances_of_the_innovations_recursion()
    {
        const double Theta = 0.5;
        double[] series = [0.4, -0.2, 0.9, 0.1];
        var exact = new ExactErrors(new(new(0, 0, 1), [Theta]));
        double[] errors = new double[4];
        exact.Of(series, errors);
        double variance = 1 + Theta * Theta, predicted = 0, logs = 0;
        for (int t = 0; t < 4; t++)
        {
            Assert.Equal((series[t] - predicted) / Math.Sqrt(variance), errors[t], 10);
            logs += Math.Log(variance);
            predicted = Theta / variance * (series[t] - predicted);
            variance = 1 + Theta * Theta - Theta * Theta / variance;
        }
        Assert.Equal(logs, exact.LogDeterminant, 10);
        WorkedNumbersTests.Equal([predicted, 0], exact.Forecast(series, errors, 2), 10);
    }

    [Fact]
    public void The_exact_likelihood_of_a_seasonal_model_is_that_of_its_covariance_matrix()
    {
        // ARIMA(1,0,1)(1,0,1)4 as a long moving average: the covariance matrix by brute force.
        var coefficients = new ArimaCoefficients(new(1, 0, 1, 1, 0, 1, 4), [0.5, 0.3, 0.4, -0.2]);
        double[] psi = LagPolynomial.Psi(coefficients.WholeAr(), coefficients.WholeMa(), 400);
        double[] series = [.. Enumerable.Range(0, 14).Select(i => Math.Sin(i * 1.7) + 0.2 * i % 3)];
        double[,] factor = new double[14, 14];
        double logs = 0, squares = 0;
        double[] solved = new double[14];
        for (int i = 0; i < 14; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int k = 0; k + i - j < psi.Length; k++) sum += psi[k] * psi[k + i - j];
                for (int k = 0; k < j; k++) sum -= factor[i, k] * factor[j, k];
                factor[i, j] = i == j ? Math.Sqrt(sum) : sum / factor[j, j];
            }
            double value = series[i];
            for (int k = 0; k < i; k++) value -= factor[i, k] * solved[k];
            solved[i] = value / factor[i, i];
            logs += 2 * Math.Log(factor[i, i]);
            squares += solved[i] * solved[i];
        }
        double[] errors = new double[14];
        var exact = new ExactErrors(coefficients);
        exact.Of(series, errors);
        Assert.Equal(logs, exact.LogDeterminant, 8);
        Assert.Equal(squares, errors.Sum(error => error * error), 8);
    }

    [Fact]
    public void Conditional_errors_and_their_slopes_agree()
    {
        var order = new ArimaOrder(2, 0, 1, 1, 0, 1, 4, HasConstant: true);
        double[] series = [.. Enumerable.Range(0, 40).Select(i => Math.Sin(i * 0.9) + i % 5 * 0.3)], row = [0.3, -0.2, 0.4, 0.25, -0.35, 0.6], errors = new double[40], moved = new double[40];
        double[][] columns = [.. row.Select(_ => new double[40])];
        ConditionalErrors.Of(series, new(order, row), errors);
        ConditionalErrors.Derivatives(errors, new(order, row), columns);
        for (int i = 0; i < row.Length; i++)
        {
            double[] beside = [.. row];
            beside[i] += 1e-6;
            ConditionalErrors.Of(series, new(order, beside), moved);
            for (int t = 0; t < 40; t++) Assert.Equal((moved[t] - errors[t]) / 1e-6, columns[i][t], 4);
        }
    }

    [Theory]
    [InlineData(true, 0.5)]
    [InlineData(false, 1.0)]
    [InlineData(true, 0.5, 0.3)]
    [InlineData(false, 0.5, 0.5)]
    [InlineData(true, 1.2, -0.5)]
    [InlineData(false, 0.0, 1.02)]
    [InlineData(false, 0.0, -1.0)]
    public void Stationary_is_what_has_its_roots_outside_of_the_unit_circle(bool expected, params double[] coefficients) => Assert.Equal(expected, LagPolynomial.HasRootsBeyond(1, coefficients));

    [Fact]
    public void Weights_of_past_disturbances_follow_the_recursion()
    {
        WorkedNumbersTests.Equal([1, 0.9, 0.54, 0.324], LagPolynomial.Psi([0.6], [0.3], 4), 12);
        WorkedNumbersTests.Equal([1, 0.6, 0.6, 0.6], LagPolynomial.Psi(LagPolynomial.Differences(1, 0, 1), [-0.4], 4), 12);
        WorkedNumbersTests.Equal([1, 0, 0, 1, -1], LagPolynomial.Differences(1, 1, 4) is [var a, var b, var c, var d, var e] ? [a, b, c, d, e] : [], 12);
    }

    [Fact]
    public void A_level_passes_the_test_of_stationarity_and_a_walk_does_not()
    {
        // Four values by hand: deviations −1, 1, −1, 1; partial sums −1, 0, −1, 0; no lags: 2 ÷ (4 · 4) = 0.125.
        Assert.Equal(0.125, Stationarity.Kpss([1, 3, 1, 3]), 12);
        var random = new Random(11);
        double[] noise = [.. Enumerable.Range(0, 120).Select(_ => random.NextDouble())], walk = new double[120];
        for (int i = 1; i < 120; i++) walk[i] = walk[i - 1] + noise[i] - 0.5;
        Assert.Equal(0, Stationarity.Differences(noise));
        Assert.Equal(1, Stationarity.Differences(walk));
        Assert.Equal(0, Stationarity.Differences([.. Enumerable.Repeat(5.0, 30)]));
        Assert.Equal(1, Stationarity.SeasonalDifferences(Array.ConvertAll(Passengers, Math.Log), 12));
        Assert.Equal(0, Stationarity.SeasonalDifferences(noise, 12));
    }

    [Fact]
    public void The_search_finds_the_memory_that_a_series_was_made_with()
    {
        var random = new Random(4);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] series = new double[400];
        for (int t = 1; t < 400; t++) series[t] = 20 * 0.3 + 0.7 * series[t - 1] + Normal();
        (ArimaFit fit, _) = ArimaSearch.Choose(series.AsSpan(100), 1);
        Assert.Equal(0, fit.Order.Difference);
        double[] psi = LagPolynomial.Psi(new ArimaCoefficients(fit.Order, [.. fit.Coefficients]).WholeAr(), new ArimaCoefficients(fit.Order, [.. fit.Coefficients]).WholeMa(), 4);
        Assert.InRange(psi[2], 0.3, 0.7);
        Assert.InRange(psi[1], 0.55, 0.85);
        Assert.InRange(fit.Variance, 0.8, 1.25);
    }

    [Fact]
    public void A_hostile_length_and_period_still_end()
    {
        var random = new Random(9);
        double[] series = [.. Enumerable.Range(0, 2000).Select(i => Math.Sin(i / 8.4) + random.NextDouble())];
        Assert.All(ForecastMethods.Arima.Forecast(series, 53, 120).Mean, value => Assert.True(double.IsFinite(value)));
    }
}
