using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Ordo.Foundation.Units;

namespace Ordo.Foundation.Tests.Units;

using Units = Ordo.Foundation.Units.Units;

public class UnitsTests
{
    [Theory]
    [InlineData("25", "temperature", "degC", "K", "298.15")]
    [InlineData("212", "temperature", "degF", "degC", "100")]
    [InlineData("-40", "temperature", "degC", "degF", "-40")]
    [InlineData("1", "activeEnergy", "MWh", "kWh", "1000")]
    [InlineData("1.5", "concentration", "mg/m3", "ug/m3", "1500")]
    [InlineData("0.002", "concentration", "mg/L", "mg/m3", "2")]
    [InlineData("1", "concentration", "kg/m3", "ng/m3", "1000000000000")]
    [InlineData("90", "speed", "km/h", "m/s", "25")]
    [InlineData("7", "volumeFlow", "m3/s", "m3/h", "25200")]
    [InlineData("3000", "rotation", "rpm", "r/s", "50")]
    [InlineData("36", "massFlow", "t/h", "kg/s", "10")]
    [InlineData("15", "area", "mu", "ha", "1")]
    [InlineData("7000", "calorificValue", "kcal/kg", "kJ/kg", "29307.6")]
    [InlineData("3.6", "thermalEnergy", "GJ", "MWh", "1")]
    [InlineData("1", "money", "100MCNY", "10kCNY", "10000")]
    public void Worked_conversions(string value, string quantity, string from, string to, string expected)
    {
        Assert.Equal(Exact(expected), Units.Convert(Exact(value), quantity, from, to));
        Assert.Equal((double)Exact(expected), Units.Convert((double)Exact(value), quantity, from, to), 9);

        static decimal Exact(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Different_quantities_do_not_convert()
    {
        Unit ppm = UnitCatalogue.UnitOf("volumeFraction", "ppm")!, milligram = UnitCatalogue.UnitOf("concentration", "mg/m3")!;
        Assert.Throws<UnitMismatchException>(() => Units.Convert(1.0, ppm, milligram));
        Assert.Throws<UnitMismatchException>(() => Units.Convert(1m, ppm, milligram));
        Assert.Throws<UnitMismatchException>(() => Units.Convert(1.0, "concentration", "mg/m3", "ppm"));
    }

    [Fact]
    public void There_and_back_is_the_same_value() => Prop.ForAll(Conversions().ToArbitrary(), conversion =>
    {
        var (value, from, to) = conversion;
        decimal exact = Units.Convert(Units.Convert(value, from, to), to, from);
        double real = Units.Convert(Units.Convert((double)value, from, to), to, from);
        // A shift such as 459.67 costs the digits it brings, a factor none that matter.
        double tolerance = 1e-12 * Math.Max(Math.Abs((double)value), 1 + (double)(from.Shift + to.Shift));
        return Math.Abs(exact - value) <= 1e-12m * Math.Max(1, Math.Abs(value)) && Math.Abs(real - (double)value) <= tolerance;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_catalogue_is_sound() => Assert.All(UnitCatalogue.Quantities, quantity =>
    {
        Assert.NotEmpty(quantity.Units);
        Assert.InRange(quantity.Decimals, 0, 15);
        Assert.Equal(quantity.Units.Count, quantity.Units.Select(unit => unit.Code).Distinct().Count());
        Assert.Contains(quantity.Units, unit => unit is { Numerator: 1, Denominator: 1, Shift: 0 });
        Assert.All(quantity.Units, unit => Assert.True(unit is { Numerator: > 0, Denominator: > 0 }));
    });

    [Fact]
    public void Every_unit_belongs_to_a_quantity_of_the_catalogue() =>
        Assert.Equal(DataLines("units.csv"), UnitCatalogue.Quantities.Sum(quantity => quantity.Units.Count));

    private static int DataLines(string file)
    {
        using var reader = new StreamReader(typeof(Unit).Assembly.GetManifestResourceStream($"Ordo.Foundation.Units.{file}")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line[0] != '#') - 1;
    }

    private static Gen<(decimal, Unit, Unit)> Conversions() =>
        from quantity in Gen.Elements<Quantity>([.. UnitCatalogue.Quantities])
        from @from in Gen.Elements<Unit>([.. quantity.Units])
        from to in Gen.Elements<Unit>([.. quantity.Units])
        from thousandths in Gen.Choose(-1_000_000_000, 1_000_000_000)
        select (thousandths / 1000m, @from, to);
}
