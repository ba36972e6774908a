using Ordo.Identifiers.Resolution;

namespace Ordo.Identifiers.Statistics;

/// <summary>How long answers took inside this server, in milliseconds: at most a sixteenth too high. The network is not in it. <c>null</c> without an answer.</summary>
public sealed record LatencyFigures(double? P50, double? P95, double? P99);

/// <summary>One line of the statistics.</summary>
/// <param name="Resolved">Answered with values (标识解析量).</param>
/// <param name="NotFound">Rightly answered that there is no such handle.</param>
/// <param name="Failed">Every other response code.</param>
/// <param name="SuccessRate">Percent of all that were answered with values or with "no such handle" (解析成功率); <c>null</c> without a resolution.</param>
public sealed record ResolutionFigures(long Resolved, long NotFound, long Failed, double? SuccessRate)
{
    internal static ResolutionFigures Of(Outcomes outcomes) => new(
        outcomes.Succeeded, outcomes.NotFound, outcomes.Failed, outcomes.All == 0 ? null : 100.0 * (outcomes.Succeeded + outcomes.NotFound) / outcomes.All);
}

/// <param name="NewEnterprises">Approved that day.</param>
/// <param name="Registered">Registered that day.</param>
public sealed record StatisticsDay(DateOnly Day, int NewEnterprises, long Registered, ResolutionFigures Resolutions, LatencyFigures Latency);

/// <param name="Section">门类 of GB/T 4754, a letter; empty when the code is none of the standard.</param>
/// <param name="Division">大类, two digits, or the section again.</param>
/// <param name="RegisteredEver">At the end of the period.</param>
/// <param name="Registered">In the period.</param>
public sealed record StatisticsIndustry(string Section, string Division, string NameZh, string NameEn, int Enterprises, long RegisteredEver, long Registered, ResolutionFigures Resolutions);

/// <param name="Code">行政区划代码 of GB/T 2260, six digits: of the nearest park, city or region above the enterprise that has one; empty when none has.</param>
public sealed record StatisticsRegion(string Code, string NameZh, string NameEn, int Enterprises, long RegisteredEver, long Registered, ResolutionFigures Resolutions);

public sealed record StatisticsEnterprise(long EnterpriseId, string NameZh, string NameEn, string Industry, string Prefix, long RegisteredEver, long Registered, ResolutionFigures Resolutions);

/// <param name="Node">As the node calls itself: <c>Identifiers:SiteDescription</c>.</param>
public sealed record StatisticsNode(string Node, ResolutionFigures Resolutions, LatencyFigures Latency);

public sealed record StatisticsTransport(ResolutionTransport Transport, ResolutionFigures Resolutions, LatencyFigures Latency);

/// <summary>
/// What a regulator looks at, of a period of whole statistics days. Enterprises, registrations, and the resolutions of days, industries and enterprises are those that the caller may see;
/// nodes, transports and latencies are the node's.
/// </summary>
/// <param name="Enterprises">Approved and with a prefix at the end of the period (接入企业数).</param>
/// <param name="RegisteredEver">At the end of the period; retiring does not reduce it (标识注册量).</param>
/// <param name="Retired">Of them, up to now.</param>
/// <param name="Unassigned">Resolutions under prefixes of no enterprise; only for who sees the whole node, and part of <paramref name="Resolutions"/> then.</param>
/// <param name="Days">Every day of the period.</param>
/// <param name="TopEnterprises">At most 200, those first that are resolved most; the CSV has all of them.</param>
public sealed record NodeStatistics(
    DateOnly From, DateOnly To, int Enterprises, int NewEnterprises, long RegisteredEver, long Registered, long Retired, ResolutionFigures Resolutions, ResolutionFigures? Unassigned, LatencyFigures Latency,
    IReadOnlyList<StatisticsDay> Days, IReadOnlyList<StatisticsIndustry> Industries, IReadOnlyList<StatisticsRegion> Regions, IReadOnlyList<StatisticsEnterprise> TopEnterprises, IReadOnlyList<StatisticsNode> Nodes, IReadOnlyList<StatisticsTransport> Transports);

/// <summary>What a table of the statistics is about.</summary>
public enum StatisticsBy
{
    Day = 1,
    Industry = 2,
    Enterprise = 3,
    Node = 4,
    Transport = 5,
    Region = 6,
}
