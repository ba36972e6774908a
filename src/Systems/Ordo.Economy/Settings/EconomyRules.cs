using System.Text.Json;
using Ordo.Economy.Disclosure;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Indicators;

namespace Ordo.Economy.Settings;

/// <summary>Limits of the soft checks (<c>checks.json</c>).</summary>
/// <param name="ChangeFactor">A value more than this many times the last one, or less than its inverse, wants an explanation.</param>
/// <param name="ShortestHistory">Fewer earlier values say nothing.</param>
/// <param name="ResidualLimit">Robust standard deviations from the own regression on electricity.</param>
/// <param name="MeterTolerance">Percent between reported and metered electricity.</param>
/// <param name="PeerLimit">Robust standard deviations from enterprises of the same industry.</param>
/// <param name="FewestPeers">Fewer peers say nothing.</param>
public sealed record CheckLimits(
    string Edition, string Source, bool Verified, decimal ChangeFactor, int ShortestHistory, double ResidualLimit, decimal MeterTolerance, double PeerLimit, int FewestPeers)
{
    public static CheckLimits Shipped { get; } = ShippedData.Read<CheckLimits>("checks.json");
}

/// <summary>Thresholds of suppression (<c>disclosure.json</c>).</summary>
public sealed record DisclosureLimits(string Edition, string Source, bool Verified, int FewestContributors, decimal LargestShare)
{
    public static DisclosureLimits Shipped { get; } = ShippedData.Read<DisclosureLimits>("disclosure.json");

    public SuppressionRule Rule => new(FewestContributors, LargestShare);
}

/// <summary>All tables of this system as they hold now: shipped ones, replaced where the console did. Immutable.</summary>
public sealed record EconomyRules(IndicatorCatalogue Catalogue, StatisticsCalendar Calendar, DisclosureLimits Disclosure, CheckLimits Checks, IReadOnlyList<Chain> Chains, Reports.ReportTemplate Report, WarningLights.LightRules Lights)
{
    public const string CalendarKey = "calendar", DisclosureKey = "disclosure", ChecksKey = "checks", ChainsKey = "chains", ReportKey = "report", LightsKey = "lights", IndicatorPrefix = "indicator:";

    public static StatisticsCalendar ShippedCalendar { get; } = ShippedData.Read<StatisticsCalendar>("calendar.json");

    public static EconomyRules Shipped { get; } = Of([]);

    public static EconomyRules Of(IReadOnlyCollection<EconomySetting> settings)
    {
        T Read<T>(string key, T shipped) => settings.FirstOrDefault(setting => setting.Key == key) is { } setting
            ? JsonSerializer.Deserialize<T>(setting.Content, ShippedData.Json)! : shipped;
        IndicatorCatalogue catalogue = IndicatorCatalogue.With(settings.Where(setting => setting.Key.StartsWith(IndicatorPrefix, StringComparison.Ordinal))
            .Select(setting => JsonSerializer.Deserialize<Indicator>(setting.Content, ShippedData.Json)!));
        return new(catalogue, Read(CalendarKey, ShippedCalendar), Read(DisclosureKey, DisclosureLimits.Shipped), Read(ChecksKey, CheckLimits.Shipped), Read(ChainsKey, Figures.Chains.Shipped), Read(ReportKey, Reports.ReportTemplate.Shipped), Read(LightsKey, WarningLights.LightRules.Shipped));
    }
}
