using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Ordo.Foundation;
using Ordo.Foundation.Http;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Reading;

namespace Ordo.Storage.Samples;

/// <summary>What the address says about the samples wanted, as text.</summary>
internal sealed record SampleQuery
{
    [FromQuery(Name = "from"), Description("First moment, RFC 3339 with offset; default: 24 h before `to`")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("The moment before which samples lie, RFC 3339 with offset; default: now")]
    public string? To { get; init; }

    [FromQuery(Name = "step"), Description("Length of a step: 500ms, 15s, 15m, 1h, 1d, 1mo; days and months are the park's. Without it samples come as they were sent")]
    public string? Step { get; init; }

    [FromQuery(Name = "aggregate"), Description("avg, min, max, sum, count, first, last, delta: one figure for each step, default avg. raw: every sample")]
    public string? Aggregate { get; init; }

    [FromQuery(Name = "maxPoints"), Description("Samples of a series before they are thinned to an envelope that draws the same curve; default 2000")]
    public int? MaxPoints { get; init; }

    [FromQuery(Name = "format"), Description("json (default) or csv; csv without a step holds every sample")]
    public string? Format { get; init; }

    [FromQuery(Name = "modulus"), Description("With aggregate=delta: one more than the largest reading of the register, in the answer's unit; a fall is then a roll-over where that means less than half a round")]
    public double? Modulus { get; init; }

    [FromQuery(Name = "replacement"), Description("With aggregate=delta: a replaced meter as TIME,OLD,NEW: when, the old one's last reading, the new one's first, in the answer's unit; may be repeated")]
    public string[]? Replacement { get; init; }

    private const string Raw = "raw";
    private static readonly long EarliestDay = new DateTimeOffset(2, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long LatestDay = new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <exception cref="ProblemException">422 with every fault.</exception>
    public SampleRequest Read(DateTimeOffset now, StorageOptions options)
    {
        var faults = new List<(string, Text)>();
        long to = TimeOf("to", To, now, faults), from = TimeOf("from", From, DateTimeOffset.FromUnixTimeMilliseconds(to).AddDays(-1), faults);
        if (faults.Count == 0 && from >= to) faults.Add(("from", new("起始时间必须早于结束时间。", "It must be before `to`.")));
        Step? step = ReadStep(faults);
        bool csv = ReadFormat(faults);
        Aggregate? aggregate = ReadAggregate(step, faults);
        int maxPoints = ReadMaxPoints(options, faults);
        CounterRule? counter = ReadCounter(aggregate, faults);
        if (step is { Unit: not Foundation.Telemetry.Step.StepUnit.Fixed } && (from < EarliestDay || to > LatestDay))
            faults.Add(("step", new("按日、按月统计仅支持公元 2 年至 9998 年。", "Days and months are counted in the years 2 to 9998 only.")));
        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults]));
        bool everySample = step is null && (csv || Aggregate == Raw);
        return new(from, to, step, aggregate, everySample, maxPoints, csv) { Counter = counter };
    }

    /// <summary>A time of an address by itself.</summary>
    /// <exception cref="ProblemException">422: it is none.</exception>
    public static long? ReadTime(string field, string? text)
    {
        if (text is null) return null;
        var faults = new List<(string, Text)>();
        long time = TimeOf(field, text, default, faults);
        return faults.Count == 0 ? time : throw new ProblemException(Problems.Validation([.. faults]));
    }

    private static long TimeOf(string field, string? text, DateTimeOffset fallback, List<(string, Text)> faults)
    {
        if (text is null) return fallback.ToUnixTimeMilliseconds();
        // A + that was not escaped arrives as a space; nothing else can be meant.
        if (DateTimeOffset.TryParseExact(text.Replace(' ', '+'), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) && HasOffset(text))
            return time.ToUnixTimeMilliseconds();
        faults.Add((field, new("应为带时区的 RFC 3339 时间，例如 2026-11-23T08:00:00+08:00。", "An RFC 3339 time with its offset is expected, such as 2026-11-23T08:00:00+08:00 or 2026-11-23T00:00:00Z.")));
        return fallback.ToUnixTimeMilliseconds();
    }

    private static bool HasOffset(string text) => text.EndsWith('Z') || text.LastIndexOfAny(['+', '-', ' ']) > text.IndexOf('T', StringComparison.Ordinal);

    private Step? ReadStep(List<(string, Text)> faults)
    {
        if (Step is null) return null;
        if (Foundation.Telemetry.Step.TryParse(Step, out Step step)) return step;
        faults.Add(("step", new("应为步长，例如 15s、15m、1h、1d、1mo。", "A step is expected, such as 15s, 15m, 1h, 1d or 1mo.")));
        return null;
    }

    private bool ReadFormat(List<(string, Text)> faults)
    {
        if (Format is null or "json" or "csv") return Format == "csv";
        faults.Add(("format", new("应为 json 或 csv。", "It is json or csv.")));
        return false;
    }

    private Aggregate? ReadAggregate(Step? step, List<(string, Text)> faults)
    {
        if (Aggregate is null) return step is null ? null : Foundation.Telemetry.Aggregate.Avg;
        if (Aggregate == Raw)
        {
            if (Step is not null) faults.Add(("aggregate", new("raw 返回全部样本，不能与 step 同时使用。", "raw gives every sample; leave out `step`.")));
            return null;
        }

        foreach (Aggregate known in Enum.GetValues<Aggregate>())
        {
            if (JsonNamingPolicy.CamelCase.ConvertName(known.ToString()) != Aggregate) continue;
            if (Step is null) faults.Add(("step", new("统计需要步长，例如 1h。", "An aggregate needs a step, such as 1h.")));
            return known;
        }

        faults.Add(("aggregate", new("应为 avg、min、max、sum、count、first、last、delta 或 raw。", "It is one of avg, min, max, sum, count, first, last, delta or raw.")));
        return null;
    }

    private CounterRule? ReadCounter(Aggregate? aggregate, List<(string, Text)> faults)
    {
        if (Modulus is null && Replacement is null or []) return null;
        if (aggregate != Foundation.Telemetry.Aggregate.Delta)
            faults.Add((Modulus is null ? "replacement" : "modulus", new("仅用于 aggregate=delta。", "It belongs to aggregate=delta only.")));
        if (Modulus is { } modulus && !(modulus > 0 && double.IsFinite(modulus))) faults.Add(("modulus", new("应为正数。", "A positive number is expected.")));
        var replacements = new List<MeterReplacement>();
        foreach (string text in Replacement ?? [])
        {
            string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
            if (parts.Length == 3 && ReadNumber(parts[1]) is { } old && ReadNumber(parts[2]) is { } @new)
                replacements.Add(new(TimeOf("replacement", parts[0], default, faults), old, @new));
            else
                faults.Add(("replacement", new("应为“时间,旧表止度,新表起度”，例如 2026-03-01T08:00:00Z,98231.5,12。", "TIME,OLD,NEW is expected, such as 2026-03-01T08:00:00Z,98231.5,12.")));
        }

        return new(Modulus, replacements);
    }

    private static double? ReadNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private int ReadMaxPoints(StorageOptions options, List<(string, Text)> faults)
    {
        if (MaxPoints is null) return SampleRequest.DefaultMaxPoints;
        if (MaxPoints is { } points && points >= 2 && points <= options.MaxAnswerSamples) return points;
        faults.Add(("maxPoints", new($"应为 2 至 {options.MaxAnswerSamples} 的整数。", $"A number from 2 to {options.MaxAnswerSamples} is expected.")));
        return SampleRequest.DefaultMaxPoints;
    }
}

/// <summary>A question for samples, checked.</summary>
/// <param name="From">Milliseconds since 1970, in the range.</param>
/// <param name="To">Milliseconds since 1970, not in the range.</param>
/// <param name="Step">Length of a step, or <c>null</c> for samples as they were sent.</param>
/// <param name="Aggregate">With a step, the figure wanted.</param>
/// <param name="EverySample">Without a step: not thinned, however many there are.</param>
/// <param name="MaxPoints">Without a step: how many samples a series may have before it is thinned.</param>
/// <param name="Csv">As comma-separated values instead of JSON.</param>
internal sealed record SampleRequest(long From, long To, Step? Step, Aggregate? Aggregate, bool EverySample, int MaxPoints, bool Csv)
{
    public const int DefaultMaxPoints = 2_000;

    /// <summary>With a delta: how the counter rolls over and when it was replaced, in the answer's unit.</summary>
    public CounterRule? Counter { get; init; }

    /// <exception cref="ProblemException">422: the steps alone are more than one answer may hold.</exception>
    public void CheckSteps(int series, StorageOptions options)
    {
        if (Step is not { } step) return;
        long steps = ParkCalendar.CountSteps(From, To, step);
        if (steps > options.MaxAnswerSamples / Math.Max(1, series)) throw TooMuch("step", steps * Math.Max(1, series), options.MaxAnswerSamples);
    }

    public static ProblemException TooMuch(string field, long found, int limit) => new(Problems.Validation((field, new(
        $"该查询将返回约 {found} 个值，上限为 {limit}；请加大步长或缩短时间范围。",
        $"The answer would hold about {found} values and the limit is {limit}: ask for a longer step or a shorter range."))));
}
