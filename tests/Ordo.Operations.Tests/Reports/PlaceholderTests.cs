using Ordo.Operations.Reports;

namespace Ordo.Operations.Tests.Reports;

public sealed class PlaceholderTests
{
    [Theory]
    [InlineData("avg BLR-01/P", PlaceholderWord.Avg, "BLR-01/P", ReportSpan.Period, null)]
    [InlineData("平均 BLR-01/P 每小时", PlaceholderWord.Avg, "BLR-01/P", ReportSpan.Period, RowStep.Hour)]
    [InlineData(" delta  \"锅 炉/E\" in previous ", PlaceholderWord.Delta, "锅 炉/E", ReportSpan.Previous, null)]
    [InlineData("增量 BLR/E 去年同期", PlaceholderWord.Delta, "BLR/E", ReportSpan.LastYear, null)]
    [InlineData("max BLR/P each 15m", PlaceholderWord.Max, "BLR/P", ReportSpan.Period, RowStep.Quarter)]
    [InlineData("time each day", PlaceholderWord.Time, null, ReportSpan.Period, RowStep.Day)]
    [InlineData("period", PlaceholderWord.Period, null, ReportSpan.Period, null)]
    [InlineData("sum each point below BLR of activeEnergy", PlaceholderWord.Sum, null, ReportSpan.Period, RowStep.Point)]
    public void Is_read_in_both_languages(string text, PlaceholderWord word, string? point, ReportSpan span, RowStep? each)
    {
        var (placeholder, fault) = Placeholder.Parse(text);
        Assert.Null(fault);
        Assert.Equal((word, point, span, each), (placeholder!.Word, placeholder.Point, placeholder.Span, placeholder.Each?.Step));
    }

    [Theory]
    [InlineData("")]
    [InlineData("average A/B")]
    [InlineData("0 A/B")]
    [InlineData("avg,min A/B")]
    [InlineData("avg")]
    [InlineData("avg P")]
    [InlineData("avg A/")]
    [InlineData("avg A/B in tomorrow")]
    [InlineData("avg A/B each")]
    [InlineData("avg A/B each fortnight")]
    [InlineData("avg A/B each hour in previous")]
    [InlineData("avg A/B each point below A")]
    [InlineData("time")]
    [InlineData("time A/B each hour")]
    [InlineData("period each hour")]
    [InlineData("sum each point of activeEnergy")]
    public void Says_what_is_wrong_with_it(string text)
    {
        var (placeholder, fault) = Placeholder.Parse(text);
        Assert.Null(placeholder);
        Assert.NotEmpty(fault!.Value.Zh);
        Assert.NotEmpty(fault.Value.En);
    }

    [Fact]
    public void A_cell_is_cut_into_text_and_placeholders()
    {
        Assert.Equal([("共 ", false), ("sum A/B", true), (" kWh", false)], Placeholder.Split("共 {{sum A/B}} kWh"));
        Assert.Equal([("{{avg A/B}", false)], Placeholder.Split("{{avg A/B}"));
    }

    [Theory]
    [InlineData("SUM(B5:B5)*C6", "SUM(B5:B8)*C9")]
    [InlineData("B4+$B$6+LOG10(A7)", "B4+$B$9+LOG10(A10)")]
    [InlineData("\"B6 stays\"&B6", "\"B6 stays\"&B9")]
    [InlineData("'月报'!B6+Other!B6+[1]月报!B6", "'月报'!B9+Other!B6+[1]月报!B6")]
    [InlineData("rate_B6+B6x", "rate_B6+B6x")]
    public void A_formula_moves_as_when_rows_are_inserted(string formula, string moved) =>
        Assert.Equal(moved, SheetReferences.Move(formula, "月报", sheet => sheet == "月报" ? new RowShift(new Dictionary<int, int> { [5] = 4 }) : RowShift.None));

    [Fact]
    public void A_formula_of_a_repeated_row_follows_its_own_row()
    {
        var shift = new RowShift(new Dictionary<int, int> { [5] = 4 });
        Assert.Equal("B7/B$9*$C7+D2", SheetReferences.CopyRow("B5/B$6*$C5+D2", "S", 5, 2, _ => shift));
        Assert.Equal("A1:B2 A5:C8 D11", SheetReferences.MovePlaces("A1:B2 A5:C5 D8", shift));
        Assert.Equal("'S'!$B$5:$B$8", SheetReferences.Move("'S'!$B$5", "S", _ => shift, growCells: true));
        Assert.Equal("AA1", SheetReferences.Copy("Z1", 0, 1));
        Assert.Equal("#REF!", SheetReferences.Copy("A1", -1, 0));
    }

    [Theory]
    [InlineData(ReportKind.Daily, "2026-11-27", "2026-11-27", "2026-11-28", "2026-11-27")]
    [InlineData(ReportKind.Weekly, "2026-11-29", "2026-11-23", "2026-11-30", "2026-11-23 – 2026-11-29")]
    [InlineData(ReportKind.Weekly, "2026-11-30", "2026-11-30", "2026-12-07", "2026-11-30 – 2026-12-06")]
    [InlineData(ReportKind.Monthly, "2024-02-29", "2024-02-01", "2024-03-01", "2024-02")]
    public void A_period_is_of_the_calendar(ReportKind kind, string day, string first, string end, string text)
    {
        ReportPeriod period = ReportPeriod.Of(kind, DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((first, end, text), ($"{period.First:yyyy-MM-dd}", $"{period.End:yyyy-MM-dd}", period.ToString()));
        Assert.Equal(period, period.Next.Previous);
    }

    [Fact]
    public void A_report_is_due_in_the_parks_morning_after_its_period()
    {
        var park = new ParkClock(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(At("2026-11-27T07:00+08:00"), ReportSchedule.NextAfter(ReportKind.Daily, 420, At("2026-11-27T06:59+08:00"), park));
        Assert.Equal(At("2026-11-28T07:00+08:00"), ReportSchedule.NextAfter(ReportKind.Daily, 420, At("2026-11-27T07:00+08:00"), park));
        Assert.Equal(At("2026-11-30T00:00+08:00"), ReportSchedule.NextAfter(ReportKind.Weekly, 0, At("2026-11-27T07:00+08:00"), park));
        Assert.Equal(At("2026-12-01T07:00+08:00"), ReportSchedule.NextAfter(ReportKind.Monthly, 420, At("2026-11-01T07:00+08:00"), park));
        Assert.Equal(new(2026, 11, 1), ReportSchedule.PeriodAt(ReportKind.Monthly, At("2026-12-01T07:00+08:00"), park).First);
    }
}
