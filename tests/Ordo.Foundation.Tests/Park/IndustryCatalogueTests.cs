using Ordo.Foundation.Park;

namespace Ordo.Foundation.Tests.Park;

public class IndustryCatalogueTests
{
    [Fact]
    public void It_holds_all_sections_and_divisions_of_the_standard()
    {
        Assert.Equal(20, IndustryCatalogue.All.Count(industry => industry.Code.Length == 1));
        Assert.Equal(Enumerable.Range(1, 97).Select(n => $"{n:00}"), IndustryCatalogue.All.Where(industry => industry.Code.Length == 2).Select(industry => industry.Code));
        Assert.All(IndustryCatalogue.All, industry => Assert.True(industry.Name is { Zh.Length: > 1, En.Length: > 1 }));
    }

    [Theory]
    [InlineData("C", "C")]
    [InlineData("26", "26")]
    [InlineData("C26", "26")]
    [InlineData("261", "26")]
    [InlineData("2614", "26")]
    [InlineData("C2614", "26")]
    [InlineData("B0610", "06")]
    public void A_code_belongs_to_its_division(string code, string expected) => Assert.Equal(expected, IndustryCatalogue.Find(code)?.Code);

    [Theory]
    [InlineData("")]
    [InlineData("U")]
    [InlineData("c")]
    [InlineData("00")]
    [InlineData("98")]
    [InlineData("B26")]
    [InlineData("26140")]
    [InlineData("C 26")]
    [InlineData("2")]
    [InlineData("２６")]
    public void Anything_else_is_refused(string code) => Assert.NotNull(IndustryCatalogue.FaultOf(code));
}
