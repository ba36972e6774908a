using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Expressions;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Foundation.Units;
using Ordo.Storage.Reading;

namespace Ordo.Storage.Calculations;

/// <summary>Makes, changes and explains calculated series. A formula may read only what its author may see; its point lies where its author may write.</summary>
internal sealed class CalculationDesk(
    OrdoDbContext db, IPointDirectory points, PointDesk pointDesk, CalculationEngine engine, ITelemetryReader reader, ParkCalendar calendar, TimeProvider clock)
{
    private const int MostPreviewed = 2000, MostComputed = 500_000;
    private static readonly TimeSpan LongestPreview = TimeSpan.FromDays(31), FirstHistory = TimeSpan.FromDays(1);

    public async Task<PageOf<CalculationItem>> ListAsync(long? asset, string? q, Paging paging, Caller caller, CancellationToken cancellation)
    {
        string? under = asset is { } id ? (await db.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation))?.Path : "/";
        PointSnapshot snapshot = points.Current;
        var rows = (await db.Set<Calculation>().AsNoTracking().OrderBy(row => row.Id).ToListAsync(cancellation))
            .Where(row => snapshot.ById(row.PointId) is { } point && under is not null && point.AssetPath.StartsWith(under, StringComparison.Ordinal) && caller.Has(Permissions.ReadPark, point.AssetPath))
            .Where(row => string.IsNullOrWhiteSpace(q) || Matches(snapshot.ById(row.PointId)!.Point, q.Trim())).ToList();
        List<Calculation> page = [.. rows.Skip(paging.Skip).Take(paging.Size)];
        return new(await ItemsOfAsync(page, caller, cancellation), rows.Count, paging.Number, paging.Size);

        static bool Matches(Point point, string text) =>
            point.Code.Contains(text, StringComparison.OrdinalIgnoreCase) || point.NameZh.Contains(text, StringComparison.OrdinalIgnoreCase) || point.NameEn.Contains(text, StringComparison.OrdinalIgnoreCase);
    }

    public async Task<CalculationItem> GetAsync(long id, Caller caller, CancellationToken cancellation) =>
        (await ItemsOfAsync([await FindAsync(id, Permissions.ReadPark, caller, cancellation)], caller, cancellation))[0];

    public async Task<CalculationItem> CreateAsync(CalculationDraft draft, Caller caller, CancellationToken cancellation)
    {
        Asset? asset = await db.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == draft.AssetId, cancellation);
        if (asset is null || !caller.Has(Permissions.WritePark, asset.Path)) throw Refuse(new Fault("assetId", "没有这个资产。", "There is no such asset."));
        CheckedExpression formula = await CheckAsync(draft, draft.Quantity, draft.Unit, caller, cancellation);
        PointDraft point = draft.PointDraft($"calc-{Guid.CreateVersion7():n}");
        IReadOnlyList<Fault> faults = await pointDesk.AddAsync([point], cancellation);
        if (faults.Count > 0) throw Refuse([.. faults.Select(fault => fault with { Field = fault.Field["[0].".Length..] })]);
        Point made = await db.Set<Point>().SingleAsync(row => row.AssetId == asset.Id && row.Code == point.Code, cancellation);
        var row = new Calculation { PointId = made.Id, AssetId = asset.Id };
        Apply(row, draft, formula, made, caller);
        db.Add(row);
        await db.SaveChangesAsync(cancellation);
        await engine.ReloadAsync(CancellationToken.None);
        return (await ItemsOfAsync([row], caller, cancellation))[0];
    }

    /// <param name="check">Compares the version; throws when it is another.</param>
    public async Task<CalculationItem> ChangeAsync(long id, CalculationDraft draft, Action<int> check, Caller caller, CancellationToken cancellation)
    {
        Calculation row = await FindAsync(id, Permissions.WritePark, caller, cancellation);
        check(row.Version);
        Point point = await db.Set<Point>().SingleAsync(point => point.Id == row.PointId, cancellation);
        CheckedExpression formula = await CheckAsync(draft, point.Quantity, point.Unit, caller, cancellation);
        RefuseCycle(formula, row, points.Current, await db.Set<Calculation>().AsNoTracking().ToListAsync(cancellation));
        Apply(row, draft, formula, point, caller);
        row.Version++;
        await SaveAsync(cancellation);
        await engine.ReloadAsync(CancellationToken.None);
        return (await ItemsOfAsync([row], caller, cancellation))[0];
    }

    /// <summary>Deletes the calculation; the point keeps its history, like that of a device taken away.</summary>
    public async Task DeleteAsync(long id, Action<int> check, Caller caller, CancellationToken cancellation)
    {
        Calculation row = await FindAsync(id, Permissions.WritePark, caller, cancellation);
        check(row.Version);
        db.Remove(row);
        await SaveAsync(cancellation);
        await engine.ReloadAsync(CancellationToken.None);
    }

    public async Task RecomputeAsync(long id, DateTimeOffset from, Caller caller, CancellationToken cancellation)
    {
        Calculation row = await FindAsync(id, Permissions.WritePark, caller, cancellation);
        row.ComputeFrom = from;
        await db.SaveChangesAsync(cancellation);
        await engine.ReloadAsync(CancellationToken.None);
    }

    public async Task<FormulaCheck> CheckAsync(FormulaToCheck request, Caller caller, CancellationToken cancellation)
    {
        var (formula, faults) = await ReadAsync(request.Formula, caller, cancellation);
        List<FormulaFault> found = [.. faults.Select(fault => new FormulaFault(fault.Position, fault.Length, fault.Reason.ToString()))];
        if (formula is null) return new(found, [], null, false, []);
        if (request is { Quantity: { } quantity, Unit: { } unit } && UnitFaultOf(formula, quantity, unit) is { } misfit) found.Add(new(0, request.Formula.Length, misfit.ToString()));
        bool hasUnit = formula is { IsCondition: false, IsBareNumber: false };
        return new(
            found, await InputsOfAsync(formula.Inputs.Select(input => input.PointId), caller, cancellation), hasUnit ? formula.Measure.ToString() : null, formula.IsCondition,
            hasUnit ? [.. formula.Measure.Candidates().Take(50).Select(candidate => new FormulaUnit(candidate.Quantity, candidate.Code, candidate.Symbol))] : []);
    }

    public async Task<FormulaPreview> PreviewAsync(FormulaToPreview request, Caller caller, CancellationToken cancellation)
    {
        DateTimeOffset to = request.To ?? clock.GetUtcNow();
        if (request.From >= to || to - request.From > LongestPreview)
            throw Refuse(new Fault("from", $"预览范围应大于 0 且不超过 {LongestPreview.TotalDays:0} 天。", $"A preview covers more than nothing and at most {LongestPreview.TotalDays:0} days."));
        CheckedExpression formula = await CheckAsync(new CalculationDraft(request.Formula, request.HoldSeconds, request.EverySeconds), request.Quantity, request.Unit, caller, cancellation);
        Func<double, double>? convert = null;
        Unit? unit = request is { Quantity: { } quantity, Unit: { } code } ? UnitCatalogue.UnitOf(quantity, code) : null;
        if (unit is not null) formula.TryConvertTo(Measure.Of(unit)!, out convert);
        PointSnapshot snapshot = points.Current;
        CalculationInput[] inputs = [.. formula.Inputs.Select(input => snapshot.ById(input.PointId)!).Select(entry => new CalculationInput(entry.Series, entry.Point.Scale, entry.Point.Offset))];
        var run = new CalculationRun(formula, inputs, convert, request.HoldSeconds * 1000L, request.EverySeconds * 1000L, reader, new(calendar));
        var (times, values, qualities) = (new List<long>(), new List<double>(), new List<SampleQuality>());
        if (inputs.Length > 0)
        {
            try
            {
                await run.ComputeAsync(request.From.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), slice =>
                {
                    times.AddRange(slice.Times);
                    values.AddRange(slice.Values);
                    qualities.AddRange(slice.Qualities);
                    return times.Count <= MostComputed ? Task.CompletedTask : throw Refuse(new Fault("from", $"该范围超过 {MostComputed} 个值，请缩短。", $"The range has more than {MostComputed} values; make it shorter."));
                }, cancellation);
            }
            catch (TelemetryDamagedException e)
            {
                throw new ProblemException(Problems.Of(500, "telemetry-damaged", new($"所选范围内的历史数据已损坏：{e.Message}", e.Message)));
            }
        }

        int[] shown = Thin(values);
        double[] known = [.. values.Where(double.IsFinite)];
        return new(
            unit?.Symbol ?? formula.Measure.ToString(),
            [.. shown.Select(i => DateTimeOffset.FromUnixTimeMilliseconds(times[i]))],
            [.. shown.Select(i => double.IsFinite(values[i]) ? values[i] : (double?)null)],
            [.. shown.Select(i => qualities[i].ToString())],
            values.Count, known.Length > 0 ? known.Min() : null, known.Length > 0 ? known.Max() : null);
    }

    /// <summary>As many as a chart draws: of each of equal slices the smallest and the largest.</summary>
    private static int[] Thin(List<double> values)
    {
        if (values.Count <= MostPreviewed) return [.. Enumerable.Range(0, values.Count)];
        var shown = new SortedSet<int>();
        int slices = MostPreviewed / 2;
        for (int slice = 0; slice < slices; slice++)
        {
            int begin = (int)((long)values.Count * slice / slices), end = (int)((long)values.Count * (slice + 1) / slices), least = begin, most = begin;
            for (int i = begin; i < end; i++)
            {
                if (values[i] < values[least] || double.IsNaN(values[least])) least = i;
                if (values[i] > values[most] || double.IsNaN(values[most])) most = i;
            }

            shown.Add(least);
            shown.Add(most);
        }

        return [.. shown];
    }

    /// <exception cref="ProblemException">422 with every fault and its place.</exception>
    private async Task<CheckedExpression> CheckAsync(CalculationDraft draft, string? quantity, string? unit, Caller caller, CancellationToken cancellation)
    {
        var faults = new List<Fault>();
        if (draft.HoldSeconds is < 1 or > Calculation.MaxHoldSeconds) faults.Add(new("holdSeconds", $"应在 1…{Calculation.MaxHoldSeconds} 之间。", $"Must lie in 1…{Calculation.MaxHoldSeconds}."));
        if (draft.EverySeconds is < 1 or > Calculation.MaxEverySeconds) faults.Add(new("everySeconds", $"应在 1…{Calculation.MaxEverySeconds} 之间。", $"Must lie in 1…{Calculation.MaxEverySeconds}."));
        var (formula, found) = await ReadAsync(draft.Formula, caller, cancellation);
        faults.AddRange(found.Select(fault => new Fault("formula", $"第 {fault.Position + 1} 个字符：{fault.Reason.Zh}", $"Character {fault.Position + 1}: {fault.Reason.En}")));
        if (formula is not null && quantity is not null && unit is not null && UnitFaultOf(formula, quantity, unit) is { } misfit) faults.Add(new("unit", misfit));
        if (formula is { Inputs.Count: 0 }) faults.Add(new("formula", "公式中没有点位。", "The formula reads no point."));
        return faults.Count > 0 ? throw Refuse([.. faults]) : formula!;
    }

    private static Foundation.Text? UnitFaultOf(CheckedExpression formula, string quantity, string unit)
    {
        if (UnitCatalogue.UnitOf(quantity, unit) is not { } wanted || Measure.Of(wanted) is not { } target) return new("没有这个单位。", "There is no such unit.");
        return formula.TryConvertTo(target, out _) ? null : new(
            $"公式的结果为 {formula.Measure}，不能以 {wanted.Code} 表示。", $"The formula gives {formula.Measure}, which {wanted.Code} cannot show.");
    }

    /// <summary>Points are looked for among those the caller may see; any other looks like none.</summary>
    private async Task<(CheckedExpression? Formula, IReadOnlyList<ExpressionFault> Faults)> ReadAsync(string text, Caller caller, CancellationToken cancellation)
    {
        PointSnapshot snapshot = points.Current;
        var names = new HashSet<string>();
        ExpressionChecker.Check(text, node =>
        {
            if (node.Name is { } name) names.Add(name);
            return null;
        }, out _);
        Dictionary<string, long> byName = await PointsByNameAsync(names, cancellation);
        CheckedExpression? formula = ExpressionChecker.Check(text, Find, out IReadOnlyList<ExpressionFault> faults);
        return (formula, faults);

        ExpressionPoint? Find(ReferenceNode node)
        {
            long? id = node.Id ?? (byName.TryGetValue(node.Name!, out long found) ? found : null);
            return id is { } number && snapshot.ById(number) is { } entry && caller.Has(Permissions.ReadTelemetry, entry.AssetPath) ? CalculationEngine.PointOf(snapshot, id) : null;
        }
    }

    /// <summary>A code may hold a slash itself, so every place to divide is tried.</summary>
    private async Task<Dictionary<string, long>> PointsByNameAsync(HashSet<string> names, CancellationToken cancellation)
    {
        var splits = (
            from name in names
            from at in Enumerable.Range(0, name.Length)
            where name[at] == '/'
            select (Name: name, Asset: name[..at].Trim(), Point: name[(at + 1)..].Trim())).ToList();
        string[] assetCodes = [.. splits.Select(split => split.Asset).Distinct()], pointCodes = [.. splits.Select(split => split.Point).Distinct()];
        if (assetCodes.Length == 0) return [];
        var found = await db.Set<Point>().Where(point => pointCodes.Contains(point.Code))
            .Join(db.Set<Asset>().Where(asset => assetCodes.Contains(asset.Code)), point => point.AssetId, asset => asset.Id, (point, asset) => new { point.Id, Point = point.Code, Asset = asset.Code })
            .ToListAsync(cancellation);
        var result = new Dictionary<string, long>();
        foreach (var split in splits)
            if (found.Find(row => row.Asset == split.Asset && row.Point == split.Point) is { } match) result.TryAdd(split.Name, match.Id);
        return result;
    }

    /// <summary>A result that leads back to itself would be computed for ever.</summary>
    private static void RefuseCycle(CheckedExpression formula, Calculation own, PointSnapshot snapshot, List<Calculation> all)
    {
        Dictionary<long, Calculation> byPoint = all.Where(row => row.Id != own.Id).ToDictionary(row => row.PointId);
        var seen = new HashSet<long>();
        var path = new Stack<long>(formula.Inputs.Select(input => input.PointId));
        while (path.TryPop(out long point))
        {
            if (point == own.PointId)
            {
                string name = snapshot.ById(own.PointId)?.Point.Code ?? $"#{own.PointId}";
                throw Refuse(new Fault("formula", $"公式直接或间接引用了自身的结果（{name}）。", $"The formula reads its own result ({name}), directly or through other formulas."));
            }

            if (!seen.Add(point) || !byPoint.TryGetValue(point, out Calculation? other)) continue;
            if (ExpressionChecker.Check(other.Formula, node => CalculationEngine.PointOf(snapshot, node.Id), out _) is { } read)
                foreach (ExpressionInput input in read.Inputs) path.Push(input.PointId);
        }
    }

    private void Apply(Calculation row, CalculationDraft draft, CheckedExpression formula, Point point, Caller caller)
    {
        string canonical = formula.Rewrite(id => $"#{id}");
        bool isNew = row.Formula != canonical || row.HoldSeconds != draft.HoldSeconds || row.EverySeconds != draft.EverySeconds || row.Unit != point.Unit;
        (row.Formula, row.HoldSeconds, row.EverySeconds, row.Enabled) = (canonical, draft.HoldSeconds, draft.EverySeconds, draft.Enabled);
        (row.Quantity, row.Unit, row.Name, row.AssetId) = (point.Quantity, point.Unit, point.NameZh, point.AssetId);
        (row.Changed, row.ChangedBy) = (clock.GetUtcNow(), caller.DisplayName);
        if (isNew || draft.ComputeFrom is not null) row.ComputeFrom = draft.ComputeFrom ?? clock.GetUtcNow() - FirstHistory;
    }

    private async Task SaveAsync(CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new ProblemException(Problems.PreconditionFailed());
        }
    }

    private async Task<Calculation> FindAsync(long id, string permission, Caller caller, CancellationToken cancellation)
    {
        Calculation? row = await db.Set<Calculation>().SingleOrDefaultAsync(row => row.Id == id, cancellation);
        if (row is null || points.Current.ById(row.PointId) is not { } point || !caller.Has(Permissions.ReadPark, point.AssetPath))
            throw new ProblemException(Problems.NotFound(new("没有这个计算点。", "There is no such calculated series.")));
        return caller.Has(permission, point.AssetPath) ? row : throw new ProblemException(Problems.Forbidden(new("您可以查看但不能修改。", "You may see this but not change it.")));
    }

    private async Task<List<CalculationItem>> ItemsOfAsync(IReadOnlyList<Calculation> rows, Caller caller, CancellationToken cancellation)
    {
        PointSnapshot snapshot = points.Current;
        var formulas = rows.ToDictionary(row => row.Id, row => ExpressionChecker.Check(row.Formula, node => CalculationEngine.PointOf(snapshot, node.Id), out _));
        Dictionary<long, CalculationInputItem> inputs = (await InputsOfAsync(formulas.Values.OfType<CheckedExpression>().SelectMany(formula => formula.Inputs).Select(input => input.PointId).Distinct(), caller, cancellation))
            .ToDictionary(input => input.PointId);
        long[] assetIds = [.. rows.Select(row => snapshot.ById(row.PointId)?.Point.AssetId).OfType<long>().Distinct()];
        Dictionary<long, Asset> assets = await db.Set<Asset>().AsNoTracking().Where(asset => assetIds.Contains(asset.Id)).ToDictionaryAsync(asset => asset.Id, cancellation);
        var items = new List<CalculationItem>();
        foreach (Calculation row in rows)
        {
            if (snapshot.ById(row.PointId) is not { } entry || !assets.TryGetValue(entry.Point.AssetId, out Asset? asset)) continue;
            CheckedExpression? formula = formulas[row.Id];
            CalculationState state = engine.StateOf(row.Id);
            items.Add(new(
                row.Id, ResultOf(entry, asset, caller), formula?.Rewrite(id => inputs[id].Mention) ?? row.Formula, [.. formula?.Inputs.Select(input => inputs[input.PointId]) ?? []], row.HoldSeconds, row.EverySeconds, row.Enabled,
                state.Problem?.ToString(), state.Pending, state.ComputedUntil is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null, row.Version, row.Changed, row.ChangedBy));
        }

        return items;
    }

    private PointItemOfResult ResultOf(PointEntry entry, Asset asset, Caller caller)
    {
        Point point = entry.Point;
        Sample last = default;
        bool isKnown = entry.Series is { } series && caller.Has(Permissions.ReadTelemetry, entry.AssetPath) && reader.TryGetLatest(series, out last);
        double value = (last.Value * point.Scale) + point.Offset;
        return new(
            point.Id, asset.Id, asset.NameZh, asset.NameEn, point.Code, point.NameZh, point.NameEn, point.Quantity, point.Unit, UnitCatalogue.UnitOf(point.Quantity, point.Unit)?.Symbol ?? point.Unit,
            point.Decimals ?? UnitCatalogue.QuantityOf(point.Quantity)?.Decimals ?? 2, isKnown ? DateTimeOffset.FromUnixTimeMilliseconds(last.TimeMs) : null, isKnown && double.IsFinite(value) ? value : null, isKnown ? last.Quality.ToString() : null);
    }

    private async Task<List<CalculationInputItem>> InputsOfAsync(IEnumerable<long> ids, Caller caller, CancellationToken cancellation)
    {
        PointSnapshot snapshot = points.Current;
        List<PointEntry> entries = [.. ids.Select(snapshot.ById).OfType<PointEntry>()];
        long[] assetIds = [.. entries.Select(entry => entry.Point.AssetId).Distinct()];
        Dictionary<long, Asset> assets = await db.Set<Asset>().AsNoTracking().Where(asset => assetIds.Contains(asset.Id)).ToDictionaryAsync(asset => asset.Id, cancellation);
        return [.. entries.Select(entry =>
        {
            Point point = entry.Point;
            return caller.Has(Permissions.ReadPark, entry.AssetPath) && assets.TryGetValue(point.AssetId, out Asset? asset)
                ? new CalculationInputItem(point.Id, $"[{Escape(asset.Code)}/{Escape(point.Code)}]", asset.NameZh, asset.NameEn, point.NameZh, point.NameEn, UnitCatalogue.UnitOf(point.Quantity, point.Unit)?.Symbol)
                : new CalculationInputItem(point.Id, $"#{point.Id}", null, null, null, null, null);
        })];

        static string Escape(string code) => code.Replace("]", "]]", StringComparison.Ordinal);
    }

    private static ProblemException Refuse(params Fault[] faults) => new(Problems.Validation([.. faults.Select(fault => (fault.Field, fault.Reason))]));
}
