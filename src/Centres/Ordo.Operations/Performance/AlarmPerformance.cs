using Ordo.Operations.Alarms;

namespace Ordo.Operations.Performance;

/// <summary>How well the alarm system of a part of the park serves its operators in a period (EEMUA 191, ISA-18.2).</summary>
/// <param name="From">Beginning, on a whole ten minutes.</param>
/// <param name="To">End.</param>
/// <param name="Operators">Positions that share the alarms.</param>
/// <param name="Total">Occurrences raised in the period.</param>
/// <param name="Figures">Each with its target.</param>
/// <param name="StepMinutes">Length of one step of <paramref name="Counts"/>.</param>
/// <param name="Counts">Occurrences of each step, for a picture; long periods have longer steps.</param>
/// <param name="Peaks">The busiest ten minutes of each step.</param>
/// <param name="FloodCount">All floods; <paramref name="Floods"/> holds the hundred with the most alarms.</param>
/// <param name="TopTen">The most frequent alarms.</param>
/// <param name="Chattering">Alarms that chattered, most first, at most fifty.</param>
/// <param name="Fleeting">Alarms with fleeting occurrences, most first, at most fifty.</param>
/// <param name="Stale">Alarms that stand longer than a day at the end of the period, oldest first, at most fifty.</param>
/// <param name="Acknowledgement">Time to acknowledge, of all and of each priority.</param>
public sealed record AlarmPerformance(
    DateTimeOffset From, DateTimeOffset To, int Operators, int Total, IReadOnlyList<PerformanceFigure> Figures,
    int StepMinutes, IReadOnlyList<int> Counts, IReadOnlyList<int> Peaks, int FloodCount, IReadOnlyList<FloodItem> Floods,
    IReadOnlyList<AlarmShare> TopTen, IReadOnlyList<AlarmShare> Chattering, IReadOnlyList<AlarmShare> Fleeting, IReadOnlyList<StaleItem> Stale,
    IReadOnlyList<PriorityShare> Priorities, IReadOnlyList<AcknowledgementTime> Acknowledgement);

/// <summary>One figure against its target.</summary>
/// <param name="Code">Stable name.</param>
/// <param name="Value"><c>null</c> where there is nothing to measure.</param>
/// <param name="Verdict"><c>null</c> without a value or a target.</param>
public sealed record PerformanceFigure(string Code, double? Value, PerformanceTarget? Target, TargetVerdict? Verdict);

/// <param name="Start">Beginning of its first ten minutes.</param>
/// <param name="Minutes">How long it lasted.</param>
/// <param name="Alarms">All that came in it.</param>
/// <param name="Peak">Most in ten minutes.</param>
public sealed record FloodItem(DateTimeOffset Start, int Minutes, int Alarms, int Peak);

/// <summary>What one alarm contributed.</summary>
/// <param name="Count">Its occurrences.</param>
/// <param name="Share">Of all occurrences, percent.</param>
/// <param name="Cumulative">Together with those before it in the list, percent.</param>
/// <param name="ChatterEpisodes">Times it began to chatter.</param>
/// <param name="ChatterOccurrences">Occurrences in those episodes.</param>
/// <param name="Fleeting">Occurrences that cleared by themselves within ten seconds.</param>
public sealed record AlarmShare(
    long DefinitionId, AlarmKind Kind, string NameZh, string NameEn, string PointNameZh, string PointNameEn, long AssetId, string AssetNameZh, string AssetNameEn, int Priority,
    int Count, double Share, double Cumulative, int ChatterEpisodes, int ChatterOccurrences, int Fleeting);

/// <param name="Id">Of the occurrence.</param>
public sealed record StaleItem(
    long Id, long DefinitionId, AlarmKind Kind, string NameZh, string NameEn, string PointNameZh, string PointNameEn, long AssetId, string AssetNameZh, string AssetNameEn, int Priority,
    AlarmState State, DateTimeOffset Raised);

/// <param name="Share">Of all occurrences, percent; <c>null</c> of none.</param>
public sealed record PriorityShare(int Priority, int Count, double? Share);

/// <summary>How long people took to acknowledge, seconds.</summary>
/// <param name="Priority"><c>null</c> for all.</param>
/// <param name="Count">Acknowledged occurrences of the period.</param>
/// <param name="Unacknowledged">Occurrences of the period that nobody acknowledged.</param>
/// <param name="MedianSeconds">Half were faster.</param>
/// <param name="P90Seconds">Nine of ten were faster.</param>
public sealed record AcknowledgementTime(int? Priority, int Count, int Unacknowledged, long? MedianSeconds, long? P90Seconds);
