using Ordo.Operations.Alarms.Evaluators;

namespace Ordo.Operations.Alarms;

/// <summary>
/// Silences wait a little for each other. When a gateway, a source with many points, or everything falls silent, that is one alarm that lists the sources;
/// the alarms behind it are logged, and suppressed until they are back.
/// </summary>
public sealed partial class AlarmEngine
{
    internal const string CommonCausePrefix = "commonCause:";
    private const string Everything = "*";
    private const int PointsOfOneSource = 3, SourcesNamed = 40;

    private readonly Dictionary<string, CommonCause> causes = [];
    private readonly List<StaleEvaluator> silent = [];
    private Dictionary<string, int> watchedSources = []; // by gateway: sources with a definition that watches for silence
    private long silentSinceMs;

    private sealed class CommonCause(string key)
    {
        public string Key { get; } = key;

        public HashSet<StaleEvaluator> Members { get; } = [];

        /// <summary>The most there were.</summary>
        public int Peak { get; set; }

        /// <summary>Most are back; whoever is not by then has a trouble of its own.</summary>
        public long EndsMs { get; set; } = long.MaxValue;
    }

    private static string GatewayOf(StaleEvaluator evaluator) => evaluator.Inputs[0].Point.Gateway ?? "";

    private static string SourceOf(StaleEvaluator evaluator) => $"{GatewayOf(evaluator)}/{evaluator.Inputs[0].Point.Source}";

    private void SilenceDue(StaleEvaluator evaluator)
    {
        if (evaluator.Condition.IsMet) return;
        if (evaluator.SilentAtMs > engineMs)
        {
            Schedule(evaluator, evaluator.SilentAtMs);
            return;
        }
        if (silent.Count == 0) silentSinceMs = engineMs;
        silent.Add(evaluator);
    }

    /// <summary>Decides about the silences that have waited long enough, and ends common causes whose sources are back.</summary>
    private void Silences()
    {
        if (silent.Count > 0 && engineMs - silentSinceMs >= options.CommonCauseWindow.TotalMilliseconds && pending.Count < Capacity / 2) Announce();
        foreach (CommonCause cause in causes.Values.Where(c => c.EndsMs <= engineMs).ToList()) End(cause);
    }

    private void Announce()
    {
        List<StaleEvaluator> still = [.. silent.Where(s => evaluators.GetValueOrDefault(s.Definition.Id) == s && s.SilentAtMs <= engineMs)];
        foreach (StaleEvaluator spoke in silent.Except(still)) Schedule(spoke, Math.Max(spoke.SilentAtMs, engineMs + RetryMs));
        silent.Clear();
        var sources = still.Concat(evaluators.Values.OfType<StaleEvaluator>().Where(e => e.Condition.IsMet))
            .GroupBy(GatewayOf).ToDictionary(g => g.Key, g => g.Select(SourceOf).Distinct().Count());
        int total = sources.Values.Sum(), watched = watchedSources.Values.Sum();
        bool isEverything = sources.Count(s => IsCommon(s.Value, watchedSources.GetValueOrDefault(s.Key))) > 1 || (sources.Count > 1 && IsCommon(total, watched));
        foreach (var bySource in still.GroupBy(SourceOf))
        {
            string gateway = GatewayOf(bySource.First());
            string? key = isEverything || causes.ContainsKey(Everything) ? Everything
                : causes.ContainsKey(gateway) || IsCommon(sources[gateway], watchedSources.GetValueOrDefault(gateway)) ? gateway
                : causes.ContainsKey(bySource.Key) || bySource.Count() >= PointsOfOneSource ? bySource.Key
                : null;
            foreach (StaleEvaluator evaluator in bySource) FallSilent(evaluator, key);
        }
        foreach (CommonCause cause in causes.Values) Say(cause);
    }

    private bool IsCommon(int silentSources, int watched) => silentSources >= options.CommonCauseSources && silentSources * 2 >= watched;

    private void FallSilent(StaleEvaluator evaluator, string? key)
    {
        if (key is not null)
        {
            CommonCause cause = causes.TryGetValue(key, out CommonCause? known) ? known : causes[key] = new(key);
            Join(cause, evaluator);
            AlarmTrigger trigger = NotBySample(AlarmCause.CommonCause);
            Step(SubjectOf(evaluator), AlarmStimulus.Suppress, trigger, hold => hold with { SuppressedSince = trigger.Time, SuppressedBy = CommonCausePrefix + key });
        }
        if (evaluator.Recheck(NowMs, engineMs) is { } verdict) Settle(evaluator, verdict, NowMs, AlarmCause.Time, null);
    }

    private static void Join(CommonCause cause, StaleEvaluator evaluator)
    {
        cause.Members.Add(evaluator);
        cause.Peak = Math.Max(cause.Peak, cause.Members.Count);
        cause.EndsMs = long.MaxValue;
        evaluator.CommonCause = cause.Key;
    }

    /// <summary>The one alarm that speaks for all.</summary>
    private void Say(CommonCause cause)
    {
        StaleEvaluator[] members = [.. cause.Members];
        string[] sources = [.. members.Select(SourceOf).Distinct().Order(StringComparer.Ordinal)];
        string detail = string.Join(", ", sources.Take(SourcesNamed)) + (sources.Length > SourcesNamed ? $" … +{sources.Length - SourcesNamed}" : "");
        long id = AlarmKeys.OfCommonCause(cause.Key);
        if (alarms.TryGetValue(id, out LiveAlarm? alarm) && alarm is { Situation.ConditionHolds: true, Current: { } current })
        {
            if (current.Detail != detail) Enqueue(alarm, current with { Detail = detail, Value = sources.Length }, isNew: false, null);
            return;
        }
        var subject = new AlarmSubject(id, AlarmKind.CommonCause, CommonAsset(members), Detail: detail);
        Step(subject, AlarmStimulus.ConditionMet, NotBySample(AlarmCause.CommonCause) with { Value = sources.Length });
    }

    /// <summary>A member was heard again.</summary>
    private void SpeakAgain(StaleEvaluator evaluator)
    {
        Schedule(evaluator, evaluator.SilentAtMs);
        if (evaluator.CommonCause is not { } key) return;
        evaluator.CommonCause = null;
        EndSuppression(evaluator);
        if (!causes.TryGetValue(key, out CommonCause? cause) || !cause.Members.Remove(evaluator)) return;
        if (cause.Members.Count == 0) End(cause);
        else if (cause.Members.Count * 2 <= cause.Peak && cause.EndsMs == long.MaxValue) cause.EndsMs = engineMs + (long)options.StartGrace.TotalMilliseconds;
    }

    private void End(CommonCause cause)
    {
        causes.Remove(cause.Key);
        long id = AlarmKeys.OfCommonCause(cause.Key);
        if (alarms.TryGetValue(id, out LiveAlarm? alarm)) Step(alarm.Subject, AlarmStimulus.ConditionCleared, NotBySample(AlarmCause.CommonCause));
        foreach (StaleEvaluator member in cause.Members)
        {
            member.CommonCause = null;
            EndSuppression(member);
        }
    }

    private void EndSuppression(StaleEvaluator evaluator)
    {
        if (alarms.TryGetValue(evaluator.Definition.Id, out LiveAlarm? alarm) && alarm.Hold?.SuppressedBy?.StartsWith(CommonCausePrefix, StringComparison.Ordinal) == true)
            Step(SubjectOf(evaluator), AlarmStimulus.Unsuppress, NotBySample(AlarmCause.CommonCause), hold => hold with { SuppressedSince = null, SuppressedBy = null });
    }

    /// <summary>The lowest asset above all of them: whoever may see that, sees the alarm.</summary>
    private static long CommonAsset(IReadOnlyCollection<StaleEvaluator> members)
    {
        string path = members.First().Inputs[0].AssetPath;
        foreach (StaleEvaluator member in members)
        {
            string other = member.Inputs[0].AssetPath;
            while (!other.StartsWith(path, StringComparison.Ordinal)) path = path[..(path.LastIndexOf('/', path.Length - 2) + 1)];
        }
        string[] ids = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return ids.Length == 0 ? 0 : long.Parse(ids[^1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
