using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Economy.Filing;

/// <summary>Electricity of an enterprise by its own meters, as telemetry has it, beside what it reports.</summary>
public sealed class MeteredElectricity(IPointDirectory points, ITelemetryReader telemetry)
{
    /// <summary>Share of the days that must have data: a month with a gap is no month to compare with.</summary>
    private const double FullEnough = 0.9;

    private const double KilowattHoursPerWan = 10_000;

    /// <summary>
    /// The meters nearest to the enterprise's own node: those below them measure the same energy again. Energy counters first, and where there are none, power.
    /// </summary>
    /// <returns>万kWh, or <c>null</c> without a meter or with too little data.</returns>
    public async Task<decimal?> ReadAsync(string enterprisePath, Period period, TimeZoneInfo zone, CancellationToken cancellation)
    {
        PointEntry[] own = [.. points.Current.All.Where(entry => entry.Series is not null && entry.AssetPath.StartsWith(enterprisePath, StringComparison.Ordinal))];
        foreach (string quantity in new[] { "activeEnergy", "activePower" })
        {
            PointEntry[] meters = Nearest([.. own.Where(entry => entry.Point.Quantity == quantity)]);
            if (meters.Length > 0 && await SumAsync(meters, quantity == "activeEnergy", period, zone, cancellation) is { } total) return total;
        }

        return null;
    }

    private static PointEntry[] Nearest(PointEntry[] meters)
    {
        if (meters.Length == 0) return meters;
        int depth = meters.Min(entry => entry.AssetPath.Count(character => character == '/'));
        return [.. meters.Where(entry => entry.AssetPath.Count(character => character == '/') == depth)];
    }

    private async Task<decimal?> SumAsync(PointEntry[] meters, bool counters, Period period, TimeZoneInfo zone, CancellationToken cancellation)
    {
        var from = new DateTime(period.Year, period.First, 1);
        DateTime to = new DateTime(period.Year, period.Last, 1).AddMonths(1);
        (long[] starts, IReadOnlyList<AggregateColumns> columns) = await telemetry.AggregateAsync(
            [.. meters.Select(entry => entry.Series!.Value)], Instant(from, zone), Instant(to, zone), Step.Day, counters ? Aggregate.Delta : Aggregate.Avg, cancellation);
        double total = 0;
        for (int i = 0; i < meters.Length; i++)
        {
            double[] days = [.. columns[i].Values.Where(value => !double.IsNaN(value))];
            if (days.Length < starts.Length * FullEnough) return null;
            // Units of the catalogue: energy to kWh, power to kW, a day having 24 hours.
            double scale = meters[i].Point.Scale * (meters[i].Point.Unit is "MWh" or "MW" ? 1_000 : 1);
            total += days.Sum() * scale * (counters ? 1 : 24);
        }

        return (decimal)(total / KilowattHoursPerWan);
    }

    private static long Instant(DateTime wall, TimeZoneInfo zone) => new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUnixTimeMilliseconds();
}
