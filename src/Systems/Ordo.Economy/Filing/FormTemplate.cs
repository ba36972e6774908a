using System.Text.Json;
using Ordo.Foundation.Http;

namespace Ordo.Economy.Filing;

/// <param name="Code">Of the indicator.</param>
/// <param name="Required">A blank is refused.</param>
/// <param name="MayBeNegative">A stock or an output below zero is refused; a profit is not.</param>
/// <param name="Answer">Of a survey: 1 up, 0 same, −1 down.</param>
public sealed record FormItem(string Code, bool Required, bool MayBeNegative, bool Answer = false);

/// <summary>A rule between items.</summary>
/// <param name="Formula">For example <c>ASSETS = LIAB + EQUITY</c>; it is asked only when all its items are filled in.</param>
/// <param name="Zh">What is wrong when it does not hold, in Chinese.</param>
/// <param name="En">The same in English.</param>
/// <param name="Tolerance">In the unit of the first item, for rounding.</param>
public sealed record FormRule(string Formula, string Zh, string En, decimal Tolerance = 0);

/// <summary>A form that enterprises fill in (报表), as data: what is asked, when it is due, what must hold.</summary>
/// <param name="Code">Stable: <c>M1</c>.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Frequency">How often.</param>
/// <param name="Sections">Sections of GB/T 4754 whose enterprises file it.</param>
/// <param name="Edition">Of the form.</param>
/// <param name="Source">Where its items come from.</param>
/// <param name="Verified">Whether they were read in the official handbook.</param>
/// <param name="Items">In the order of the form.</param>
/// <param name="Hard">What must hold; otherwise it cannot be submitted.</param>
/// <param name="Soft">What should hold; otherwise an explanation is asked for.</param>
public sealed record FormTemplate(
    string Code, string NameZh, string NameEn, Frequency Frequency, IReadOnlyList<string> Sections, string Edition, string Source, bool Verified,
    IReadOnlyList<FormItem> Items, IReadOnlyList<FormRule> Hard, IReadOnlyList<FormRule> Soft)
{
    public FormItem? Item(string code) => Items.FirstOrDefault(item => item.Code == code);
}

/// <summary>The forms that are shipped (<c>forms.json</c>).</summary>
public static class FormTemplates
{
    private static readonly Lazy<IReadOnlyList<FormTemplate>> File = new(() => ShippedData.Read<List<FormTemplate>>("forms.json"));

    public static IReadOnlyList<FormTemplate> All => File.Value;

    public static FormTemplate? Find(string code) => All.FirstOrDefault(form => form.Code == code);
}

/// <summary>Data files of this module.</summary>
internal static class ShippedData
{
    public static readonly JsonSerializerOptions Json = CreateJson();

    public static T Read<T>(string name)
    {
        using Stream stream = typeof(ShippedData).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The assembly lacks {name}.");
        return JsonSerializer.Deserialize<T>(stream, Json) ?? throw new InvalidOperationException($"{name} is empty.");
    }

    private static JsonSerializerOptions CreateJson()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        HttpConventions.Configure(json);
        return json;
    }
}
