using System.Text.Json;
using System.Text.Json.Serialization;
using Ordo.Foundation;

namespace Ordo.Perception.Sources;

/// <summary>
/// Which points a kind of device usually has (点位模板). A file under <c>Sources/Templates</c>; a new kind is a new file.
/// </summary>
/// <param name="Code">Stable code.</param>
/// <param name="Gateway">Short name of the gateway whose sources it fits.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Channels">The channels worth a point, the most important first. Empty: whatever the source sends.</param>
public sealed record SourceTemplate(string Code, string Gateway, string NameZh, string NameEn, IReadOnlyList<TemplateChannel> Channels)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly Lazy<IReadOnlyList<SourceTemplate>> Shipped = new(Load);

    /// <summary>Every template, by gateway and code.</summary>
    public static IReadOnlyList<SourceTemplate> All => Shipped.Value;

    public static SourceTemplate? Find(string code) => All.FirstOrDefault(t => t.Code == code);

    private static List<SourceTemplate> Load()
    {
        var assembly = typeof(SourceTemplate).Assembly;
        var templates = new List<SourceTemplate>();
        foreach (string name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("Ordo.Perception.Sources.Templates.", StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            templates.Add(JsonSerializer.Deserialize<SourceTemplate>(stream, Json)!);
        }

        return [.. templates.OrderBy(t => t.Gateway, StringComparer.Ordinal).ThenBy(t => t.Code, StringComparer.Ordinal)];
    }
}

/// <summary>A channel of a template. What is left out, the gateway's own dictionary of channels says.</summary>
/// <param name="Channel">Its name as the gateway writes it.</param>
/// <param name="Unit">Unit this kind of device sends.</param>
/// <param name="Quantity">Code of the quantity.</param>
/// <param name="NameZh">Chinese name of the point.</param>
/// <param name="NameEn">English name of the point.</param>
/// <param name="Decimals">Decimals shown.</param>
public sealed record TemplateChannel(
    string Channel, string? Unit = null, string? Quantity = null, string? NameZh = null, string? NameEn = null, int? Decimals = null)
{
    /// <summary>What the channel means in this kind of device.</summary>
    /// <param name="published">What the gateway's dictionary says.</param>
    public ChannelMeaning? Over(ChannelMeaning? published)
    {
        if ((Quantity ?? published?.Quantity) is not { } quantity || (Unit ?? published?.Unit) is not { } unit) return null;
        return new(new Text(NameZh ?? published?.Name.Zh ?? Channel, NameEn ?? published?.Name.En ?? Channel), quantity, unit, Decimals ?? published?.Decimals);
    }
}
