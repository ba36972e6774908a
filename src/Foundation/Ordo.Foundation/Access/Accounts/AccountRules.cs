using System.Text;

namespace Ordo.Foundation.Access.Accounts;

/// <summary>What names and passwords must be like.</summary>
internal static class AccountRules
{
    public const int MinPasswordLength = 8;

    public static Text? FaultOfUserName(string userName)
    {
        if (userName.Length is 0 or > OrdoAccount.MaxNameLength)
            return new($"长度须为 1 至 {OrdoAccount.MaxNameLength} 个字符。", $"It must have 1 to {OrdoAccount.MaxNameLength} characters.");
        return userName.EnumerateRunes().All(rune => Rune.IsLetterOrDigit(rune) || rune.Value is '.' or '_' or '-' or '@')
            ? null
            : new("只能包含文字、数字和 . _ - @。", "It may hold letters, digits and . _ - @ only.");
    }

    public static Text? FaultOfDisplayName(string displayName) =>
        displayName.Trim().Length is 0 or > OrdoAccount.MaxNameLength || displayName.Any(char.IsControl)
            ? new($"长度须为 1 至 {OrdoAccount.MaxNameLength} 个字符。", $"It must have 1 to {OrdoAccount.MaxNameLength} characters.")
            : null;

    public static Text? FaultOfLanguage(string language) =>
        language is "zh-CN" or "en" or "" ? null : new("必须是 zh-CN、en 或空（随浏览器）。", "It must be zh-CN, en, or empty for the browser's.");

    /// <summary>Length counts; rules about kinds of characters make passwords worse (NIST SP 800-63B).</summary>
    public static Text? FaultOfPassword(string password, string userName)
    {
        if (password.Length is < MinPasswordLength or > OrdoAccount.MaxPasswordLength)
            return new($"密码须为 {MinPasswordLength} 至 {OrdoAccount.MaxPasswordLength} 个字符。", $"A password has {MinPasswordLength} to {OrdoAccount.MaxPasswordLength} characters.");
        if (password.Distinct().Count() < 4)
            return new("密码过于简单。", "The password is too simple.");
        return string.Equals(password, userName, StringComparison.OrdinalIgnoreCase)
            ? new("密码不能与用户名相同。", "The password must not be the user name.")
            : null;
    }
}
