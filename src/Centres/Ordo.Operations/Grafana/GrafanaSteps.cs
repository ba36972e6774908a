using Ordo.Foundation.Telemetry;

namespace Ordo.Operations.Grafana;

/// <summary>The step of a panel. Pure.</summary>
public static class GrafanaSteps
{
    public const int MostPoints = 11_000;
    private static readonly long[] Round =
    [
        1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000,
    ];

    /// <summary>The first round step that is no finer than the panel wants, and with which the range has no more figures than are enough.</summary>
    public static Step Of(long rangeMs, long? intervalMs, int? maxDataPoints)
    {
        long most = Math.Clamp(maxDataPoints ?? 1_000, 1, MostPoints);
        long least = Math.Max(intervalMs ?? 0, (rangeMs + most - 1) / most);
        foreach (long step in Round)
            if (step >= least) return Step.Fixed(TimeSpan.FromMilliseconds(step));
        const long day = 86_400_000;
        long days = (least + day - 1) / day;
        return days <= 1 ? Step.Day : Step.Fixed(TimeSpan.FromMilliseconds(days * day));
    }
}
