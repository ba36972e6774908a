namespace Ordo.Economy.Forecasting;

/// <summary>One fitted exponential smoothing model: states after the last observation, and what it expects next.</summary>
/// <param name="Form">Which model.</param>
/// <param name="Parameters">Smoothing parameters.</param>
/// <param name="State">After the last observation.</param>
/// <param name="Variance">Of the one-step error; relative to the forecast when the error is multiplicative.</param>
/// <param name="Aicc">Corrected information criterion, smaller is better; +∞ when the series is too short for the form.</param>
public sealed record EtsFit(EtsForm Form, EtsParameters Parameters, EtsState State, double Variance, double Aicc)
{
    private const double Edge = 1e-4;

    /// <summary>Fits by maximum likelihood: smoothing parameters, first level and slope; the first season comes from classical decomposition.</summary>
    /// <param name="evaluations">How often the likelihood may be looked at.</param>
    public static EtsFit Of(ReadOnlySpan<double> series, int period, EtsForm form, int evaluations = 400) =>
        Search.Start(series, period, form).Improve(evaluations).Fit();

    /// <summary>The states after running fixed parameters from given first states: the textbook arithmetic.</summary>
    public static EtsFit WithFixed(ReadOnlySpan<double> series, EtsForm form, EtsParameters parameters, EtsState first, Span<double> fitted = default)
    {
        double[] ring = [.. first.Seasons];
        EtsFilter end = EtsFilter.Run(series, form.Season, parameters, first.Level, first.Slope, ring, fitted);
        double errors = form.Error == EtsError.Additive ? end.SquaredErrors : end.SquaredRelativeErrors;
        return new EtsFit(form, parameters, StateOf(end, ring), errors / Math.Max(series.Length, 1), double.PositiveInfinity);
    }

    public double[] Mean(int horizon)
    {
        double[] mean = new double[horizon];
        for (int h = 1; h <= horizon; h++) mean[h - 1] = WithSeason(State.Level + Damping(h) * State.Slope, h);
        return mean;
    }

    /// <summary>Variance of the error h steps ahead: exact for linear models, and for multiplicative errors by the recursion for their second moments.</summary>
    public double[] Variances(int horizon)
    {
        double[] variances = new double[horizon], growth = new double[horizon + 1];
        int period = Math.Max(State.Seasons.Count, 1);
        for (int j = 1; j <= horizon; j++)
        {
            growth[j] = Parameters.Alpha + Parameters.Beta * Damping(j);
            if (Form.Season == EtsSeason.Additive && j % period == 0) growth[j] += Parameters.Gamma;
        }
        if (Form.Error == EtsError.Additive)
        {
            double sum = 1;
            for (int h = 1; h <= horizon; h++)
            {
                variances[h - 1] = Variance * sum;
                sum += growth[h] * growth[h];
            }
            return variances;
        }

        double[] second = new double[horizon + 1]; // E[(conditional mean)²] without the multiplicative season
        for (int h = 1; h <= horizon; h++)
        {
            double smooth = State.Level + Damping(h) * State.Slope;
            double mean = Form.Season == EtsSeason.Additive ? WithSeason(smooth, h) : smooth;
            second[h] = mean * mean;
            for (int j = 1; j < h; j++) second[h] += Variance * growth[j] * growth[j] * second[h - j];
            double index = Form.Season == EtsSeason.Multiplicative ? Season(h) : 1;
            double seasonGrowth = Form.Season == EtsSeason.Multiplicative
                ? Math.Pow(1 + Parameters.Gamma * Parameters.Gamma * Variance, (h - 1) / period) : 1;
            variances[h - 1] = index * index * (second[h] * (1 + Variance) * seasonGrowth - mean * mean);
        }
        return variances;
    }

    public IReadOnlyDictionary<string, double> Describe()
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal) { ["alpha"] = Parameters.Alpha };
        if (Form.Trend != EtsTrend.None) values["beta"] = Parameters.Beta;
        if (Form.Trend == EtsTrend.Damped) values["phi"] = Parameters.Phi;
        if (Form.Season != EtsSeason.None) values["gamma"] = Parameters.Gamma;
        values["level"] = State.Level;
        if (Form.Trend != EtsTrend.None) values["slope"] = State.Slope;
        return values;
    }

    /// <summary>φ + φ² + … + φʰ, or h without damping.</summary>
    private double Damping(int steps) =>
        Parameters.Phi == 1 ? steps : Parameters.Phi * (1 - Math.Pow(Parameters.Phi, steps)) / (1 - Parameters.Phi);

    private double Season(int step) => State.Seasons[(step - 1) % State.Seasons.Count];

    private double WithSeason(double smooth, int step) => Form.Season switch
    {
        EtsSeason.Additive => smooth + Season(step),
        EtsSeason.Multiplicative => smooth * Season(step),
        _ => smooth,
    };

    private static EtsState StateOf(EtsFilter end, double[] ring) =>
        new(end.Level, end.Slope, [.. ring.AsSpan(end.Position), .. ring.AsSpan(0, end.Position)]);

    /// <summary>A fit that is under way, so that many forms can be tried briefly and only the promising ones fully.</summary>
    internal sealed class Search
    {
        private readonly double[] _series, _firstSeasons, _ring, _point, _steps;
        private readonly int _period;
        private readonly double _level, _slope, _scale;

        private Search(double[] series, int period, EtsForm form, double[] firstSeasons, double level, double slope, double scale, double[] point)
        {
            (_series, _period, Form, _firstSeasons, _level, _slope, _scale, _point) = (series, period, form, firstSeasons, level, slope, scale, point);
            _ring = new double[firstSeasons.Length];
            _steps = StepsOf(form);
            Criterion = Objective(_point);
        }

        public EtsForm Form { get; }

        /// <summary>−2 log likelihood up to a constant that all forms share.</summary>
        public double Criterion { get; private set; }

        public double Aicc
        {
            get
            {
                int k = Form.Parameters(_period), n = _series.Length;
                return n - k - 1 <= 0 ? double.PositiveInfinity : Criterion + 2.0 * k * n / (n - k - 1);
            }
        }

        public static Search Start(ReadOnlySpan<double> series, int period, EtsForm form)
        {
            double[] values = series.ToArray(), seasons = [], adjusted = values;
            if (form.Season != EtsSeason.None)
            {
                SeasonalPattern pattern = SeasonalPattern.Of(series, period, form.Season == EtsSeason.Multiplicative);
                seasons = [.. pattern.Indices];
                adjusted = pattern.Remove(series);
            }
            (double level, double slope) = FirstLine(adjusted);
            double scale = Math.Max(Spread(adjusted), 1e-9 * Math.Max(Math.Abs(level), 1));
            if (form.Trend == EtsTrend.None) (level, slope) = (level + 2 * slope, 0);
            return new Search(values, period, form, seasons, level, slope, scale, FirstPoint(form));
        }

        /// <summary>The same place with the other kind of error.</summary>
        public Search With(EtsError error) =>
            new(_series, _period, Form with { Error = error }, _firstSeasons, _level, _slope, _scale, (double[])_point.Clone());

        public Search Improve(int evaluations)
        {
            Criterion = NelderMead.Minimize(Objective, _point, _steps, evaluations);
            return this;
        }

        public EtsFit Fit()
        {
            (EtsParameters parameters, double level, double slope) = Read(_point);
            _firstSeasons.CopyTo(_ring, 0);
            EtsFilter end = EtsFilter.Run(_series, Form.Season, parameters, level, slope, _ring);
            double errors = Form.Error == EtsError.Additive ? end.SquaredErrors : end.SquaredRelativeErrors;
            int freedom = Math.Max(_series.Length - Form.SmoothingParameters - (Form.Trend == EtsTrend.None ? 1 : 2), 1);
            return new EtsFit(Form, parameters, StateOf(end, _ring), errors / freedom, Aicc);
        }

        private double Objective(double[] point)
        {
            (EtsParameters p, double level, double slope) = Read(point);
            if (!Inside(p.Alpha) || (Form.Trend != EtsTrend.None && !Inside(p.TrendShare)) || (Form.Season != EtsSeason.None && !Inside(p.SeasonShare))
                || (Form.Trend == EtsTrend.Damped && p.Phi is < 0.8 or > 0.98)) return double.PositiveInfinity;
            _firstSeasons.CopyTo(_ring, 0);
            EtsFilter end = EtsFilter.Run(_series, Form.Season, p, level, slope, _ring);
            int n = _series.Length;
            return Form.Error == EtsError.Additive
                ? n * Math.Log(Math.Max(end.SquaredErrors, 1e-300))
                : n * Math.Log(Math.Max(end.SquaredRelativeErrors, 1e-300)) + 2 * end.LogForecasts;
        }

        private static bool Inside(double value) => value is >= Edge and <= 1 - Edge;

        private (EtsParameters, double Level, double Slope) Read(double[] point)
        {
            int i = 0;
            double alpha = point[i++];
            double share = Form.Trend == EtsTrend.None ? 0 : point[i++];
            double phi = Form.Trend == EtsTrend.Damped ? point[i++] : 1;
            double season = Form.Season == EtsSeason.None ? 0 : point[i++];
            double level = _level + _scale * point[i++];
            double slope = Form.Trend == EtsTrend.None ? 0 : _slope + _scale * point[i];
            return (new EtsParameters(alpha, share, season, phi), level, slope);
        }

        private static double[] FirstPoint(EtsForm form)
        {
            List<double> point = [form.Season == EtsSeason.None ? 0.5 : 0.3];
            if (form.Trend != EtsTrend.None) point.Add(0.1);
            if (form.Trend == EtsTrend.Damped) point.Add(0.95);
            if (form.Season != EtsSeason.None) point.Add(0.1);
            point.Add(0);
            if (form.Trend != EtsTrend.None) point.Add(0);
            return [.. point];
        }

        private static double[] StepsOf(EtsForm form)
        {
            List<double> steps = [0.2];
            if (form.Trend != EtsTrend.None) steps.Add(0.1);
            if (form.Trend == EtsTrend.Damped) steps.Add(-0.05);
            if (form.Season != EtsSeason.None) steps.Add(0.1);
            steps.Add(0.5);
            if (form.Trend != EtsTrend.None) steps.Add(0.1);
            return [.. steps];
        }

        /// <summary>Straight line through the first ten values: where the recursion begins to look for its own start.</summary>
        private static (double Level, double Slope) FirstLine(double[] values)
        {
            (double intercept, double slope) = Line.Through(values.AsSpan(0, Math.Min(values.Length, 10)));
            return (intercept, slope);
        }

        private static double Spread(double[] values)
        {
            double sum = 0;
            for (int i = 1; i < values.Length; i++) sum += Math.Abs(values[i] - values[i - 1]);
            return values.Length > 1 ? sum / (values.Length - 1) : 0;
        }
    }
}
