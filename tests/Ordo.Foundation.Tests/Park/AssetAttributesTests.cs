using System.Text.Json;
using Ordo.Foundation.Park;

namespace Ordo.Foundation.Tests.Park;

public class AssetAttributesTests
{
    [Theory]
    [InlineData(AssetKind.Enterprise, """{"creditCode":"91350100M000100Y43","industry":"C32","keyEnergyUser":true,"employees":350,"established":"2003-02-28"}""")]
    [InlineData(AssetKind.Facility, """{"category":"wasteGasOutlet","heightM":45.5,"outletCode":"DA001","note":null}""")]
    [InlineData(AssetKind.Region, "{}")]
    public void Attributes_of_the_kind_are_right(AssetKind kind, string attributes) => Assert.Empty(FaultsOf(kind, attributes));

    [Theory]
    [InlineData(AssetKind.Enterprise, "[]", "attributes")]
    [InlineData(AssetKind.Enterprise, """{"creditCode":"91350100M000100Y44"}""", "attributes.creditCode")]
    [InlineData(AssetKind.Enterprise, """{"creditCode":91}""", "attributes.creditCode")]
    [InlineData(AssetKind.Enterprise, """{"industry":"98"}""", "attributes.industry")]
    [InlineData(AssetKind.Enterprise, """{"employees":3.5}""", "attributes.employees")]
    [InlineData(AssetKind.Enterprise, """{"employees":-1}""", "attributes.employees")]
    [InlineData(AssetKind.Enterprise, """{"keyEnergyUser":"yes"}""", "attributes.keyEnergyUser")]
    [InlineData(AssetKind.Enterprise, """{"established":"2003-02-29"}""", "attributes.established")]
    [InlineData(AssetKind.Enterprise, """{"heightM":20}""", "attributes.heightM")]
    [InlineData(AssetKind.Enterprise, """{"colour":"red"}""", "attributes.colour")]
    [InlineData(AssetKind.Facility, """{"category":"pyramid"}""", "attributes.category")]
    [InlineData(AssetKind.Facility, """{"heightM":1e3000}""", "attributes.heightM")]
    [InlineData(AssetKind.Facility, """{"note":"a\u0007b"}""", "attributes.note")]
    [InlineData(AssetKind.Facility, """{"note":""}""", "attributes.note")]
    [InlineData(AssetKind.City, """{"administrativeDivision":"15020"}""", "attributes.administrativeDivision")]
    public void A_wrong_one_is_named(AssetKind kind, string attributes, string field) => Assert.Equal([field], FaultsOf(kind, attributes).Select(fault => fault.Field));

    [Fact]
    public void Equal_attributes_are_equal_text() =>
        Assert.Equal("""{"category":"tank","heightM":12.50,"note":"重油"}""", AssetAttributes.Canonical(JsonElement.Parse("""{ "note":"重油", "heightM":12.50, "floors":null, "category":"tank" }""")));

    [Fact]
    public void Every_choice_attribute_has_choices_and_every_text_a_length() => Assert.All(AssetAttributes.All, attribute =>
    {
        Assert.Equal(attribute.Type == AttributeType.Choice, attribute.Choices.Count > 0);
        Assert.Equal(attribute.Type is AttributeType.Text or AttributeType.Number or AttributeType.Integer, attribute.Max is not null);
    });

    [Theory]
    [InlineData("keyEnergyUser", "是", "true")]
    [InlineData("category", "废气排放口", "\"wasteGasOutlet\"")]
    [InlineData("heightM", "12.50", "12.50")]
    [InlineData("heightM", "high", "\"high\"")]
    [InlineData("creditCode", "913501", "\"913501\"")]
    public void A_cell_becomes_the_attributes_type(string name, string cell, string expected) =>
        Assert.Equal(expected, AssetAttributes.FromCell(AssetAttributes.Find(name)!, cell).ToJsonString());

    private static List<Fault> FaultsOf(AssetKind kind, string attributes) => AssetAttributes.FaultsOf(kind, JsonElement.Parse(attributes));
}
