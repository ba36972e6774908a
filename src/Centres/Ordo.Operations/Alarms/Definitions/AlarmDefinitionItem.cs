using System.ComponentModel;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Alarms.Definitions;

/// <summary>What somebody wants a definition to be. Members that do not belong to its kind are left out.</summary>
/// <param name="Code">Unique.</param>
/// <param name="Kind">Cannot be changed later.</param>
/// <param name="AssetId">Left out where a point is given: it is the point's.</param>
/// <param name="Priority">1 (highest) … 4 (lowest).</param>
/// <param name="Limit">In the unit of the point; a change per minute for a slope, standard deviations for a band. Of a limit of a point: the point's, cannot be changed here.</param>
/// <param name="SuppressIn">Plant states.</param>
/// <param name="Reason">Why it is changed; required for every change, not for a new one.</param>
public sealed record AlarmDefinitionDraft(
    string Code, string NameZh, AlarmKind Kind, int Priority, string NameEn = "", long? AssetId = null, long? PointId = null, bool Enabled = true, bool Latching = false,
    double? Limit = null, double? WorseLimit = null, double Deadband = 0, double OnDelaySeconds = 0, double OffDelaySeconds = 0,
    AlarmDirection Direction = AlarmDirection.Both, double? Setpoint = null, long? ReferencePointId = null, int? WindowSeconds = null,
    string? Values = null, long? Mask = null, string? Expression = null, string? SuppressWhen = null, IReadOnlyList<string>? SuppressIn = null,
    string? Consequence = null, AlarmSeverity Severity = AlarmSeverity.None, string? Response = null, string? RequiredRole = null, int? TimeToRespondSeconds = null,
    int? StepUpAfterSeconds = null, string? Reason = null)
{
    /// <summary>Puts it into a definition; id, kind, version and origin stay.</summary>
    internal void ApplyTo(AlarmDefinition definition)
    {
        bool isLimitOfPoint = definition.IsLimitOfPoint;
        if (!isLimitOfPoint && definition.System is null) definition.Code = Code.Trim(); // a system knows its alarm by the code
        (definition.NameZh, definition.NameEn) = (NameZh.Trim(), NameEn.Trim());
        if (!isLimitOfPoint) definition.PointId = PointId;
        if (AssetId is { } asset) definition.AssetId = asset;
        (definition.IsEnabled, definition.IsLatching, definition.Priority) = (Enabled, Latching, Priority);
        (definition.Limit, definition.Deadband) = isLimitOfPoint ? (null, 0) : (Limit, Deadband);
        (definition.WorseLimit, definition.OnDelayMs, definition.OffDelayMs) = (WorseLimit, Milliseconds(OnDelaySeconds), Milliseconds(OffDelaySeconds));
        (definition.Direction, definition.Setpoint, definition.ReferencePointId, definition.WindowSeconds) = (Direction, Setpoint, ReferencePointId, WindowSeconds);
        (definition.Values, definition.Mask, definition.Expression, definition.SuppressWhen) = (Blank(Values), Mask, Blank(Expression), Blank(SuppressWhen));
        definition.SuppressIn = SuppressIn is { Count: > 0 } ? string.Join(',', SuppressIn.Distinct()) : null;
        (definition.Consequence, definition.Severity, definition.Response, definition.RequiredRole) = (Blank(Consequence), Severity, Blank(Response), Blank(RequiredRole));
        (definition.TimeToRespondSeconds, definition.StepUpAfterSeconds) = (TimeToRespondSeconds, StepUpAfterSeconds);
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static int Milliseconds(double seconds) => (int)Math.Clamp(Math.Round(seconds * 1000), int.MinValue, int.MaxValue);
}

/// <summary>A definition as the console and other programs see it.</summary>
/// <param name="Id">Negative for a limit of a point.</param>
/// <param name="OfPoint">A limit of a point: limit and deadband are the point's and changed there.</param>
/// <param name="Limit">In <paramref name="Unit"/>.</param>
/// <param name="Version">0 for a limit of a point that nobody said more about.</param>
/// <param name="State">Where its alarm stands now.</param>
/// <param name="AlarmId">The newest occurrence while it is not normal.</param>
/// <param name="SuggestedPriority">What severity and time to respond suggest; <c>null</c> when they suggest no alarm at all, or are missing.</param>
/// <param name="System">Which system raises it.</param>
public sealed record AlarmDefinitionItem(
    long Id, string Code, string NameZh, string NameEn, AlarmKind Kind, bool OfPoint, long AssetId, string AssetNameZh, string AssetNameEn,
    long? PointId, string? PointCode, string? PointNameZh, string? PointNameEn, string? Unit,
    bool Enabled, int Priority, bool Latching, double? Limit, double? WorseLimit, double Deadband, double OnDelaySeconds, double OffDelaySeconds,
    AlarmDirection Direction, double? Setpoint, long? ReferencePointId, int? WindowSeconds, string? Values, long? Mask, string? Expression,
    string? SuppressWhen, IReadOnlyList<string> SuppressIn, string? Consequence, AlarmSeverity Severity, string? Response, string? RequiredRole,
    int? TimeToRespondSeconds, int? StepUpAfterSeconds, int? SuggestedPriority, string? Template, string? System, string? SystemCode,
    int Version, DateTimeOffset? Changed, string? ChangedBy, AlarmState State, long? AlarmId, AlarmHoldItem? Hold)
{
    internal static AlarmDefinitionItem Of(
        AlarmDefinition d, Point? point, AssetName? asset, (AlarmSituation Situation, AlarmOccurrence? Current, AlarmHold? Hold) standing) => new(
        d.Id, d.Code, d.NameZh, d.NameEn, d.Kind, d.IsLimitOfPoint, d.AssetId, asset?.NameZh ?? "", asset?.NameEn ?? "",
        d.PointId, point?.Code, point?.NameZh, point?.NameEn, point?.Unit,
        d.IsEnabled, d.Priority, d.IsLatching, d.Limit, d.WorseLimit, d.Deadband, d.OnDelayMs / 1000.0, d.OffDelayMs / 1000.0,
        d.Direction, d.Setpoint, d.ReferencePointId, d.WindowSeconds, d.Values, d.Mask, d.Expression,
        d.SuppressWhen, d.SuppressIn?.Split(',') ?? [], d.Consequence, d.Severity, d.Response, d.RequiredRole,
        d.TimeToRespondSeconds, d.StepUpAfterSeconds, PriorityMatrix.Suggested(d.Severity, d.TimeToRespondSeconds), d.Template, d.System, d.SystemCode,
        d.Version, d.Version == 0 ? null : d.Changed, d.Version == 0 ? null : d.ChangedBy,
        standing.Situation.State, standing.Current?.Id, standing.Hold is { } hold ? AlarmHoldItem.Of(hold) : null);
}

/// <summary>What holds an alarm.</summary>
/// <param name="SuppressedBy"><c>plantState:…</c>, <c>rule:…</c> or <c>commonCause:…</c>.</param>
public sealed record AlarmHoldItem(
    DateTimeOffset? ShelvedSince, DateTimeOffset? ShelvedUntil, string? ShelvedBy, string? ShelfReason, DateTimeOffset? SuppressedSince, string? SuppressedBy,
    DateTimeOffset? OutSince, DateTimeOffset? OutUntil, string? OutBy, string? OutReason)
{
    internal static AlarmHoldItem Of(AlarmHold hold) => new(
        hold.ShelvedSince, hold.ShelvedUntil, hold.ShelvedBy, hold.ShelfReason, hold.SuppressedSince, hold.SuppressedBy, hold.OutSince, hold.OutUntil, hold.OutBy, hold.OutReason);
}

/// <summary>Which definitions are asked for.</summary>
public readonly record struct AlarmDefinitionFilter
{
    [Description("Part of its code or names, or of its point's code")]
    public string? Q { get; init; }

    [Description("This asset and everything below it")]
    public long? Asset { get; init; }

    public long? Point { get; init; }

    [Description("Any of these kinds")]
    public Ordo.Foundation.Http.Word<AlarmKind>[]? Kind { get; init; }

    public int[]? Priority { get; init; }

    public bool? Enabled { get; init; }

    [Description("Only limits of points, or only what is not")]
    public bool? OfPoint { get; init; }

    [Description("Only what is shelved, suppressed or out of service, or only what is not")]
    public bool? Held { get; init; }

    public string? Template { get; init; }
}

/// <summary>Priority = f(consequence, time to respond), the usual matrix of alarm rationalisation.</summary>
public static class PriorityMatrix
{
    private const int ThreeMinutes = 180, TenMinutes = 600, HalfHour = 1800;

    /// <summary>How many of each priority there should be, in percent (EEMUA 191, ISA-18.2).</summary>
    public static IReadOnlyDictionary<int, double> TargetPercent { get; } = new Dictionary<int, double> { [1] = 1, [2] = 5, [3] = 15, [4] = 79 };

    /// <returns><c>null</c> where nothing is known, or where no alarm is called for, only an entry in a log.</returns>
    public static int? Suggested(AlarmSeverity severity, int? timeToRespondSeconds) => (severity, timeToRespondSeconds) switch
    {
        (AlarmSeverity.None, _) or (_, null) => null,
        (AlarmSeverity.Minor, > HalfHour) => null,
        (_, > HalfHour) => 4,
        (AlarmSeverity.Severe, > TenMinutes) => 3,
        (_, > TenMinutes) => 4,
        (AlarmSeverity.Severe, >= ThreeMinutes) => 2,
        (AlarmSeverity.Major, >= ThreeMinutes) => 3,
        (AlarmSeverity.Minor, >= ThreeMinutes) => 4,
        (AlarmSeverity.Severe, _) => 1,
        (AlarmSeverity.Major, _) => 2,
        _ => 3,
    };
}
