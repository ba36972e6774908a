using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Alarms.Definitions;

/// <summary>What to change in many definitions at once; what is left out stays as it is.</summary>
/// <param name="Ids">These definitions; or those that the filter finds.</param>
/// <param name="Q">Filter: part of code or names.</param>
/// <param name="Asset">Filter: this asset and everything below it.</param>
/// <param name="Kind">Filter: any of these kinds.</param>
/// <param name="WithPriority">Filter: of this priority now.</param>
/// <param name="SuppressIn">Plant states; an empty list takes them all away.</param>
/// <param name="Reason">Why; required.</param>
/// <param name="Etag">When applying: what the preview answered, so that what was looked at is what is changed.</param>
public sealed record AlarmMassEditRequest(
    IReadOnlyList<long>? Ids = null, string? Q = null, long? Asset = null, IReadOnlyList<AlarmKind>? Kind = null, int? WithPriority = null,
    int? Priority = null, bool? Enabled = null, bool? Latching = null, double? Deadband = null, double? OnDelaySeconds = null, double? OffDelaySeconds = null,
    int? StepUpAfterSeconds = null, AlarmSeverity? Severity = null, int? TimeToRespondSeconds = null, string? RequiredRole = null, string? Consequence = null,
    string? Response = null, IReadOnlyList<string>? SuppressIn = null, string? Reason = null, string? Etag = null);

/// <summary>One definition that would change, or did.</summary>
/// <param name="Changes">Member → from, to.</param>
/// <param name="NeedsApproval">A second person must agree first.</param>
/// <param name="Faults">What speaks against it; then nothing is applied at all.</param>
public sealed record AlarmMassEditRow(long Id, string Code, IReadOnlyDictionary<string, string?[]> Changes, bool NeedsApproval, IReadOnlyList<string> Faults);

/// <param name="Total">Definitions that would change, or did.</param>
/// <param name="Rows">The first 500 of them, those with faults first.</param>
/// <param name="Faulty">So many of them cannot be changed like that.</param>
/// <param name="Etag">To apply exactly this.</param>
/// <param name="IsApplied">It was done, not only looked at.</param>
public sealed record AlarmMassEditResult(int Total, IReadOnlyList<AlarmMassEditRow> Rows, int Faulty, string Etag, bool IsApplied);

/// <summary>Many definitions at once: first looked at, then applied, all or none.</summary>
internal sealed class AlarmMassEdit(AlarmDefinitionDesk desk, AlarmDefinitionList list, IPointDirectory points)
{
    private const int MaxDefinitions = 20_000, MaxShown = 500;

    public async Task<AlarmMassEditResult> RunAsync(AlarmMassEditRequest request, bool isApplied, Caller caller, CancellationToken cancellation)
    {
        List<(AlarmDefinition Before, AlarmDefinition After)> changes = [.. (await FoundAsync(request, caller, cancellation))
            .Select(before => (before, Changed(before, request))).Where(change => change.before != change.Item2)];
        if (changes.Count > MaxDefinitions)
            throw Invalid("ids", new($"一次最多修改 {MaxDefinitions} 条，现为 {changes.Count} 条。", $"At most {MaxDefinitions} at once, here {changes.Count}."));
        List<AlarmMassEditRow> rows = [.. changes.Select(RowOf).OrderByDescending(row => row.Faults.Count > 0)];
        int faulty = rows.Count(row => row.Faults.Count > 0);
        string etag = EtagOf(changes);
        if (isApplied)
        {
            if (string.IsNullOrWhiteSpace(request.Reason)) throw Invalid("reason", new("必须说明变更原因。", "A change needs a reason."));
            if (request.Etag != etag) throw new ProblemException(Problems.PreconditionFailed());
            if (faulty > 0) throw Invalid("ids", new($"其中 {faulty} 条不能这样修改，未做任何修改。", $"{faulty} of them cannot be changed like that; nothing was changed."));
            await desk.SaveAsync([.. changes.Select(c => ((AlarmDefinition?)c.Before, (AlarmDefinition?)c.After))], request.Reason, caller, cancellation);
        }
        return new(rows.Count, [.. rows.Take(MaxShown)], faulty, etag, isApplied);
    }

    private async Task<List<AlarmDefinition>> FoundAsync(AlarmMassEditRequest request, Caller caller, CancellationToken cancellation)
    {
        if (request.Ids is { } ids) return [.. ids.Distinct().Select(id => desk.Find(id, caller, Permissions.ConfigureAlarms))];
        var filter = new AlarmDefinitionFilter
        {
            Q = request.Q,
            Asset = request.Asset,
            Kind = request.Kind is null ? null : [.. request.Kind.Select(k => new Word<AlarmKind>(k))],
            Priority = request.WithPriority is { } priority ? [priority] : null,
        };
        return [.. (await list.FindAsync(filter, caller, cancellation)).Where(d => caller.Has(Permissions.ConfigureAlarms, desk.PathOf(d)))];
    }

    private static AlarmDefinition Changed(AlarmDefinition before, AlarmMassEditRequest request) => before with
    {
        Priority = request.Priority ?? before.Priority,
        IsEnabled = request.Enabled ?? before.IsEnabled,
        IsLatching = request.Latching ?? before.IsLatching,
        Deadband = before.IsLimitOfPoint ? before.Deadband : request.Deadband ?? before.Deadband, // the point's
        OnDelayMs = request.OnDelaySeconds is { } on ? (int)(on * 1000) : before.OnDelayMs,
        OffDelayMs = request.OffDelaySeconds is { } off ? (int)(off * 1000) : before.OffDelayMs,
        StepUpAfterSeconds = request.StepUpAfterSeconds ?? before.StepUpAfterSeconds,
        Severity = request.Severity ?? before.Severity,
        TimeToRespondSeconds = request.TimeToRespondSeconds ?? before.TimeToRespondSeconds,
        RequiredRole = request.RequiredRole ?? before.RequiredRole,
        Consequence = request.Consequence ?? before.Consequence,
        Response = request.Response ?? before.Response,
        SuppressIn = request.SuppressIn is null ? before.SuppressIn : request.SuppressIn.Count == 0 ? null : string.Join(',', request.SuppressIn.Distinct()),
    };

    private AlarmMassEditRow RowOf((AlarmDefinition Before, AlarmDefinition After) change) => new(
        change.Before.Id, change.Before.Code, AlarmDefinitionDiff.Of(change.Before, change.After), desk.NeedsApproval(change.Before, change.After),
        [.. AlarmDefinitionRules.FaultsOf(change.After, points.Current).Select(f => $"{f.Field}: {f.Reason}")]);

    /// <summary>Which definitions, in which version, and to what.</summary>
    private static string EtagOf(IEnumerable<(AlarmDefinition Before, AlarmDefinition After)> changes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (before, after) in changes)
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{before.Id}:{before.Version}:{string.Join(';', AlarmDefinitionDiff.Of(before, after).Select(c => $"{c.Key}={c.Value[1]}"))}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
    }

    private static ProblemException Invalid(string field, Text reason) => new(Problems.Validation((field, reason)));
}

/// <summary>What differs between two states of a definition.</summary>
internal static class AlarmDefinitionDiff
{
    private static readonly System.Reflection.PropertyInfo[] Members = [.. typeof(AlarmDefinition).GetProperties()
        .Where(p => p.CanWrite && p.Name is not (nameof(AlarmDefinition.Id) or nameof(AlarmDefinition.Version) or nameof(AlarmDefinition.Changed)
            or nameof(AlarmDefinition.ChangedBy) or nameof(AlarmDefinition.AssetPath)))];

    /// <returns>Member → from, to.</returns>
    public static IReadOnlyDictionary<string, string?[]> Of(AlarmDefinition? before, AlarmDefinition? after)
    {
        var changes = new Dictionary<string, string?[]>();
        foreach (var member in Members)
        {
            string? from = Text(before is null ? null : member.GetValue(before)), to = Text(after is null ? null : member.GetValue(after));
            if (from != to) changes[System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(member.Name)] = [from, to];
        }
        return changes;
    }

    private static string? Text(object? value) => value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture);
}
