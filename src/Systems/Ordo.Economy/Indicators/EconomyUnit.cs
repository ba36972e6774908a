using System.Collections.Frozen;

namespace Ordo.Economy.Indicators;

/// <summary>What is counted, as exponents: 万元/人 has money 1 and people −1. Two figures can be added only when these agree.</summary>
public readonly record struct Dimension(int Money = 0, int People = 0, int Land = 0, int Coal = 0, int Power = 0, int Volume = 0, int Time = 0, int Things = 0)
{
    public static Dimension operator +(Dimension a, Dimension b) => new(
        a.Money + b.Money, a.People + b.People, a.Land + b.Land, a.Coal + b.Coal, a.Power + b.Power, a.Volume + b.Volume, a.Time + b.Time, a.Things + b.Things);

    public static Dimension operator -(Dimension a, Dimension b) => new(
        a.Money - b.Money, a.People - b.People, a.Land - b.Land, a.Coal - b.Coal, a.Power - b.Power, a.Volume - b.Volume, a.Time - b.Time, a.Things - b.Things);

    public bool IsNone => this == default;
}

/// <summary>A unit of statistics (万元, 亿元, %, tce/万元). A formula calculates in base units, so that 元 and 万元 cannot be mixed by mistake.</summary>
/// <param name="Symbol">As written in the catalogue.</param>
/// <param name="Dimension">What it counts.</param>
/// <param name="Scale">How many base units it is: 万元 10,000; % 0.01.</param>
public sealed record EconomyUnit(string Symbol, Dimension Dimension, decimal Scale)
{
    private static readonly FrozenDictionary<string, EconomyUnit> Simple = new EconomyUnit[]
    {
        new("", default, 1), new("%", default, 0.01m), new("百分点", default, 0.01m), new("点", default, 1), new("元/百元", default, 0.01m), new("上年同期=100", default, 0.01m),
        new("元", new(Money: 1), 1), new("千元", new(Money: 1), 1_000), new("万元", new(Money: 1), 10_000), new("亿元", new(Money: 1), 100_000_000),
        new("人", new(People: 1), 1), new("万人", new(People: 1), 10_000),
        new("亩", new(Land: 1), 1), new("km²", new(Land: 1), 1_500), new("m²", new(Land: 1), 0.0015m),
        new("tce", new(Coal: 1), 1), new("万tce", new(Coal: 1), 10_000),
        new("kWh", new(Power: 1), 1), new("万kWh", new(Power: 1), 10_000), new("亿kWh", new(Power: 1), 100_000_000),
        new("m³", new(Volume: 1), 1), new("万m³", new(Volume: 1), 10_000),
        new("天", new(Time: 1), 1),
        new("户", new(Things: 1), 1), new("台", new(Things: 1), 1), new("道", new(Things: 1), 1),
    }.ToFrozenDictionary(unit => unit.Symbol);

    /// <summary>A simple unit or a quotient of two.</summary>
    /// <returns><c>null</c> when it is none of ours.</returns>
    public static EconomyUnit? Find(string symbol)
    {
        if (Simple.TryGetValue(symbol, out EconomyUnit? simple)) return simple;
        return symbol.Split('/') is [var over, var under] && Simple.TryGetValue(over, out EconomyUnit? top) && Simple.TryGetValue(under, out EconomyUnit? bottom)
            ? new(symbol, top.Dimension - bottom.Dimension, top.Scale / bottom.Scale) : null;
    }

    public static IEnumerable<string> Known => Simple.Keys.Where(symbol => symbol.Length > 0);
}
