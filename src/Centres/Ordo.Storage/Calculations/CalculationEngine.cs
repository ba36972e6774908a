using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Expressions;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Foundation.Units;
using Ordo.Storage.Reading;

namespace Ordo.Storage.Calculations;

/// <summary>How a calculation is doing.</summary>
/// <param name="Problem">Why it gives no values, or <c>null</c>.</param>
/// <param name="Pending">There is something to compute.</param>
/// <param name="ComputedUntil">Up to here the history that was asked for is done; <c>null</c> when none is being computed.</param>
internal sealed record CalculationState(Foundation.Text? Problem, bool Pending, long? ComputedUntil);

/// <summary>
/// Keeps calculated series true: whatever arrives in a series that a formula reads, new, late or corrected, makes a range of it out of date, and one worker computes that
/// range anew. Evaluating on ingest is the same with a short range. Values are written like a device's, so alarms, the live stream and other
/// formulas see them; only those that differ from what is stored, so that recomputing costs no chunk.
/// </summary>
/// <remarks>
/// What is out of date is kept in memory. After a crash the stretch since the last value is computed again, and <see cref="RecoverMs"/> before it; a correction
/// further back that arrived in the last moment before the crash waits for somebody to ask for that range.
/// </remarks>
internal sealed partial class CalculationEngine(
    IDbContextFactory<OrdoDbContext> databases, IPointDirectory points, ITelemetryReader reader, Lazy<IIngest> ingest, ParkCalendar calendar, ILogger<CalculationEngine> log) : BackgroundService, ISampleObserver
{
    private const long RecoverMs = 86_400_000;
    private const int SamplesPerBatch = 4096;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly SemaphoreSlim reloading = new(1, 1);
    private readonly Lock gate = new(); // guards the ranges
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Table table = Table.Empty;
    private volatile bool isOutdated;

    /// <summary>What samples have to be looked up in; replaced as a whole.</summary>
    private sealed record Table(ImmutableDictionary<long, Live> ById, Live[] InOrder, Live[]?[] BySeries)
    {
        public static readonly Table Empty = new(ImmutableDictionary<long, Live>.Empty, [], []);
    }

    /// <summary>A calculation as the worker knows it.</summary>
    private sealed class Live(Calculation row)
    {
        public Calculation Row { get; } = row;

        public CalculationRun? Run { get; set; }

        public int Output { get; set; } = -1;

        public int[] Inputs { get; set; } = [];

        public Foundation.Text? Problem { get; set; }

        /// <summary>Out of date from here …</summary>
        public long DirtyFrom { get; set; } = long.MaxValue;

        /// <summary>… to here, the newest sample that says so.</summary>
        public long DirtyLast { get; set; } = long.MinValue;

        public long? ComputedUntil { get; set; }

        public bool IsDirty => DirtyFrom <= DirtyLast;
    }

    public void Observe(Batch batch)
    {
        Live[]?[] readers = table.BySeries;
        if (readers.Length == 0) return;
        ReadOnlySpan<int> series = batch.Series;
        bool isAny = false;
        for (int i = 0; i < series.Length; i++)
        {
            if ((uint)series[i] >= (uint)readers.Length || readers[series[i]] is not { } calculations) continue;
            long time = batch.Times[i];
            lock (gate)
                foreach (Live calculation in calculations) Note(calculation, time, time);
            isAny = true;
        }

        if (isAny) Wake();
    }

    /// <summary>Reads the calculations again, after one was changed; with a range where history is wanted.</summary>
    public async Task ReloadAsync(CancellationToken cancellation = default)
    {
        // One after the other: what was read before a change must not take the place of what was read after it.
        await reloading.WaitAsync(cancellation);
        try
        {
            isOutdated = false;
            await using OrdoDbContext db = await databases.CreateDbContextAsync(cancellation);
            List<Calculation> rows = await db.Set<Calculation>().AsNoTracking().ToListAsync(cancellation);
            Build(rows);
        }
        catch
        {
            isOutdated = true; // the worker asks again
            throw;
        }
        finally
        {
            reloading.Release();
        }

        Wake();
    }

    /// <summary>Computes a range anew, from its beginning to the newest sample.</summary>
    public bool Recompute(long id, long from, long last)
    {
        if (!table.ById.TryGetValue(id, out Live? calculation) || calculation.Run is null) return false;
        lock (gate) Note(calculation, from, last);
        Wake();
        return true;
    }

    public CalculationState StateOf(long id)
    {
        if (!table.ById.TryGetValue(id, out Live? calculation)) return new(null, true, null);
        lock (gate) return new(calculation.Problem, calculation.IsDirty || calculation.ComputedUntil is not null, calculation.ComputedUntil);
    }

    /// <summary>For tests: ends when the worker has begun and nothing is out of date.</summary>
    public async Task WhenIdleAsync(CancellationToken cancellation)
    {
        await started.Task.WaitAsync(cancellation);
        // In the order in which work goes on from one to the next.
        while (isOutdated || reloading.CurrentCount == 0 || IsAnyDirty() || isWorking) await Task.Delay(10, cancellation);
    }

    private volatile bool isWorking;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        points.Changed += Outdate;
        try
        {
            await ReloadAsync(stoppingToken);
            lock (gate)
                foreach (Live calculation in table.InOrder) NoteSinceLastRun(calculation);
            started.TrySetResult();
            Wake();
            while (true)
            {
                await wake.WaitAsync(stoppingToken);
                try
                {
                    if (isOutdated) await ReloadAsync(stoppingToken);
                    while (await ComputeNextAsync(stoppingToken))
                    {
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Whatever it is, one worker serves all formulas and must not end with one.
                    LogFailed(e);
                    await Task.Delay(RetryAfter, stoppingToken);
                    Wake();
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            points.Changed -= Outdate;
        }
    }

    private void Outdate()
    {
        isOutdated = true;
        Wake();
    }

    private bool IsAnyDirty()
    {
        lock (gate) return Array.Exists(table.InOrder, calculation => calculation.IsDirty);
    }

    /// <summary>What inputs a result needs comes first, so that a chain is gone through once.</summary>
    private async Task<bool> ComputeNextAsync(CancellationToken cancellation)
    {
        Live? next;
        long from, last;
        lock (gate)
        {
            next = Array.Find(table.InOrder, calculation => calculation.IsDirty);
            if (next is null) return false;
            isWorking = true;
            (from, last) = (next.DirtyFrom, next.DirtyLast);
            (next.DirtyFrom, next.DirtyLast) = (long.MaxValue, long.MinValue);
        }

        try
        {
            await ComputeAsync(next, from, last, cancellation);
        }
        catch (TelemetryDamagedException e)
        {
            // The range cannot be known; what lies outside it goes on.
            LogDamaged(e, next.Row.Id);
        }
        catch
        {
            lock (gate) Note(table.ById.GetValueOrDefault(next.Row.Id) ?? next, from, last); // the table may be another by now
            throw;
        }
        finally
        {
            isWorking = false;
        }

        return true;
    }

    private async Task ComputeAsync(Live calculation, long from, long last, CancellationToken cancellation)
    {
        if (calculation.Run is not { } run) return;
        long newest = calculation.Inputs.Max(series => reader.TryGetLatest(series, out Sample latest) ? latest.TimeMs : long.MinValue);
        long end = Math.Min(newest, run.EndOfInfluence(last));
        bool isHistory = end - from > RecoverMs;
        if (end >= from)
        {
            await run.ComputeAsync(from, end, async slice =>
            {
                await WriteAsync(calculation.Output, slice, cancellation);
                if (isHistory) calculation.ComputedUntil = slice.Last;
            }, cancellation);
        }

        calculation.ComputedUntil = null;
        if (calculation.Row.ComputeFrom is { } wanted && from <= wanted.ToUnixTimeMilliseconds()) await ForgetHistoryAsync(calculation.Row, cancellation);
    }

    /// <summary>Writes what differs from what is stored. Where there was a value and is none any more, it is overwritten by none, of bad quality.</summary>
    private async Task WriteAsync(int output, CalculatedSlice slice, CancellationToken cancellation)
    {
        var stored = new Dictionary<long, (double Value, SampleQuality Quality)>();
        if (slice.Times.Length > 0 || reader.TryGetLatest(output, out _))
            await foreach (SampleColumns block in reader.ReadAsync(output, slice.From, slice.Last == long.MaxValue ? long.MaxValue : slice.Last + 1, cancellation))
                for (int i = 0; i < block.Count; i++) stored[block.Times[i]] = (block.Values[i], block.Qualities[i]);
        using Batch batch = Batch.Rent();
        for (int i = 0; i < slice.Times.Length; i++)
        {
            bool isThere = stored.Remove(slice.Times[i], out var before);
            bool isUnknown = double.IsNaN(slice.Values[i]);
            if (isUnknown && !isThere) continue;
            if (!isThere || BitConverter.DoubleToInt64Bits(before.Value) != BitConverter.DoubleToInt64Bits(slice.Values[i]) || before.Quality != slice.Qualities[i])
                batch.Add(output, slice.Times[i], slice.Values[i], slice.Qualities[i]);
            if (batch.Count >= SamplesPerBatch) await FlushAsync();
        }

        // Of an earlier formula, or another interval: no value of this one.
        foreach ((long time, (double value, _)) in stored)
        {
            if (!double.IsNaN(value)) batch.Add(output, time, double.NaN, SampleQuality.Bad);
            if (batch.Count >= SamplesPerBatch) await FlushAsync();
        }

        await FlushAsync();

        async Task FlushAsync()
        {
            if (batch.Count > 0) await ingest.Value.WriteAsync(batch, cancellation);
            batch.Clear();
        }
    }

    private async Task ForgetHistoryAsync(Calculation row, CancellationToken cancellation)
    {
        row.ComputeFrom = null;
        await using OrdoDbContext db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Set<Calculation>().SingleOrDefaultAsync(other => other.Id == row.Id && other.Version == row.Version, cancellation) is not { } stored) return;
        stored.ComputeFrom = null;
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Changed meanwhile: the new formula has a history of its own to compute.
        }
    }

    private void Build(List<Calculation> rows)
    {
        PointSnapshot snapshot = points.Current;
        var live = new List<Live>();
        foreach (Calculation row in rows) live.Add(Compile(row, snapshot));
        Live[] order = Sort(live);
        int most = order.SelectMany(calculation => calculation.Inputs).DefaultIfEmpty(-1).Max();
        var bySeries = new Live[]?[most + 1];
        foreach (Live calculation in order.Where(calculation => calculation.Run is not null))
            foreach (int series in calculation.Inputs.Distinct()) bySeries[series] = [.. bySeries[series] ?? [], calculation];
        lock (gate)
        {
            foreach (Live calculation in order)
            {
                // What was out of date before is so still; a changed formula has its own history to compute.
                if (table.ById.TryGetValue(calculation.Row.Id, out Live? before) && before.IsDirty) Note(calculation, before.DirtyFrom, before.DirtyLast);
                if (calculation.Row.ComputeFrom is { } from) Note(calculation, from.ToUnixTimeMilliseconds(), long.MaxValue);
            }

            table = new(order.ToImmutableDictionary(calculation => calculation.Row.Id), order, bySeries);
        }
    }

    private Live Compile(Calculation row, PointSnapshot snapshot)
    {
        var live = new Live(row);
        if (!row.Enabled) return live;
        if (snapshot.ById(row.PointId) is not { Series: { } output } result)
        {
            live.Problem = new("结果点位已不存在或未接入。", "The point of the result is gone or not bound.");
            return live;
        }

        live.Output = output;
        if (result.Point.Quantity != row.Quantity || result.Point.Unit != row.Unit)
        {
            live.Problem = new($"结果点位的单位已改为 {result.Point.Unit}，公式按 {row.Unit} 保存；请重新保存公式。", $"The point's unit is {result.Point.Unit} now and the formula was saved for {row.Unit}; save the formula again.");
            return live;
        }

        CheckedExpression? formula = ExpressionChecker.Check(row.Formula, node => PointOf(snapshot, node.Id), out IReadOnlyList<ExpressionFault> faults);
        if (formula is null || !formula.TryConvertTo(Measure.Of(UnitCatalogue.UnitOf(row.Quantity, row.Unit)!)!, out Func<double, double>? convert))
        {
            live.Problem = faults.Count > 0 ? faults[0].Reason : new("公式与结果单位不相容。", "The formula does not fit the unit of the result.");
            return live;
        }

        CalculationInput[] inputs = [.. formula.Inputs.Select(input => snapshot.ById(input.PointId)!).Select(entry => new CalculationInput(entry.Series, entry.Point.Scale, entry.Point.Offset))];
        live.Inputs = [.. inputs.Select(input => input.Series).OfType<int>()];
        live.Run = new(formula, inputs, convert, row.HoldSeconds * 1000L, row.EverySeconds * 1000L, reader, new(calendar));
        if (live.Inputs.Length == 0) live.Run = null; // a constant, or nothing is bound: there is no moment at which to say it
        return live;
    }

    public static ExpressionPoint? PointOf(PointSnapshot snapshot, long? id) =>
        id is { } number && snapshot.ById(number) is { } entry ? new(number, entry.Point.Quantity, entry.Point.Unit) : null;

    /// <summary>Inputs before what reads them; one that would read itself gives no values.</summary>
    private static Live[] Sort(List<Live> all)
    {
        Dictionary<int, Live> byOutput = all.Where(calculation => calculation.Output >= 0).ToDictionary(calculation => calculation.Output);
        var order = new List<Live>();
        var state = new Dictionary<Live, bool>(); // false while being looked at
        foreach (Live calculation in all) Visit(calculation);
        return [.. order];

        void Visit(Live calculation)
        {
            if (state.TryGetValue(calculation, out bool done))
            {
                if (done) return;
                calculation.Problem = new("公式循环引用自身。", "The formula reads its own result.");
                calculation.Run = null;
                return;
            }

            state[calculation] = false;
            foreach (int input in calculation.Inputs)
                if (byOutput.TryGetValue(input, out Live? needed)) Visit(needed);
            state[calculation] = true;
            order.Add(calculation);
        }
    }

    private void NoteSinceLastRun(Live calculation)
    {
        if (calculation.Run is null || !reader.TryGetLatest(calculation.Output, out Sample last)) return;
        Note(calculation, last.TimeMs < long.MinValue + RecoverMs ? long.MinValue : last.TimeMs - RecoverMs, long.MaxValue);
    }

    private static void Note(Live calculation, long from, long last)
    {
        calculation.DirtyFrom = Math.Min(calculation.DirtyFrom, from);
        calculation.DirtyLast = Math.Max(calculation.DirtyLast, last);
    }

    private void Wake()
    {
        try
        {
            if (wake.CurrentCount == 0) wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has woken it.
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        wake.Dispose();
        reloading.Dispose();
    }

    [LoggerMessage(3020, LogLevel.Warning, "Calculated series cannot be brought up to date; tried again in a few seconds")]
    private partial void LogFailed(Exception cause);

    [LoggerMessage(3021, LogLevel.Error, "Calculation {Id} reads a damaged part of the store; its values there stay as they are")]
    private partial void LogDamaged(Exception cause, long id);
}
