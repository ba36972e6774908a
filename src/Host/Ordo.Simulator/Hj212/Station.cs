using System.Globalization;
using Ordo.Simulator.Replay;

namespace Ordo.Simulator.Hj212;

/// <summary>A factor (因子) that a device reports, and the column that holds its measured values.</summary>
/// <param name="Code">Factor code of HJ 212-2017 Appendix B.</param>
/// <param name="Column">Column of the data file.</param>
/// <param name="Scale">From the file's unit to the unit on the wire; a change of unit, nothing else.</param>
/// <param name="Decimals">Decimals on the wire. Three keep every measured value but a handful of weather readings that the source itself interpolated to 16 digits.</param>
/// <param name="Amount">Also has a cumulative amount: the flow itself, or a concentration in mg/L carried by it.</param>
public sealed record Factor(string Code, string Column, decimal Scale = 1, int Decimals = 3, bool Amount = false);

/// <summary>What one HJ 212 device measures: an air station (ST 22) or a waste-water outlet (ST 32), as data areas of its messages.</summary>
public sealed class Station(string mn, string systemCode, Recording recording, ReplayClock clock, IReadOnlyList<Factor> factors)
{
    private const string FlowCode = "w00000", WindDirectionCode = "a01008";

    public string Mn { get; } = mn;

    public string SystemCode { get; } = systemCode;

    /// <summary>Wall time for which one measured row stands at the present speed.</summary>
    public TimeSpan RowOnTheWall(DateTimeOffset wall) => clock.ToWall(clock.ToReplay(wall) + recording.RowLength) - wall;

    /// <summary>Real-time data (2011): the measured row of that moment. A factor without a measured value is left out.</summary>
    public string RealTime(DateTimeOffset wall) =>
        Items(factor => Measured(factor, wall) is { } value ? $"{factor.Code}-Rtd={Text(value, factor)},{factor.Code}-Flag=N" : null);

    /// <summary>
    /// Data of an interval (2051, 2061, 2031): lowest, mean and highest of the measured rows replayed in it, as a logger computes them.
    /// At speed 1 an hour is one row, so all three are that measured value.
    /// </summary>
    public string Interval(DateTimeOffset start, TimeSpan length)
    {
        DateTimeOffset[] rows = [.. clock.RowStarts(start, start + length, recording.RowLength).Select(row => row.Wall)];
        if (rows.Length == 0) rows = [start];
        decimal? flow = factors.FirstOrDefault(factor => factor.Code == FlowCode) is { } flowFactor ? Mean(flowFactor, Values(flowFactor, rows)) : null;
        return Items(factor =>
        {
            decimal[] values = Values(factor, rows);
            if (values.Length == 0) return null;
            decimal mean = Mean(factor, values);
            string amount = "";
            if (factor.Amount && flow is { } litresPerSecond)
            {
                decimal cubicMetres = litresPerSecond * (decimal)length.TotalSeconds / 1000;
                decimal cou = factor.Code == FlowCode ? cubicMetres : cubicMetres * mean / 1000; // kg from m³ · mg/L
                amount = string.Create(CultureInfo.InvariantCulture, $"{factor.Code}-Cou={Math.Round(cou, 3)},");
            }
            return $"{amount}{factor.Code}-Min={Text(values.Min(), factor)},{factor.Code}-Avg={Text(mean, factor)},{factor.Code}-Max={Text(values.Max(), factor)},{factor.Code}-Flag=N";
        });
    }

    /// <summary>The measured value of a moment in the unit on the wire, or <c>null</c>.</summary>
    public decimal? Measured(Factor factor, DateTimeOffset wall) => recording.Table[factor.Column][recording.RowAt(clock.ToReplay(wall))] * factor.Scale;

    private decimal[] Values(Factor factor, DateTimeOffset[] rows) => [.. rows.Select(row => Measured(factor, row)).OfType<decimal>()];

    private static decimal Mean(Factor factor, decimal[] values)
    {
        if (values.Length == 0) return 0;
        if (factor.Code != WindDirectionCode || values.Length == 1) return values.Average();
        double east = values.Sum(degrees => Math.Sin((double)degrees * Math.PI / 180)), north = values.Sum(degrees => Math.Cos((double)degrees * Math.PI / 180));
        return ((decimal)(Math.Atan2(east, north) * 180 / Math.PI) + 360) % 360;
    }

    private string Items(Func<Factor, string?> item) => string.Join(';', factors.Select(item).OfType<string>());

    private static string Text(decimal value, Factor factor) => Math.Round(value, factor.Decimals).ToString("0.#####", CultureInfo.InvariantCulture);
}
