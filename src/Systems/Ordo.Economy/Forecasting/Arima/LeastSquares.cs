namespace Ordo.Economy.Forecasting.Arima;

/// <summary>Nonlinear least squares by Levenberg and Marquardt, for few parameters and within bounds that the caller knows.</summary>
internal static class LeastSquares
{
    /// <summary>Errors at a point; <c>false</c> when it lies outside of the bounds.</summary>
    public delegate bool Errors(double[] point, double[] errors);

    /// <summary>Derivatives of the errors by each parameter at the point last looked at.</summary>
    public delegate void Derivatives(double[] point, double[] errors, double[][] columns);

    /// <param name="point">Start, inside the bounds; overwritten with the best point.</param>
    /// <param name="errorsAt">Overwritten with the errors at the best point.</param>
    /// <param name="steps">At most.</param>
    /// <param name="enough">Relative gain of a step that is none.</param>
    /// <returns>Sum of squares at the best point; +∞ when the start is outside.</returns>
    public static double Minimize(Errors errors, Derivatives derivatives, double[] point, double[] errorsAt, int steps, double enough)
    {
        int n = point.Length;
        if (!errors(point, errorsAt)) return double.PositiveInfinity;
        double squares = Vectors.Dot(errorsAt, errorsAt);
        if (n == 0 || squares == 0) return squares;
        double[][] columns = new double[n][];
        for (int i = 0; i < n; i++) columns[i] = new double[errorsAt.Length];
        double[,] normal = new double[n, n];
        double[] gradient = new double[n], trial = new double[n], trialErrors = new double[errorsAt.Length];
        double damping = 1e-3;
        for (int step = 0; step < steps; step++)
        {
            derivatives(point, errorsAt, columns);
            for (int i = 0; i < n; i++)
            {
                gradient[i] = -Vectors.Dot(columns[i], errorsAt);
                for (int j = 0; j <= i; j++) normal[i, j] = normal[j, i] = Vectors.Dot(columns[i], columns[j]);
            }

            double before = squares;
            bool better = false;
            for (int attempt = 0; attempt < 8 && !better; attempt++)
            {
                double[,] damped = (double[,])normal.Clone();
                for (int i = 0; i < n; i++) damped[i, i] += damping * normal[i, i] + 1e-12;
                if (LinearEquations.Solve(damped, (double[])gradient.Clone()) is not { } move) break;
                for (int i = 0; i < n; i++) trial[i] = point[i] + move[i];
                double reached = errors(trial, trialErrors) ? Vectors.Dot(trialErrors, trialErrors) : double.PositiveInfinity;
                better = reached < squares;
                if (!better)
                {
                    damping *= 8;
                    continue;
                }
                damping = Math.Max(damping / 10, 1e-9);
                squares = reached;
                trial.CopyTo(point, 0);
                trialErrors.CopyTo(errorsAt, 0);
            }
            if (!better || before - squares <= enough * before) break;
        }
        return squares;
    }
}
