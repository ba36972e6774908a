using Microsoft.Extensions.Logging;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms.Evaluators;

namespace Ordo.Operations.Alarms;

/// <summary>The park's time zone: an hour of the week is one of its people.</summary>
/// <param name="Id">As the system knows it.</param>
public sealed record ParkTimeZone(string Id)
{
    public const string Default = "Asia/Shanghai";

    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(Id);
}

/// <summary>
/// Learns from the store what is usual for each hour of the week. The reference is a fixed stretch, the weeks up to now at the time of learning, and is learned anew
/// once a day; nothing of it is kept on disk, for the samples are.
/// </summary>
internal sealed partial class AlarmBands(
    AlarmEngine engine, AlarmJournal journal, ITelemetryReader telemetry, ParkTimeZone zone, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Reference = TimeSpan.FromDays(28);

    public async Task LearnAsync(CancellationToken cancellation)
    {
        while (engine.NextToLearn() is { } evaluator)
        {
            try
            {
                engine.Learned(evaluator, await ProfileAsync(evaluator, cancellation));
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogNotLearned(fault, evaluator.Definition.Code); // tried again tomorrow; until then the last one holds, or nothing is judged
            }
        }
    }

    private async Task<BandProfile> ProfileAsync(BandEvaluator evaluator, CancellationToken cancellation)
    {
        var profile = new BandProfile(zone.Zone);
        PointEntry point = evaluator.Inputs[0];
        DateTimeOffset now = clock.GetUtcNow(), from = now - Reference;
        IReadOnlyList<(long, long)> without = await journal.ActiveTimesAsync(evaluator.Definition.Id, from, cancellation);
        await foreach (SampleColumns samples in telemetry.ReadAsync(point.Series!.Value, from.ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds(), cancellation))
            profile.Learn(samples, point.Point.Scale, point.Point.Offset, without);
        return profile;
    }

    [LoggerMessage(4004, LogLevel.Warning, "What is usual for alarm {Code} could not be learned from the store; it is tried again tomorrow.")]
    private partial void LogNotLearned(Exception fault, string code);
}
