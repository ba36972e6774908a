using Ordo.Foundation.Access;
using Ordo.Foundation.Cockpit;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Foundation.Units;

namespace Ordo.Operations.Cockpit;

/// <summary>A panel worked out from points: 今日用电, PM2.5 各站均值.</summary>
internal sealed class PointPanel(PointPanelDefinition definition, IPointDirectory points, ITelemetryReader telemetry, NewestValues newest, Enterprises enterprises) : ICockpitPanel
{
    private const int RankingLength = 5;
    private static readonly TimeSpan ChartLength = TimeSpan.FromHours(24);

    public string Permission => Permissions.ReadTelemetry;

    public async ValueTask<CockpitPanel?> ReadAsync(CockpitView view, CancellationToken cancellation)
    {
        PointEntry[] mine = [.. points.Current.All.Where(e => definition.Takes(e) && view.Sees(Permission, e.AssetPath))];
        if (mine.Length == 0) return null;

        double?[] values = definition.Reading == PanelReading.Counter
            ? await GrowthSinceMidnightAsync(mine, view.Now, cancellation)
            : [.. mine.Select(e => NowInUnit(e, view.Now))];
        double[] present = [.. values.OfType<double>()];
        return new()
        {
            System = definition.System,
            Title = definition.Title,
            Period = definition.Reading == PanelReading.Counter ? new("今日", "today") : new("此刻", "now"),
            Headline = new(FigureOf(present), definition.Decimals, definition.Unit, definition.Label),
            Beside = BesideOf(view) ?? LimitOf(mine),
            Chart = await ChartAsync(mine, view.Now, cancellation),
            Ranking = await RankingAsync(mine, values, cancellation),
            Origin = new($"{mine.Length} 个点位，{present.Length} 个有值", $"{mine.Length} points, {present.Length} with a value"),
            Link = definition.Channel is null ? $"/points?quantity={definition.Quantity}" : $"/points?quantity={definition.Quantity}&q={Uri.EscapeDataString(mine[0].Point.Code)}",
        };
    }

    private double? NowInUnit(PointEntry entry, DateTimeOffset now) => newest.Of(entry, now) is { } value ? InUnit(entry, value) : null;

    private double? FigureOf(double[] present) => present.Length == 0 ? null : definition.Reading switch
    {
        PanelReading.Counter => present.Sum(),
        PanelReading.Mean => present.Average(),
        _ => present.Max(),
    };

    private async ValueTask<double?[]> GrowthSinceMidnightAsync(PointEntry[] mine, DateTimeOffset now, CancellationToken cancellation)
    {
        // Steps are the park's days; whatever its zone, a range that ends now ends in the step of today, and one of a day begins before it.
        long to = now.ToUnixTimeMilliseconds() + 1;
        (_, IReadOnlyList<AggregateColumns> days) = await telemetry.AggregateAsync(
            [.. mine.Select(e => e.Series!.Value)], to - (long)ChartLength.TotalMilliseconds, to, Step.Day, Aggregate.Delta, cancellation);
        return [.. mine.Select((e, i) => days[i].Values is [.., var growth] && !double.IsNaN(growth) ? GrowthInUnit(e, growth) : (double?)null)];
    }

    private CockpitFigure? BesideOf(CockpitView view)
    {
        if (definition.Beside is not { } beside) return null;
        double[] values = [.. points.Current.All
            .Where(e => e.Series is not null && e.Point.Quantity == beside.Quantity && view.Sees(Permission, e.AssetPath))
            .Select(e => newest.Of(e, view.Now) is { } value ? Units.Convert(value, beside.Quantity, e.Point.Unit, beside.Unit) : (double?)null).OfType<double>()];
        return new(values.Length == 0 ? null : values.Sum(), beside.Decimals, beside.Unit, beside.Label);
    }

    /// <summary>The limit, where all the points have the same.</summary>
    private CockpitFigure? LimitOf(PointEntry[] mine) =>
        CommonLimit(mine) is { } limit ? new(limit, definition.Decimals, definition.Unit, new("高限", "high limit")) : null;

    private double? CommonLimit(PointEntry[] mine)
    {
        double?[] limits = [.. mine.Select(e => e.Point.LimitHigh is { } high ? InUnit(e, high) : (double?)null).Distinct()];
        return definition.Reading != PanelReading.Counter && limits is [{ } one] ? one : null;
    }

    private async ValueTask<CockpitChart> ChartAsync(PointEntry[] mine, DateTimeOffset now, CancellationToken cancellation)
    {
        Aggregate aggregate = definition.Reading switch { PanelReading.Counter => Aggregate.Delta, PanelReading.Mean => Aggregate.Avg, _ => Aggregate.Max };
        (long[] starts, IReadOnlyList<AggregateColumns> hours) = await telemetry.AggregateAsync(
            [.. mine.Select(e => e.Series!.Value)], (now - ChartLength).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds() + 1, Step.Fixed(TimeSpan.FromHours(1)), aggregate, cancellation);
        var values = new double?[starts.Length];
        for (int step = 0; step < starts.Length; step++)
        {
            int at = step;
            values[step] = FigureOf([.. mine.Select((e, i) => (Entry: e, Value: hours[i].Values[at])).Where(p => !double.IsNaN(p.Value))
                .Select(p => definition.Reading == PanelReading.Counter ? GrowthInUnit(p.Entry, p.Value) : InUnit(p.Entry, ShownValue(p.Entry, p.Value)))]);
        }
        return new(definition.Reading == PanelReading.Counter, [.. starts.Select(DateTimeOffset.FromUnixTimeMilliseconds)], values, CommonLimit(mine));
    }

    private async ValueTask<IReadOnlyList<CockpitRow>> RankingAsync(PointEntry[] mine, double?[] values, CancellationToken cancellation)
    {
        IReadOnlyDictionary<long, AssetName> names = await enterprises.NamesAsync(mine, definition.RankBy, cancellation);
        var groups = mine.Zip(values)
            .Select(pair => (Asset: Enterprises.GroupOf(pair.First, definition.RankBy, names), Value: pair.Second))
            .Where(pair => pair.Asset is not null && pair.Value is not null)
            .GroupBy(pair => pair.Asset!.Value, pair => pair.Value!.Value);
        return [.. groups.Select(g => (Id: g.Key, Value: FigureOf([.. g]))).OrderByDescending(g => g.Value).ThenBy(g => g.Id).Take(RankingLength)
            .Select(g => new CockpitRow(new(names[g.Id].NameZh, names[g.Id].NameEn is { Length: > 0 } en ? en : names[g.Id].NameZh), g.Value, definition.Decimals, definition.Unit, g.Id))];
    }

    private static double ShownValue(PointEntry entry, double stored) => (stored * entry.Point.Scale) + entry.Point.Offset;

    private double InUnit(PointEntry entry, double shown) => Units.Convert(shown, definition.Quantity, entry.Point.Unit, definition.Unit);

    /// <summary>A difference knows no offset.</summary>
    private double GrowthInUnit(PointEntry entry, double growth) =>
        InUnit(entry, growth * entry.Point.Scale) - InUnit(entry, 0);
}
