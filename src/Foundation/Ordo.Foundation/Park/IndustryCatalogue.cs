using System.Collections.Frozen;

namespace Ordo.Foundation.Park;

/// <summary>A section (门类, one letter) or division (大类, two digits) of GB/T 4754-2017.</summary>
/// <param name="Section">Letter of the section, A … T.</param>
/// <param name="Code">The section's letter or the division's two digits.</param>
/// <param name="Name">Title in the standard.</param>
public sealed record Industry(string Section, string Code, Text Name);

/// <summary>
/// Industrial classification for national economic activities (国民经济行业分类, GB/T 4754-2017), from <c>industries.csv</c> beside this file.
/// Groups and classes (中类, 小类: three and four digits) are accepted when their division exists.
/// </summary>
public static class IndustryCatalogue
{
    private const int DeepestDigits = 4;

    /// <summary>All sections, each followed by its divisions.</summary>
    public static IReadOnlyList<Industry> All { get; } =
        DataFile.Read("Park.industries.csv", row => new Industry(row.GetString("section"), row.GetString("code"), new(row.GetString("nameZh"), row.GetString("nameEn"))));

    private static readonly FrozenDictionary<string, Industry> ByCode = All.ToFrozenDictionary(industry => industry.Code);

    /// <summary>The section or division that a code belongs to.</summary>
    /// <param name="code"><c>C</c>, <c>26</c>, <c>C26</c>, <c>2614</c> or <c>C2614</c>; a letter must be the division's own.</param>
    /// <returns><c>null</c> when the standard has no such section or division.</returns>
    public static Industry? Find(string code)
    {
        if (code.Length == 1) return ByCode.GetValueOrDefault(code);

        string digits = char.IsAsciiLetterUpper(code.FirstOrDefault()) ? code[1..] : code;
        if (digits.Length is < 2 or > DeepestDigits || !digits.All(char.IsAsciiDigit)) return null;
        Industry? division = ByCode.GetValueOrDefault(digits[..2]);
        return division is not null && (digits.Length == code.Length || division.Section[0] == code[0]) ? division : null;
    }

    /// <summary>What is wrong with an industry code, or <c>null</c>.</summary>
    public static Text? FaultOf(string code) => Find(code) is not null ? null : new(
        $"“{code}”不是 GB/T 4754-2017 的行业代码，应如 C、26、2614 或 C2614。",
        $"'{code}' is no industry code of GB/T 4754-2017; expected one like C, 26, 2614 or C2614.");
}
