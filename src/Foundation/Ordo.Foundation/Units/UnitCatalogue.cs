using System.Collections.Frozen;
using System.Globalization;

namespace Ordo.Foundation.Units;

/// <summary>The quantities and units the platform knows, from <c>quantities.csv</c> and <c>units.csv</c> beside this file. A new one is a line there.</summary>
public static class UnitCatalogue
{
    /// <summary>All quantities, in the order of the file.</summary>
    public static IReadOnlyList<Quantity> Quantities { get; } = Load();

    private static readonly FrozenDictionary<string, Quantity> ByCode = Quantities.ToFrozenDictionary(quantity => quantity.Code);

    public static Quantity? QuantityOf(string code) => ByCode.GetValueOrDefault(code);

    /// <returns><c>null</c> when there is no such quantity, or it has no such unit.</returns>
    public static Unit? UnitOf(string quantity, string unit) => QuantityOf(quantity)?.UnitOf(unit);

    private static List<Quantity> Load()
    {
        ILookup<string, Unit> units = DataFile.Read("Units.units.csv", row =>
        {
            var (numerator, denominator) = Unit.ReadFactor(row.GetString("factor"));
            decimal shift = decimal.Parse(row.GetString("shift"), CultureInfo.InvariantCulture);
            return new Unit(row.GetString("quantity"), row.GetString("code"), row.GetString("symbol"), new(row.GetString("nameZh"), row.GetString("nameEn")), numerator, denominator, shift);
        }).ToLookup(unit => unit.Quantity);
        return DataFile.Read("Units.quantities.csv", row =>
        {
            string code = row.GetString("code");
            int decimals = int.Parse(row.GetString("decimals"), CultureInfo.InvariantCulture);
            return new Quantity(code, new(row.GetString("nameZh"), row.GetString("nameEn")), decimals, [.. units[code]]);
        });
    }
}
