using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Reports;

namespace Ordo.Operations.Tests.Reports;

/// <summary>A month of 200 points by the hour, in a customer's workbook, opened again and compared cell by cell.</summary>
public sealed class MonthlyReportTests(ITestOutputHelper output)
{
    private const int Points = 200, Hours = 31 * 24;

    [Fact]
    public async Task Every_cell_of_a_month_is_what_was_measured()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        string[] codes = [.. Enumerable.Range(1, Points).Select(i => $"P{i:000}")];
        foreach (string code in codes) await server.AddPointAsync("north", code, $"meter-{code}");
        var month = ReportPeriod.Of(ReportKind.Monthly, new(2026, 10, 1));
        var park = new ParkClock(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        long from = park.InstantOf(month.First.ToDateTime(TimeOnly.MinValue)).ToUnixTimeMilliseconds();
        ReportTemplate template = ReportTemplate.Read(CustomerWorkbook.Make(
            ["{{time each hour}}", .. codes.Select(code => $"{{{{avg north/{code} each hour}}}}")],
            new Dictionary<string, string> { ["B8"] = "{{max north/P001}}", ["C8"] = "{{completeness north/P002}}", ["D8"] = "峰值 {{max north/P003}} {{unit north/P003}}" }));
        Assert.Empty(template.Faults);

        await using AsyncServiceScope scope = server.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<OrdoDbContext>();
        var found = await ReportPoints.ReadAsync(database, Bound(server.Services.GetRequiredService<IPointDirectory>().Current), "/", [.. template.Placeholders], TestContext.Current.CancellationToken);
        Assert.Empty(found.FaultsOf(template));
        var reader = new Pattern(from);
        var head = new ReportHead("能耗月报", month, DateTimeOffset.UnixEpoch, English: false);
        long begin = Stopwatch.GetTimestamp();
        FilledReport filled = await new ReportFiller(template, found, head, park).FillAsync(new(reader, TimeProvider.System), TestContext.Current.CancellationToken);
        byte[] file = ReportWorkbook.Write(template, filled, head);
        output.WriteLine($"{filled.Figures} figures filled and written in {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:0} ms, {file.Length / 1024} KiB; without the store.");

        using var opened = new OpenedWorkbook(file);
        Assert.Equal(["月报", "汇总", "数据完整性"], opened.Names);
        Dictionary<string, string> cells = opened.Cells("月报");
        Assert.Equal("能耗月报 2026-10", cells["A1"]);
        Assert.Equal("自 2026-10-01 至 2026-10-31，生成于 1970-01-01 08:00", cells["A2"]);
        int missing = 0;
        for (int hour = 0; hour < Hours; hour++)
        {
            int row = 5 + hour;
            Assert.Equal(new DateTime(2026, 10, 1).AddHours(hour).ToOADate(), double.Parse(cells[$"A{row}"], CultureInfo.InvariantCulture), 1e-6);
            for (int i = 0; i < Points; i++)
            {
                string written = cells[$"{CustomerWorkbook.Column(i + 2)}{row}"];
                if (Pattern.IsMissing(Series(codes[i]), hour))
                {
                    missing++;
                    Assert.Equal("", written); // nothing to tell is no zero
                }
                else
                {
                    Assert.Equal(Math.Round((decimal)Pattern.ValueOf(Series(codes[i]), hour), 1, MidpointRounding.AwayFromZero), OpenedWorkbook.Number(written));
                }
            }
        }
        Assert.True(missing > 0);
        Assert.Equal((Points * Hours) + 3, filled.Figures);

        // What lay below has moved, and what referred to the row covers all of it.
        int below = 5 + Hours;
        Assert.Equal("合计", cells[$"A{below}"]);
        Assert.Equal($"=SUM(B5:B{below - 1})", cells[$"B{below}"]);
        Assert.Equal($"=SUM(GS5:GS{below - 1})", cells[$"GS{below}"]);
        Assert.Equal("制表人：", cells[$"A{below + 2}"]);
        Assert.StartsWith("峰值 ", cells[$"D{below + 2}"], StringComparison.Ordinal);
        Assert.EndsWith(" °C", cells[$"D{below + 2}"], StringComparison.Ordinal);
        Assert.Equal($"='月报'!B{below}*2", opened.Cells("汇总")["A1"]);
        Assert.Equal(Enumerable.Range(0, Hours).Where(h => !Pattern.IsMissing(Series("P001"), h)).Sum(h => Math.Round(Pattern.ValueOf(Series("P001"), h), 1, MidpointRounding.AwayFromZero)),
            double.Parse(opened.ValueOf("月报", $"B{below}")!, CultureInfo.InvariantCulture), 1e-6);
        JudgePackage(opened, below);
        JudgeCompleteness(opened, filled, below);
    }

    private static void JudgePackage(OpenedWorkbook opened, int below)
    {
        XElement sheet = opened.Xml("月报");
        Assert.Equal("A1:D1", (string)Assert.Single(sheet.Descendants(), e => e.Name.LocalName == "mergeCell").Attribute("ref")!);
        XElement format = Assert.Single(sheet.Descendants(), e => e.Name.LocalName == "conditionalFormatting");
        Assert.Equal(($"B5:GS{below - 1}", $"$B${below}"), ((string)format.Attribute("sqref")!, format.Descendants().Single(e => e.Name.LocalName == "formula").Value));
        Assert.Equal("30", (string)sheet.Descendants().First(e => e.Name.LocalName == "row").Attribute("ht")!);
        DrawingsPart drawing = opened.Part("月报").DrawingsPart!;
        Assert.Equal([$"'月报'!$A$5:$A${below - 1}", $"'月报'!$B$5:$B${below - 1}"], OpenedWorkbook.Load(drawing.ChartParts.Single()).Descendants().Where(e => e.Name.LocalName == "f").Select(e => e.Value));
        Assert.Equal([$"{9 + Hours - 1}", $"{24 + Hours - 1}"], OpenedWorkbook.Load(drawing).Descendants().Where(e => e.Name.LocalName == "row").Select(e => e.Value));
        Assert.Equal($"'月报'!$A$1:$GS${below + 2}", opened.Document.WorkbookPart!.Workbook!.DefinedNames!.Single().InnerText);
        Assert.Contains("FFDDEBF7", OpenedWorkbook.Load(opened.Document.WorkbookPart.WorkbookStylesPart!).ToString(), StringComparison.Ordinal);
    }

    private static void JudgeCompleteness(OpenedWorkbook opened, FilledReport filled, int below)
    {
        Dictionary<string, string> cells = opened.Cells("数据完整性");
        Assert.Equal($"{filled.Figures}", cells["D1"]);
        Assert.Equal(["月报", $"B5:B{below - 1}", "north/P001"], [cells["A3"], cells["B3"], cells["C3"]]);
        double whole = Enumerable.Range(0, Hours).Count(h => !Pattern.IsMissing(Series("P001"), h)) / (double)Hours;
        Assert.Equal(whole, double.Parse(cells["H3"], CultureInfo.InvariantCulture), 1e-4);
        Assert.Equal(whole < 1, filled.Lines.Any(l => l.Place.StartsWith('B') && !l.Place.Contains(':', StringComparison.Ordinal) && l is { Completeness: 0, Value: null }));
    }

    private static int Series(string code) => int.Parse(code[1..], CultureInfo.InvariantCulture);

    private static Directory Bound(PointSnapshot points) => new(new PointSnapshot([.. points.All.Select(p => p with { Series = p.Point.Code.StartsWith('P') ? Series(p.Point.Code) : null })], Points + 1));

    private sealed class Directory(PointSnapshot current) : IPointDirectory
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public PointSnapshot Current { get; } = current;
    }

    /// <summary>Four samples an hour whose values follow from series and hour; some hours are missing.</summary>
    private sealed class Pattern(long from) : ITelemetryReader
    {
        public static bool IsMissing(int series, int hour) => (series * 31 + hour) % 97 == 0;

        public static double ValueOf(int series, int hour) => series + (Math.Sin(hour * 0.26) * 10) + (hour % 7 * 0.13);

        public ValueTask<(long[] StepStarts, IReadOnlyList<AggregateColumns> Series)> AggregateAsync(
            IReadOnlyList<int> series, long fromMs, long toMs, Step step, Aggregate aggregate, CancellationToken cancellation = default)
        {
            Assert.Equal(3_600_000, step.Milliseconds);
            long[] starts = [.. Enumerable.Range(0, (int)((toMs - fromMs) / 3_600_000)).Select(i => fromMs + (i * 3_600_000L))];
            return ValueTask.FromResult((starts, (IReadOnlyList<AggregateColumns>)[.. series.Select(id =>
            {
                int[] hours = [.. starts.Select(s => (int)((s - from) / 3_600_000))];
                long[] counts = [.. hours.Select(h => IsMissing(id, h) ? 0L : 4)];
                return new AggregateColumns([.. hours.Select((h, i) => counts[i] == 0 ? double.NaN : aggregate == Aggregate.Sum ? 4 * ValueOf(id, h) : ValueOf(id, h))], counts, counts);
            })]));
        }

        public bool TryGetLatest(int series, out Sample sample) => throw new NotSupportedException();

        public IAsyncEnumerable<SampleColumns> ReadAsync(int series, long fromMs, long toMs, CancellationToken cancellation = default) => throw new NotSupportedException();

        public ValueTask<SampleColumns> ReadEnvelopeAsync(int series, long fromMs, long toMs, int maxPoints, CancellationToken cancellation = default) => throw new NotSupportedException();

        public ValueTask<Sample?> LastBeforeAsync(int series, long timeMs, CancellationToken cancellation = default) => throw new NotSupportedException();
    }
}
