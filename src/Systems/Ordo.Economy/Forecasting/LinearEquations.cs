namespace Ordo.Economy.Forecasting;

/// <summary>A few equations by elimination with pivots.</summary>
internal static class LinearEquations
{
    /// <summary>Overwrites both arguments.</summary>
    /// <returns><c>null</c> when the equations depend on each other.</returns>
    public static double[]? Solve(double[,] matrix, double[] right)
    {
        int n = right.Length;
        for (int column = 0; column < n; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < n; row++) if (Math.Abs(matrix[row, column]) > Math.Abs(matrix[pivot, column])) pivot = row;
            if (!(Math.Abs(matrix[pivot, column]) > 1e-300)) return null;
            if (pivot != column)
            {
                for (int k = column; k < n; k++) (matrix[column, k], matrix[pivot, k]) = (matrix[pivot, k], matrix[column, k]);
                (right[column], right[pivot]) = (right[pivot], right[column]);
            }
            for (int row = column + 1; row < n; row++)
            {
                double factor = matrix[row, column] / matrix[column, column];
                if (factor == 0) continue;
                for (int k = column; k < n; k++) matrix[row, k] -= factor * matrix[column, k];
                right[row] -= factor * right[column];
            }
        }
        for (int row = n - 1; row >= 0; row--)
        {
            for (int k = row + 1; k < n; k++) right[row] -= matrix[row, k] * right[k];
            right[row] /= matrix[row, row];
        }
        return right;
    }
}
