using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ordo.Identifiers.Statistics;

/// <summary>The tables of the statistics as CSV (RFC 4180), English column names, numbers with a point.</summary>
internal static class StatisticsCsv
{
    private const string Figures = "resolved,notFound,failed,successRatePercent", Latencies = "p50Ms,p95Ms,p99Ms";

    public static string Of(NodeStatistics statistics, StatisticsBy by) => by switch
    {
        StatisticsBy.Industry => Table($"section,division,nameZh,nameEn,enterprises,registeredEver,registered,{Figures}", statistics.Industries, row =>
            [CsvText.Cell(row.Section), CsvText.Cell(row.Division), CsvText.Cell(row.NameZh), CsvText.Cell(row.NameEn), $"{row.Enterprises}", $"{row.RegisteredEver}", $"{row.Registered}", .. Of(row.Resolutions)]),
        StatisticsBy.Region => Table($"code,nameZh,nameEn,enterprises,registeredEver,registered,{Figures}", statistics.Regions, row =>
            [CsvText.Cell(row.Code), CsvText.Cell(row.NameZh), CsvText.Cell(row.NameEn), $"{row.Enterprises}", $"{row.RegisteredEver}", $"{row.Registered}", .. Of(row.Resolutions)]),
        StatisticsBy.Enterprise => Table($"enterprise,nameZh,nameEn,industry,prefix,registeredEver,registered,{Figures}", statistics.TopEnterprises, row =>
            [$"{row.EnterpriseId}", CsvText.Cell(row.NameZh), CsvText.Cell(row.NameEn), CsvText.Cell(row.Industry), CsvText.Cell(row.Prefix), $"{row.RegisteredEver}", $"{row.Registered}", .. Of(row.Resolutions)]),
        StatisticsBy.Node => Table($"node,{Figures},{Latencies}", statistics.Nodes, row => [CsvText.Cell(row.Node), .. Of(row.Resolutions), .. Of(row.Latency)]),
        StatisticsBy.Transport => Table($"transport,{Figures},{Latencies}", statistics.Transports, row => [JsonNamingPolicy.CamelCase.ConvertName(row.Transport.ToString()), .. Of(row.Resolutions), .. Of(row.Latency)]),
        _ => Table($"day,newEnterprises,registered,{Figures},{Latencies}", statistics.Days, row =>
            [row.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), $"{row.NewEnterprises}", $"{row.Registered}", .. Of(row.Resolutions), .. Of(row.Latency)]),
    };

    private static string Table<T>(string head, IEnumerable<T> rows, Func<T, string[]> cells)
    {
        var text = new StringBuilder(head).Append("\r\n");
        foreach (T row in rows) text.AppendJoin(',', cells(row)).Append("\r\n");
        return text.ToString();
    }

    private static string[] Of(ResolutionFigures figures) => [$"{figures.Resolved}", $"{figures.NotFound}", $"{figures.Failed}", Of(figures.SuccessRate)];

    private static string[] Of(LatencyFigures figures) => [Of(figures.P50), Of(figures.P95), Of(figures.P99)];

    private static string Of(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";
}
