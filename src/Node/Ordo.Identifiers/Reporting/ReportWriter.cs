using System.Globalization;
using System.Text.Json;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Statistics;

namespace Ordo.Identifiers.Reporting;

/// <summary>What a report is written from.</summary>
/// <param name="Previous">Hash of the report before.</param>
internal sealed record ReportContent(
    string Node, DateOnly Day, long Sequence, string Previous, DateTimeOffset Made, NodeStatistics Statistics, IReadOnlyList<NodeEnterprise> Enterprises, IReadOnlyList<PrefixEntry> Prefixes);

/// <summary>Writes the file of a day in a format. Pure: the same content is the same bytes.</summary>
internal static class ReportWriter
{
    public static byte[] Write(ReportContent content, ReportFormat format)
    {
        using var file = new MemoryStream();
        int lines = 0;
        Line("header", new()
        {
            ["format"] = format.Format, ["version"] = format.Version, ["node"] = content.Node, ["day"] = DateOf(content.Day), ["sequence"] = content.Sequence, ["previous"] = content.Previous, ["made"] = TimeOf(content.Made),
        });
        NodeStatistics statistics = content.Statistics;
        Line("totals", With(statistics.Resolutions, new()
        {
            ["enterprises"] = statistics.Enterprises, ["newEnterprises"] = statistics.NewEnterprises, ["registeredEver"] = statistics.RegisteredEver, ["registered"] = statistics.Registered,
            ["successRate"] = statistics.Resolutions.SuccessRate is { } rate ? Math.Round(rate, 4) : null, ["p50"] = statistics.Latency.P50, ["p95"] = statistics.Latency.P95, ["p99"] = statistics.Latency.P99,
        }));
        foreach (StatisticsTransport transport in statistics.Transports) Line("transport", With(transport.Resolutions, new() { ["transport"] = JsonNamingPolicy.CamelCase.ConvertName(transport.Transport.ToString()) }));
        Dictionary<long, NodeEnterprise> enterprises = content.Enterprises.ToDictionary(enterprise => enterprise.Id);
        Dictionary<string, StatisticsEnterprise> figures = statistics.TopEnterprises.ToDictionary(row => row.Prefix);
        foreach (PrefixEntry prefix in content.Prefixes) Line("enterprise", EnterpriseOf(prefix, enterprises[prefix.Enterprise.Id], figures[prefix.Name]));
        foreach (PrefixEntry prefix in content.Prefixes)
            foreach (Template template in prefix.Enterprise.Templates.Values.Where(template => template.IsUsed).OrderBy(template => template.Key, StringComparer.Ordinal))
                Line("template", new()
                {
                    ["prefix"] = prefix.Name, ["code"] = template.Code, ["edition"] = template.Edition, ["nameZh"] = template.NameZh, ["nameEn"] = template.NameEn,
                    ["fields"] = string.Join(' ', template.Content.Fields.Select(field => string.Create(CultureInfo.InvariantCulture, $"{field.Name}:{field.Index}:{JsonNamingPolicy.CamelCase.ConvertName(field.Kind.ToString())}"))),
                });
        Line("end", new() { ["lines"] = lines + 1 });
        return file.ToArray();

        void Line(string line, Dictionary<string, object?> values)
        {
            if (format.Write(line, values) is not { } bytes) return;
            lines++;
            file.Write(bytes);
        }
    }

    private static Dictionary<string, object?> EnterpriseOf(PrefixEntry prefix, NodeEnterprise enterprise, StatisticsEnterprise figures) => With(figures.Resolutions, new()
    {
        ["creditCode"] = enterprise.CreditCode, ["nameZh"] = prefix.Enterprise.NameZh, ["nameEn"] = prefix.Enterprise.NameEn, ["industry"] = enterprise.Industry,
        ["approved"] = enterprise.Approved is { } approved ? TimeOf(approved) : null, ["prefix"] = prefix.Name, ["prefixState"] = JsonNamingPolicy.CamelCase.ConvertName(prefix.State.ToString()), ["quota"] = prefix.Quota,
        ["registeredEver"] = figures.RegisteredEver, ["registered"] = figures.Registered,
    });

    private static Dictionary<string, object?> With(ResolutionFigures figures, Dictionary<string, object?> values)
    {
        (values["resolved"], values["notFound"], values["failed"]) = (figures.Resolved, figures.NotFound, figures.Failed);
        return values;
    }

    private static string DateOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
