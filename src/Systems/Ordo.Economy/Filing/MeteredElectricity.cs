using Ordo.Economy.Figures;
using Ordo.Economy.Forecasting.Nowcast;
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

    /// <summary>Day by day, of enterprises that have such a meter: the same choice of meters as for a period.</summary>
    /// <param name="from">First day.</param>
    /// <param name="end">First day that is not asked for.</param>
    public async Task<IReadOnlyDictionary<string, MeteredDays>> ReadDaysAsync(IReadOnlyCollection<string> enterprisePaths, DateOnly from, DateOnly end, TimeZoneInfo zone, CancellationToken cancellation)
    {
        var found = new Dictionary<string, MeteredDays>(StringComparer.Ordinal);
        if (from >= end) return found;
        PointEntry[] all = [.. points.Current.All.Where(entry => entry.Series is not null && (entry.Point.Quantity is "activeEnergy" or "activePower"))];
        if (all.Length == 0) return found;
        foreach (string path in enterprisePaths)
        {
            PointEntry[] own = [.. all.Where(entry => entry.AssetPath.StartsWith(path, StringComparison.Ordinal))];
            foreach (string quantity in new[] { "activeEnergy", "activePower" })
            {
                PointEntry[] meters = Nearest([.. own.Where(entry => entry.Point.Quantity == quantity)]);
                if (meters.Length == 0) continue;
                (long[] starts, IReadOnlyList<AggregateColumns> columns) = await telemetry.AggregateAsync([.. meters.Select(entry => entry.Series!.Value)],
                    Instant(from.ToDateTime(TimeOnly.MinValue), zone), Instant(end.ToDateTime(TimeOnly.MinValue), zone), Step.Day, quantity == "activeEnergy" ? Aggregate.Delta : Aggregate.Avg, cancellation);
                double[] days = new double[starts.Length];
                for (int day = 0; day < days.Length; day++)
                    for (int i = 0; i < meters.Length; i++) days[day] += columns[i].Values[day] * FactorOf(meters[i], quantity == "activeEnergy") / KilowattHoursPerWan; // one gap makes the day NaN
                if (days.All(double.IsNaN)) continue;
                found[path] = new(EconomySnapshot.DayOf(DateTimeOffset.FromUnixTimeMilliseconds(starts[0]), zone), days);
                break;
            }
        }

        return found;
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
            total += days.Sum() * FactorOf(meters[i], counters);
        }

        return (decimal)(total / KilowattHoursPerWan);
    }

    /// <summary>Units of the catalogue: energy to kWh, power to kW, a day having 24 hours.</summary>
    private static double FactorOf(PointEntry meter, bool isCounter) => meter.Point.Scale * (meter.Point.Unit is "MWh" or "MW" ? 1_000 : 1) * (isCounter ? 1 : 24);

    private static long Instant(DateTime wall, TimeZoneInfo zone) => new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUnixTimeMilliseconds();
}
