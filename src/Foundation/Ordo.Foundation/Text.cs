using System.Globalization;

namespace Ordo.Foundation;

/// <summary>Words for people in both languages of the product; which one is shown is the caller's language (<c>Accept-Language</c>).</summary>
/// <param name="Zh">Chinese, 中文.</param>
/// <param name="En">English.</param>
public readonly record struct Text(string Zh, string En)
{
    public override string ToString() => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? En : Zh;
}
