namespace Ordo.Foundation.Park;

/// <summary>
/// The unified social credit code of legal entities (统一社会信用代码, GB 32100-2015):
/// <code>
/// 1   registering authority      9 … 17  organisation code (GB 11714), the last its own check character
/// 2   class of organisation      18      check character
/// 3 … 8  administrative division, digits
/// </code>
/// </summary>
public static class CreditCode
{
    public const int Length = 18;

    /// <summary>31 characters, their value is their place; I, O, S, V and Z are left out because they are misread.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    /// <summary>Clause 5.2: 3^(i-1) modulo 31.</summary>
    private static readonly int[] Weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    /// <summary>GB 11714, clause 3.2: weights of the eight characters of the organisation code.</summary>
    private static readonly int[] OrganisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

    public static bool IsValid(string code) => FaultOf(code) is null;

    /// <summary>What is wrong with a code, or <c>null</c> when it is right. Nothing is trimmed or put in upper case.</summary>
    public static Text? FaultOf(string code)
    {
        if (code.Length != Length)
            return new($"统一社会信用代码应为 18 位，实为 {code.Length} 位。", $"A unified social credit code has 18 characters; this one has {code.Length}.");
        for (int i = 0; i < Length; i++)
            if (Value(code[i]) < 0 || (i is >= 2 and < 8 && !char.IsAsciiDigit(code[i])))
                return new($"统一社会信用代码第 {i + 1} 位“{code[i]}”不允许。", $"Character {i + 1} of the unified social credit code, '{code[i]}', is not allowed there.");

        char expected = CheckCharacter(code.AsSpan(0, Length - 1));
        return code[^1] == expected ? null : new(
            $"统一社会信用代码校验位应为“{expected}”，实为“{code[^1]}”，请核对全部字符。",
            $"The check character of the unified social credit code should be '{expected}', is '{code[^1]}'; compare every character.");
    }

    /// <summary>
    /// Whether the organisation code inside (characters 9 … 17) carries its own check character. Some codes in circulation do not,
    /// so this is worth a warning, never a refusal.
    /// </summary>
    /// <param name="code">A valid code.</param>
    public static bool HasValidOrganisationCode(string code) =>
        OrganisationCheckCharacter(code.AsSpan(8, 8)) == code[16];

    /// <summary>The 18th character for the first 17.</summary>
    /// <param name="first17">Characters of the alphabet only.</param>
    public static char CheckCharacter(ReadOnlySpan<char> first17)
    {
        int sum = 0;
        for (int i = 0; i < Weights.Length; i++) sum += Value(first17[i]) * Weights[i];
        return Alphabet[(31 - sum % 31) % 31];
    }

    /// <summary>The check character of an organisation code (组织机构代码, GB 11714-1997): 0 … 9 or X.</summary>
    /// <param name="first8">Digits and upper-case letters, valued 0 … 9 and 10 … 35.</param>
    public static char OrganisationCheckCharacter(ReadOnlySpan<char> first8)
    {
        int sum = 0;
        for (int i = 0; i < OrganisationWeights.Length; i++)
            sum += (char.IsAsciiDigit(first8[i]) ? first8[i] - '0' : first8[i] - 'A' + 10) * OrganisationWeights[i];
        return (11 - sum % 11) switch { 11 => '0', 10 => 'X', var check => (char)('0' + check) };
    }

    private static int Value(char character) => Alphabet.IndexOf(character, StringComparison.Ordinal);
}
