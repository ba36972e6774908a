using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Ordo.Foundation;
using Ordo.Foundation.Http;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Reading;
using Ordo.Storage.Retention;
using Ordo.Storage.Rollups;

namespace Ordo.Storage.Samples;

/// <summary>What a curve is taken from: a series as it was sent, or through a point's scale into its unit.</summary>
internal sealed record SampleSource(long? PointId, int? Series, string? Unit, double Scale, double Offset)
{
    public static SampleSource Of(int series) => new(null, series, null, 1, 0);

    public static SampleSource Of(PointEntry entry) => new(entry.Point.Id, entry.Series, entry.Point.Unit, entry.Point.Scale, entry.Point.Offset);

    public Sample ToUnit(Sample sample) => sample with { Value = (sample.Value * Scale) + Offset };

    /// <summary>A rule told in the unit, as it holds for the readings that are stored.</summary>
    public CounterRule ToStored(CounterRule rule) => Scale == 0 ? new() : new(
        rule.Modulus / Math.Abs(Scale),
        [.. (rule.Replacements ?? []).Select(replacement => replacement with { OldReading = (replacement.OldReading - Offset) / Scale, NewReading = (replacement.NewReading - Offset) / Scale })]);
}

/// <summary>Fetches what the routes answer, within the limits of one answer.</summary>
/// <param name="retention">Knows what is past its age; <c>null</c> where everything is kept.</param>
/// <param name="curves">Joined curves of hours that are over; <c>null</c> where samples can come in past this process.</param>
internal sealed class SampleDesk(ITelemetryReader reader, StorageOptions options, ParkCalendar calendar, TimeProvider clock, RetentionKeeper? retention = null, SettledCurves? curves = null)
{
    /// <summary>Figures fetched at a time where many points become one curve.</summary>
    private const long ValuesPerRound = 500_000;

    public StorageOptions Options => options;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <exception cref="ProblemException">422 when it is too much, 500 when a part of the range is damaged.</exception>
    public async Task<IReadOnlyList<SampleTable>> FetchAsync(IReadOnlyList<SampleSource> sources, SampleRequest request, CancellationToken cancellation)
    {
        try
        {
            if (await CoarserAsync(sources, request, cancellation) is { Step: { } coarser } instead)
            {
                Text notice = new($"该时段的原始样本已超过保存期限，改以 {coarser} 的统计值回答。", $"Samples of this time are past their age; the answer is in steps of {coarser}.");
                return [.. (await FetchStepsAsync(sources, instead, coarser, cancellation)).Select(table => table with { Notice = notice.ToString() })];
            }

            if (request.Step is { } step) return await FetchStepsAsync(sources, request, step, cancellation);
            return request.EverySample ? await FetchEverySampleAsync(sources, request, cancellation) : await FetchSamplesAsync(sources, request, cancellation);
        }
        catch (TelemetryDamagedException e)
        {
            throw Damaged(e);
        }
    }

    /// <summary>The question to ask instead where what it asks for is past its age and only rollups remain.</summary>
    private async ValueTask<SampleRequest?> CoarserAsync(IReadOnlyList<SampleSource> sources, SampleRequest request, CancellationToken cancellation)
    {
        if (retention is null || await retention.FinestAsync(sources.Select(source => source.Series).OfType<int>(), request.From, cancellation) is not { } finest) return null;
        if (request.Step is { } asked && (asked.Unit != Step.StepUnit.Fixed || asked.Milliseconds >= Resolutions.LengthOf(finest))) return null;
        Step step = finest == Resolution.Day ? Step.Day : Step.Fixed(TimeSpan.FromMilliseconds(Resolutions.LengthOf(finest)));
        SampleRequest instead = request with { Step = step, Aggregate = request.Aggregate ?? Aggregate.Avg, EverySample = false };
        instead.CheckSteps(sources.Count, options);
        return instead;
    }

    /// <summary>One curve of many points: their figures of each step, joined.</summary>
    /// <exception cref="ProblemException">422 when the points have several units or the steps are too many, 500 when a part of the range is damaged.</exception>
    public async Task<SampleTable> FetchAcrossAsync(IReadOnlyList<SampleSource> sources, SampleRequest request, Across how, CancellationToken cancellation)
    {
        string?[] units = [.. sources.Select(source => source.Unit).Distinct()];
        if (units.Length > 1 && request.Aggregate != Aggregate.Count)
        {
            string list = string.Join(", ", units.Take(5));
            throw new ProblemException(Problems.Validation(("across", new($"点位的单位不同（{list}），不能合并。", $"The points have different units ({list}) and cannot be joined."))));
        }

        request.CheckSteps(1, options);
        Step step = request.Step!.Value;
        Aggregate aggregate = request.Aggregate!.Value;
        long[] starts = calendar.StepStarts(request.From, request.To, step);
        AcrossPoints across;
        try
        {
            if (curves is null || request.Counter is not null)
            {
                across = await JoinAsync(sources, request, how, starts.Length, cancellation);
            }
            else
            {
                SettledCurves.Answer answer = curves.Ask(SettledCurves.KeyOf(sources, how, aggregate, step, retention?.Drops ?? 0), starts, request.From, request.To, sources.Count);
                foreach (var (first, end) in answer.Runs)
                {
                    SampleRequest run = request with { From = answer.FromOf(first), To = answer.EndOf(end - 1) };
                    answer.Figures.Take(await JoinAsync(sources, run, how, end - first, cancellation), 0, first, end - first);
                }

                curves.Keep(answer);
                across = answer.Figures;
            }
        }
        catch (TelemetryDamagedException e)
        {
            throw Damaged(e);
        }

        var (values, qualities, counts, completeness) = across.Result(starts, Now.ToUnixTimeMilliseconds());
        string name = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(aggregate.ToString());
        return new(null, null, units.Length == 1 ? units[0] : null, step.ToString(), name, starts, values, qualities, null, counts, completeness);
    }

    private async Task<AcrossPoints> JoinAsync(IReadOnlyList<SampleSource> sources, SampleRequest request, Across how, int steps, CancellationToken cancellation)
    {
        (Step step, Aggregate aggregate) = (request.Step!.Value, request.Aggregate!.Value);
        var across = new AcrossPoints(how, steps) { Points = sources.Count };
        int perRound = (int)Math.Clamp(ValuesPerRound / Math.Max(1, steps), 1, sources.Count);
        foreach (SampleSource[] some in sources.Where(source => source.Series is not null).Chunk(perRound))
        {
            var (_, columns) = request.Counter is { } counter
                ? await FetchGrowthAsync(some, request, step, counter, cancellation)
                : await reader.AggregateAsync([.. some.Select(source => source.Series!.Value)], request.From, request.To, step, aggregate, cancellation);
            for (int i = 0; i < some.Length; i++) across.Add(columns[i], Scaled(columns[i], aggregate, some[i]));
        }

        return across;
    }

    /// <summary>The newest sample of each source, or the last before a moment.</summary>
    public async Task<IReadOnlyList<LatestSample>> FetchLatestAsync(IReadOnlyList<SampleSource> sources, long? before, CancellationToken cancellation)
    {
        var latest = new List<LatestSample>(sources.Count);
        try
        {
            foreach (SampleSource source in sources)
            {
                Sample? found = null;
                if (source.Series is { } series && before is { } moment) found = await reader.LastBeforeAsync(series, moment, cancellation);
                else if (source.Series is { } newest && reader.TryGetLatest(newest, out Sample sample)) found = sample;
                latest.Add(Latest(source, found));
            }
        }
        catch (TelemetryDamagedException e)
        {
            throw Damaged(e);
        }

        return latest;
    }

    /// <summary>Where a source is silent for longer than usual; a point that no series feeds always is.</summary>
    /// <exception cref="ProblemException">500 when a part of the range is damaged.</exception>
    public async IAsyncEnumerable<SampleGap> GapsAsync(
        SampleSource source, long from, long to, TimeSpan longerThan, bool goodOnly, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (source.Series is not { } series)
        {
            if (to - from > longerThan.TotalMilliseconds) yield return new(from, to);
            yield break;
        }

        await using IAsyncEnumerator<SampleGap> gaps = reader.GapsAsync(series, from, to, longerThan, goodOnly, cancellation).GetAsyncEnumerator(cancellation);
        while (true)
        {
            try
            {
                if (!await gaps.MoveNextAsync()) yield break;
            }
            catch (TelemetryDamagedException e)
            {
                throw Damaged(e);
            }

            yield return gaps.Current;
        }
    }

    private static LatestSample Latest(SampleSource source, Sample? found)
    {
        if (found is not { } sample) return new(source.PointId, source.Series, source.Unit, null, null, null);
        double value = source.ToUnit(sample).Value;
        bool isNamed = sample.TimeMs >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && sample.TimeMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        return new(
            source.PointId, source.Series, source.Unit, isNamed ? DateTimeOffset.FromUnixTimeMilliseconds(sample.TimeMs) : null,
            double.IsFinite(value) ? value : null, sample.Quality.ToString());
    }

    /// <summary>Writes every sample of the sources as CSV, however long it takes.</summary>
    public async Task WriteCsvAsync(IReadOnlyList<SampleSource> sources, SampleRequest request, HttpResponse response, CancellationToken cancellation)
    {
        bool manyPoints = sources.Count != 1;
        var csv = new CsvWriter(response.BodyWriter, calendar.Zone);
        csv.Text(manyPoints ? "point,time,value,quality" : "time,value,quality", asIs: true);
        csv.EndRow();
        foreach (SampleSource source in sources)
        {
            if (source.Series is not { } series) continue;
            await foreach (SampleColumns block in reader.ReadAsync(series, request.From, request.To, cancellation))
            {
                for (int i = 0; i < block.Count; i++)
                {
                    if (manyPoints)
                    {
                        csv.Number(source.PointId ?? series);
                        csv.Comma();
                    }

                    csv.Time(block.Times[i]);
                    csv.Comma();
                    csv.Value((block.Values[i] * source.Scale) + source.Offset);
                    csv.Comma();
                    csv.Text(block.Qualities[i].ToString());
                    csv.EndRow();
                    await csv.FlushIfFullAsync(cancellation);
                }
            }
        }

        await csv.FlushAsync(cancellation);
    }

    /// <summary>Writes steps as CSV.</summary>
    public async Task WriteCsvAsync(IReadOnlyList<SampleTable> tables, HttpResponse response, CancellationToken cancellation)
    {
        bool manyPoints = tables.Count != 1;
        var csv = new CsvWriter(response.BodyWriter, calendar.Zone);
        csv.Text(manyPoints ? "point,time,value,quality,count" : "time,value,quality,count", asIs: true);
        csv.EndRow();
        foreach (SampleTable table in tables)
        {
            for (int i = 0; i < table.Times.Length; i++)
            {
                if (manyPoints)
                {
                    csv.Number(table.PointId ?? table.SeriesId ?? 0);
                    csv.Comma();
                }

                csv.Time(table.Times[i]);
                csv.Comma();
                csv.Value(table.Values[i]);
                csv.Comma();
                csv.Text(table.QualityAt(i)?.ToString() ?? "");
                csv.Comma();
                csv.Number(table.Counts?[i] ?? 1);
                csv.EndRow();
                await csv.FlushIfFullAsync(cancellation);
            }
        }

        await csv.FlushAsync(cancellation);
    }

    /// <summary>Counts before reading: chunk heads know, so that a question that is too large costs little.</summary>
    /// <exception cref="ProblemException">422 when it is too much, 500 when a part of the range is damaged.</exception>
    public async Task CheckCountAsync(IReadOnlyList<SampleSource> sources, SampleRequest request, int limit, CancellationToken cancellation)
    {
        try
        {
            long total = await CountAsync([.. sources.Select(source => source.Series).OfType<int>()], request, cancellation);
            if (total > limit) throw SampleRequest.TooMuch("from", total, limit);
        }
        catch (TelemetryDamagedException e)
        {
            throw Damaged(e);
        }
    }

    /// <summary>Reads no further than the limit: what is within it is read once, and what is not is counted from chunk heads, to be told.</summary>
    private async Task<IReadOnlyList<SampleTable>> FetchEverySampleAsync(IReadOnlyList<SampleSource> sources, SampleRequest request, CancellationToken cancellation)
    {
        var tables = new List<SampleTable>(sources.Count);
        long total = 0;
        foreach (SampleSource source in sources)
        {
            var blocks = new List<SampleColumns>();
            if (source.Series is { } series)
            {
                await foreach (SampleColumns block in reader.ReadAsync(series, request.From, request.To, cancellation))
                {
                    blocks.Add(block);
                    total += block.Count;
                    if (total > options.MaxAnswerSamples) await CheckCountAsync(sources, request, options.MaxAnswerSamples, cancellation);
                }
            }

            tables.Add(TableOf(source, Joined(blocks), null));
        }

        return tables;
    }

    private async Task<IReadOnlyList<SampleTable>> FetchSamplesAsync(IReadOnlyList<SampleSource> sources, SampleRequest request, CancellationToken cancellation)
    {
        var tables = new List<SampleTable>(sources.Count);
        long total = 0;
        foreach (SampleSource source in sources)
        {
            SampleColumns columns = source.Series is { } series ? await reader.ReadEnvelopeAsync(series, request.From, request.To, request.MaxPoints, cancellation) : SampleColumns.Empty;
            total += columns.Count;
            if (total > options.MaxAnswerSamples) throw SampleRequest.TooMuch("maxPoints", total, options.MaxAnswerSamples);
            tables.Add(TableOf(source, columns, columns.IsThinned ? "envelope" : null));
        }

        return tables;
    }

    private static SampleTable TableOf(SampleSource source, SampleColumns columns, string? aggregate) =>
        new(source.PointId, source.Series, source.Unit, null, aggregate, columns.Times, Scaled(columns.Values, source), null, columns.Qualities, null, null);

    private static SampleColumns Joined(List<SampleColumns> blocks) => blocks.Count switch
    {
        0 => SampleColumns.Empty,
        1 => blocks[0],
        _ => new([.. blocks.SelectMany(block => block.Times)], [.. blocks.SelectMany(block => block.Values)], [.. blocks.SelectMany(block => block.Qualities)]),
    };

    private Task<long> CountAsync(IReadOnlyList<int> series, SampleRequest request, CancellationToken cancellation) => CountAsync(reader, series, request, cancellation);

    /// <summary>How many samples series have in a stretch of time, of any quality.</summary>
    public static async Task<long> CountAsync(ITelemetryReader reader, IReadOnlyList<int> series, SampleRequest request, CancellationToken cancellation)
    {
        var whole = Step.Fixed(TimeSpan.FromMilliseconds(request.To - request.From));
        var (_, counts) = await reader.AggregateAsync(series, request.From, request.To, whole, Aggregate.Count, cancellation);
        return counts.Sum(columns => columns.Counts.Sum());
    }

    private async Task<IReadOnlyList<SampleTable>> FetchStepsAsync(IReadOnlyList<SampleSource> sources, SampleRequest request, Step step, CancellationToken cancellation)
    {
        request.CheckSteps(sources.Count, options);
        Aggregate aggregate = request.Aggregate!.Value;
        SampleSource[] bound = [.. sources.Where(source => source.Series is not null)];
        var (starts, columns) = request.Counter is { } counter
            ? await FetchGrowthAsync(bound, request, step, counter, cancellation)
            : await reader.AggregateAsync([.. bound.Select(source => source.Series!.Value)], request.From, request.To, step, aggregate, cancellation);
        var bySource = bound.Zip(columns).ToDictionary(pair => pair.First, pair => pair.Second);
        long now = Now.ToUnixTimeMilliseconds();
        string name = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(aggregate.ToString());
        return
        [
            .. sources.Select(source =>
            {
                AggregateColumns answer = bySource.TryGetValue(source, out AggregateColumns? found) ? found : Gaps(starts.Length, aggregate);
                return new SampleTable(
                    source.PointId, source.Series, source.Unit, step.ToString(), name, starts, Scaled(answer, aggregate, source),
                    QualitiesOf(answer), null, answer.GoodCounts, CompletenessOf(answer, starts, now));
            }),
        ];
    }

    private async Task<(long[] Starts, IReadOnlyList<AggregateColumns> Columns)> FetchGrowthAsync(
        SampleSource[] sources, SampleRequest request, Step step, CounterRule rule, CancellationToken cancellation)
    {
        long[] starts = calendar.StepStarts(request.From, request.To, step);
        var columns = new List<AggregateColumns>();
        foreach (SampleSource source in sources)
            columns.Add((await reader.GrowthAsync(source.Series!.Value, request.From, request.To, step, source.ToStored(rule), cancellation)).Growth);
        return (starts, columns);
    }

    private static AggregateColumns Gaps(int steps, Aggregate aggregate)
    {
        var values = new double[steps];
        values.AsSpan().Fill(aggregate == Aggregate.Count ? 0 : double.NaN);
        return new(values, new long[steps], new long[steps]);
    }

    private static double[] Scaled(double[] values, SampleSource source) =>
        source is { Scale: 1, Offset: 0 } ? values : [.. values.Select(value => (value * source.Scale) + source.Offset)];

    /// <summary>A figure in the point's unit. The offset belongs to each sample: a sum has it as often as there are samples, a growth not at all.</summary>
    private static double[] Scaled(AggregateColumns columns, Aggregate aggregate, SampleSource source) => aggregate switch
    {
        Aggregate.Count => columns.Values,
        Aggregate.Delta => Scaled(columns.Values, source with { Offset = 0 }),
        Aggregate.Sum => [.. columns.Values.Zip(columns.GoodCounts, (sum, count) => (sum * source.Scale) + (source.Offset * count))],
        _ => Scaled(columns.Values, source),
    };

    private static SampleQuality?[] QualitiesOf(AggregateColumns columns)
    {
        var qualities = new SampleQuality?[columns.Counts.Length];
        for (int i = 0; i < qualities.Length; i++)
        {
            long count = columns.Counts[i], good = columns.GoodCounts[i];
            qualities[i] = count == 0 ? null : good == count ? SampleQuality.Good : good > 0 ? SampleQuality.Uncertain : SampleQuality.Bad;
        }

        return qualities;
    }

    private static double? CompletenessOf(AggregateColumns columns, long[] starts, long now)
    {
        int begun = starts.Count(start => start <= now);
        return begun == 0 ? null : (double)(begun - columns.GoodCounts.AsSpan(0, begun).Count(0L)) / begun;
    }

    internal static ProblemException Damaged(TelemetryDamagedException e) => new(Problems.Of(500, "telemetry-damaged", new(
        $"该时间范围内的部分历史数据已损坏，无法读取；其它范围不受影响。请管理员从备份恢复。（{Path.GetFileName(e.Message.Split(':')[0])}）",
        $"A part of the stored data in this range is damaged and cannot be read; other ranges are not affected. An administrator can restore it from a backup. ({Path.GetFileName(e.Message.Split(':')[0])})")));
}
