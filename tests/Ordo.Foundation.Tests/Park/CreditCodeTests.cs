using FsCheck;
using FsCheck.Fluent;
using Ordo.Foundation.Park;

namespace Ordo.Foundation.Tests.Park;

public class CreditCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    [Theory]
    [InlineData("91350100M000100Y43")] // the example of GB 32100-2015
    [InlineData("91330100799655058B")]
    [InlineData("9144030071526726XG")]
    public void A_code_in_use_is_right(string code)
    {
        Assert.Null(CreditCode.FaultOf(code));
        Assert.True(CreditCode.HasValidOrganisationCode(code));
    }

    [Fact]
    public void The_check_character_follows_the_worked_sum()
    {
        // 9·1 + 1·3 + 3·9 + 5·27 + 1·26 + M 21·20 + 1·8 + Y 30·30 + 4·28 = 1640 = 52·31 + 28; 31 − 28 = 3
        Assert.Equal('3', CreditCode.CheckCharacter("91350100M000100Y4"));
    }

    [Theory]
    [InlineData("", "18")]
    [InlineData("91350100M000100Y4", "17")]
    [InlineData("91350100M000100Y44", "'3'")]
    [InlineData("91350100I000100Y43", "Character 9")]
    [InlineData("9135O100M000100Y43", "Character 5")]
    [InlineData("91350100m000100Y43", "Character 9")]
    [InlineData("91A50100M000100Y43", "Character 3")]
    public void A_wrong_code_says_what_is_wrong(string code, string expected) =>
        Assert.Contains(expected, CreditCode.FaultOf(code)!.Value.En, StringComparison.Ordinal);

    [Fact]
    public void Any_single_changed_character_is_detected()
    {
        var changes = from first17 in Codes() from place in Gen.Choose(0, 17) from character in Gen.Elements(Alphabet.ToCharArray()) select (first17, place, character);
        Prop.ForAll(changes.ToArbitrary(), change =>
        {
            string code = change.first17 + CreditCode.CheckCharacter(change.first17);
            string changed = code.Remove(change.place, 1).Insert(change.place, change.character.ToString());
            return CreditCode.IsValid(code) && (changed == code || !CreditCode.IsValid(changed));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_foreign_organisation_code_inside_is_only_noticed()
    {
        string code = "91350100M000100Z4".Replace('Z', 'X');
        code += CreditCode.CheckCharacter(code);
        Assert.True(CreditCode.IsValid(code));
        Assert.False(CreditCode.HasValidOrganisationCode(code));
    }

    private static Gen<string> Codes() =>
        from head in Gen.ArrayOf(Gen.Elements(Alphabet.ToCharArray()), 2)
        from division in Gen.ArrayOf(Gen.Elements("0123456789".ToCharArray()), 6)
        from organisation in Gen.ArrayOf(Gen.Elements(Alphabet.ToCharArray()), 9)
        select new string([.. head, .. division, .. organisation]);
}
