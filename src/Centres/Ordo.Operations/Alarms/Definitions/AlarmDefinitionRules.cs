using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Evaluators;
using Ordo.Operations.Alarms.PlantStates;

namespace Ordo.Operations.Alarms.Definitions;

/// <summary>What a definition must be like. Every fault is told, with the member it is in.</summary>
internal static class AlarmDefinitionRules
{
    public const int MaxCode = 120, MaxName = 200, MaxText = 2000, MaxExpression = 4000;

    /// <summary>A week: longer delays and windows are another kind of question.</summary>
    public const int MaxSeconds = 7 * 86_400;

    private static readonly AlarmKind[] Limits = [AlarmKind.LowLow, AlarmKind.Low, AlarmKind.High, AlarmKind.HighHigh];

    /// <param name="definition">Proposed.</param>
    /// <param name="points">All points.</param>
    public static List<Fault> FaultsOf(AlarmDefinition definition, PointSnapshot points)
    {
        List<Fault> faults = [];
        Words(definition, faults);
        Numbers(definition, faults);
        if (!definition.IsLimitOfPoint) OfKind(definition, points, faults);
        Suppression(definition, points, faults);
        return faults;
    }

    private static void Words(AlarmDefinition definition, List<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(definition.Code)) faults.Add(new("code", "必填。", "It is required."));
        else if (definition.Code.Length > MaxCode) faults.Add(TooLong("code", MaxCode));
        if (string.IsNullOrWhiteSpace(definition.NameZh)) faults.Add(new("nameZh", "必填。", "It is required."));
        else if (definition.NameZh.Length > MaxName) faults.Add(TooLong("nameZh", MaxName));
        if (definition.NameEn.Length > MaxName) faults.Add(TooLong("nameEn", MaxName));
        if (definition.Consequence?.Length > MaxText) faults.Add(TooLong("consequence", MaxText));
        if (definition.Response?.Length > MaxText) faults.Add(TooLong("response", MaxText));
        if (definition.RequiredRole is { } role && Roles.Find(role) is null)
            faults.Add(new("requiredRole", $"没有角色“{role}”。可用：{string.Join("、", Roles.All.Select(r => r.Code))}。", $"There is no role '{role}'; one of {string.Join(", ", Roles.All.Select(r => r.Code))}."));
    }

    private static void Numbers(AlarmDefinition definition, List<Fault> faults)
    {
        if (definition.Priority is < AlarmPriority.Highest or > AlarmPriority.Lowest)
            faults.Add(new("priority", $"应为 1 到 4，现为 {definition.Priority}。", $"It must be 1 to 4, is {definition.Priority}."));
        if (!(definition.Deadband >= 0) || double.IsInfinity(definition.Deadband)) faults.Add(new("deadband", "应为不小于 0 的数。", "It must be a number of at least 0."));
        foreach (var (field, value) in ((string, double?)[])[("limit", definition.Limit), ("worseLimit", definition.WorseLimit), ("setpoint", definition.Setpoint)])
            if (value is { } number && !double.IsFinite(number)) faults.Add(new(field, "应为有限的数。", "It must be a finite number."));
        foreach (var (field, value) in ((string, long?)[])[
            ("onDelaySeconds", definition.OnDelayMs / 1000), ("offDelaySeconds", definition.OffDelayMs / 1000), ("windowSeconds", definition.WindowSeconds),
            ("timeToRespondSeconds", definition.TimeToRespondSeconds), ("stepUpAfterSeconds", definition.StepUpAfterSeconds)])
            if (value is < 0 or > MaxSeconds) faults.Add(new(field, $"应在 0 到 {MaxSeconds} 秒之间。", $"It must be between 0 and {MaxSeconds} seconds."));
        if (definition.StepUpAfterSeconds == 0) faults.Add(new("stepUpAfterSeconds", "应大于 0；不需要升级时留空。", "It must be more than 0; leave it empty for no stepping up."));
    }

    private static void OfKind(AlarmDefinition definition, PointSnapshot points, List<Fault> faults)
    {
        AlarmKind kind = definition.Kind;
        bool needsPoint = kind is not (AlarmKind.Expression or AlarmKind.Raised or AlarmKind.CommonCause);
        if (kind is AlarmKind.CommonCause || !Enum.IsDefined(kind))
            faults.Add(new("kind", "该类型由系统自动产生，不能配置。", "Alarms of this kind are made by the server; they cannot be configured."));
        if (kind is AlarmKind.Raised && definition.System is null)
            faults.Add(new("kind", "系统报警由发出它的系统建立，此处只能修改。", "An alarm that a system raises is made by that system; here it can only be changed."));
        if (needsPoint && definition.PointId is null) faults.Add(new("pointId", "该类型需要点位。", "This kind needs a point."));
        if (definition.PointId is { } point && points.ById(point) is null) faults.Add(NoPoint("pointId", point));
        if ((Limits.Contains(kind) || kind is AlarmKind.Deviation or AlarmKind.RateOfChange or AlarmKind.Band) && definition.Limit is null)
            faults.Add(new("limit", "该类型需要限值。", "This kind needs a limit."));
        if (kind is AlarmKind.Deviation or AlarmKind.RateOfChange or AlarmKind.Band && definition.Limit is <= 0)
            faults.Add(new("limit", "应大于 0：向哪一侧由方向决定。", "It must be more than 0; which side counts is the direction's business."));
        if (Limits.Contains(kind) && definition is { WorseLimit: { } worse, Limit: { } limit } && (kind is AlarmKind.High or AlarmKind.HighHigh ? worse <= limit : worse >= limit))
            faults.Add(new("worseLimit", "应比限值更远。", "It must lie beyond the limit."));
        switch (kind)
        {
            case AlarmKind.Deviation when definition.Setpoint is null == definition.ReferencePointId is null:
                faults.Add(new("setpoint", "设定值与参考点位应二选一。", "Give either a set point or a reference point."));
                break;
            case AlarmKind.Deviation when definition.ReferencePointId is { } reference && points.ById(reference) is null:
                faults.Add(NoPoint("referencePointId", reference));
                break;
            case AlarmKind.Deviation when definition.ReferencePointId is { } reference && definition.PointId is { } own && points.ById(own) is { } a && points.ById(reference) is { } b && a.Point.Unit != b.Point.Unit:
                faults.Add(new("referencePointId", $"两个点位的单位不同：{a.Point.Unit} 与 {b.Point.Unit}。", $"The two points have different units: {a.Point.Unit} and {b.Point.Unit}."));
                break;
            case AlarmKind.RateOfChange or AlarmKind.Stale when definition.WindowSeconds is null or 0:
                faults.Add(new("windowSeconds", "该类型需要时间窗口。", "This kind needs a length of time."));
                break;
            case AlarmKind.State:
                OfState(definition, faults);
                break;
            case AlarmKind.Expression when string.IsNullOrWhiteSpace(definition.Expression):
                faults.Add(new("expression", "必填。", "It is required."));
                break;
        }
        if (kind is AlarmKind.Stale && definition.OnDelayMs > 0)
            faults.Add(new("onDelaySeconds", "数据中断的等待时间就是时间窗口。", "A silence already waits for its length of time; it has no other delay."));
        if (kind is AlarmKind.Expression) faults.AddRange(ExpressionEvaluators.FaultsOf("expression", definition.Expression, points));
    }

    private static void OfState(AlarmDefinition definition, List<Fault> faults)
    {
        string[] parts = (definition.Values ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (string part in parts.Where(p => !long.TryParse(p, System.Globalization.CultureInfo.InvariantCulture, out _)))
            faults.Add(new("values", $"“{part}”不是整数。", $"'{part}' is no whole number."));
        if (parts.Length == 0 && definition.Mask is null)
            faults.Add(new("values", "请给出异常值，或位掩码。", "Give the abnormal values, or a mask of bits."));
    }

    private static void Suppression(AlarmDefinition definition, PointSnapshot points, List<Fault> faults)
    {
        foreach (string state in (definition.SuppressIn ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            if (!PlantState.All.Contains(state))
                faults.Add(new("suppressIn", $"没有装置状态“{state}”。可用：{string.Join("、", PlantState.All)}。", $"There is no plant state '{state}'; one of {string.Join(", ", PlantState.All)}."));
        if (definition.SuppressWhen is { } rule) faults.AddRange(ExpressionEvaluators.FaultsOf("suppressWhen", rule, points));
    }

    private static Fault NoPoint(string field, long id) => new(field, $"没有编号为 {id} 的点位。", $"There is no point {id}.");

    private static Fault TooLong(string field, int max) => new(field, $"最多 {max} 个字符。", $"At most {max} characters.");
}
