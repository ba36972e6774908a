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
}

/// <summary>Fetches what the routes answer, within the limits of one answer.</summary>
/// <param name="retention">Knows what is past its age; <c>null</c> where everything is kept.</param>
internal sealed class SampleDesk(ITelemetryReader reader, StorageOptions options, ParkCalendar calendar, TimeProvider clock, RetentionKeeper? retention = null)
{
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
            if (request.EverySample) await CheckCountAsync(sources, request, options.MaxAnswerSamples, cancellation);
            return await FetchSamplesAsync(sources, request, cancellation);
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

    private async Task<IReadOnlyList<SampleTable>> FetchSamplesAsync(IReadOnlyList<SampleSource> sources, SampleRequest request, CancellationToken cancellation)
    {
        var tables = new List<SampleTable>();
        int most = request.EverySample ? options.MaxAnswerSamples : request.MaxPoints;
        long total = 0;
        foreach (SampleSource source in sources)
        {
            var (columns, thinned) = source.Series is { } series ? await ReadAsync(series, request, most, cancellation) : (SampleColumns.Empty, false);
            total += columns.Count;
            if (total > options.MaxAnswerSamples) throw SampleRequest.TooMuch("maxPoints", total, options.MaxAnswerSamples);
            tables.Add(new(source.PointId, source.Series, source.Unit, null, thinned ? "envelope" : null, columns.Times, Scaled(columns.Values, source), null, columns.Qualities, null, null));
        }

        return tables;
    }

    private async Task<(SampleColumns Columns, bool Thinned)> ReadAsync(int series, SampleRequest request, int most, CancellationToken cancellation)
    {
        SampleColumns columns = await reader.ReadEnvelopeAsync(series, request.From, request.To, most, cancellation);
        return (columns, columns.Count > 0 && await CountAsync([series], request, cancellation) > most);
    }

    private async Task<long> CountAsync(IReadOnlyList<int> series, SampleRequest request, CancellationToken cancellation)
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
        var (starts, columns) = await reader.AggregateAsync([.. bound.Select(source => source.Series!.Value)], request.From, request.To, step, aggregate, cancellation);
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

    private static SampleQuality?[] QualitiesOf(AggregateColumns columns) =>
    [
        .. columns.Counts.Zip(columns.GoodCounts, (count, good) => count == 0 ? (SampleQuality?)null
            : good == count ? SampleQuality.Good : good > 0 ? SampleQuality.Uncertain : SampleQuality.Bad),
    ];

    private static double? CompletenessOf(AggregateColumns columns, long[] starts, long now)
    {
        int begun = starts.Count(start => start <= now);
        return begun == 0 ? null : (double)columns.GoodCounts.Take(begun).Count(count => count > 0) / begun;
    }

    private static ProblemException Damaged(TelemetryDamagedException e) => new(Problems.Of(500, "telemetry-damaged", new(
        $"该时间范围内的部分历史数据已损坏，无法读取；其它范围不受影响。请管理员从备份恢复。（{Path.GetFileName(e.Message.Split(':')[0])}）",
        $"A part of the stored data in this range is damaged and cannot be read; other ranges are not affected. An administrator can restore it from a backup. ({Path.GetFileName(e.Message.Split(':')[0])})")));
}
