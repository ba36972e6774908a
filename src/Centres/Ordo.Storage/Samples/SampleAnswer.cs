using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary>Samples of one series, in columns of equal length.</summary>
/// <param name="PointId">The point, where one was asked for.</param>
/// <param name="SeriesId">The series; none while the point is bound to none.</param>
/// <param name="Unit">Code of the point's unit, in which the values are; none for a series, whose values are as they were sent.</param>
/// <param name="Step">Length of a step, where one was asked for.</param>
/// <param name="Aggregate">The figure of each step; <c>envelope</c> where samples were thinned; none for samples as they were sent.</param>
/// <param name="Times">Times of the samples, or the starts of the steps, ascending.</param>
/// <param name="Values">None where there is no value, or one that JSON has no number for.</param>
/// <param name="Qualities"><c>good</c>, <c>uncertain</c> or <c>bad</c>, with the protocol's flag behind a colon. Of a step: good when all its samples are, uncertain when some are,
/// bad when none is, and none for a gap.</param>
/// <param name="Counts">With a step: good samples of each.</param>
/// <param name="Completeness">With a step: share of the steps begun so far that have a good sample, 0 … 1.</param>
/// <param name="Notice">Why the answer is coarser than the question: what was asked for is past its age.</param>
public sealed record SeriesSamples(
    long? PointId,
    int? SeriesId,
    string? Unit,
    string? Step,
    string? Aggregate,
    IReadOnlyList<DateTimeOffset> Times,
    IReadOnlyList<double?> Values,
    IReadOnlyList<string?> Qualities,
    IReadOnlyList<long>? Counts,
    double? Completeness,
    string? Notice = null);

/// <summary>Samples of several points, each with its own times; or, with <c>across</c>, one curve of them all.</summary>
/// <param name="Series">One for each point, or the one curve: its counts are the points that have a figure in a step, its completeness the share of them over all steps begun so far.</param>
/// <param name="Across">How the points' figures of a step became one; only with <c>across</c>.</param>
/// <param name="Points">How many points it is of; only with <c>across</c>.</param>
public sealed record SamplesOfPoints(IReadOnlyList<SeriesSamples> Series, string? Across = null, int? Points = null);

/// <summary>Samples of several series, each with its own times.</summary>
public sealed record SamplesOfSeries(IReadOnlyList<SeriesSamples> Series);

/// <summary>Columns ready to be written; see <see cref="SeriesSamples"/>.</summary>
internal sealed record SampleTable(
    long? PointId, int? SeriesId, string? Unit, string? Step, string? Aggregate, long[] Times, double[] Values, SampleQuality?[]? StepQualities, SampleQuality[]? Qualities, long[]? Counts, double? Completeness)
{
    public string? Notice { get; init; }

    public SampleQuality? QualityAt(int index) => Qualities is not null ? Qualities[index] : StepQualities![index];
}

/// <summary>Rows of comma-separated values (RFC 4180): UTF-8 without a mark, CR LF, times as the park's clocks show them, with their offset.</summary>
internal sealed class CsvWriter(PipeWriter body, TimeZoneInfo zone)
{
    private const int FlushBytes = 64 * 1024;
    private readonly ArrayBufferWriter<byte> pending = new(FlushBytes + 4096);

    /// <param name="text">A cell, or with <paramref name="asIs"/> several with their commas.</param>
    /// <param name="asIs">Write it unquoted.</param>
    public void Text(string text, bool asIs = false)
    {
        bool quoted = !asIs && text.AsSpan().ContainsAny("\",\r\n");
        string written = quoted ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
        Encoding.UTF8.GetBytes(written, pending);
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, pending.GetSpan(24), out int length);
        pending.Advance(length);
    }

    /// <summary>The shortest digits that give the same double again; nothing for what is no number.</summary>
    public void Value(double value)
    {
        if (!double.IsFinite(value)) return;
        value.TryFormat(pending.GetSpan(32), out int length, default, CultureInfo.InvariantCulture);
        pending.Advance(length);
    }

    public void Time(long timeMs)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(timeMs), zone);
        local.TryFormat(pending.GetSpan(40), out int length, "yyyy-MM-dd'T'HH:mm:ss.FFFzzz", CultureInfo.InvariantCulture);
        pending.Advance(length);
    }

    public void Comma() => pending.Write(","u8);

    public void EndRow() => pending.Write("\r\n"u8);

    public ValueTask FlushIfFullAsync(CancellationToken cancellation) => pending.WrittenCount < FlushBytes ? ValueTask.CompletedTask : FlushAsync(cancellation);

    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await body.WriteAsync(pending.WrittenMemory, cancellation);
        pending.Clear();
    }
}

/// <summary>An answer that writes itself, described as JSON of <typeparamref name="T"/> or CSV.</summary>
internal sealed class SampleAnswer<T>(Func<HttpContext, Task> write) : IResult, IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json", "text/csv"]));

    public Task ExecuteAsync(HttpContext httpContext) => write(httpContext);
}
