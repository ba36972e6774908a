using Ordo.Economy.Plans.Cases;
using Ordo.Foundation;

namespace Ordo.Economy.Plans;

/// <summary>The words of the plan monitor, for workbooks.</summary>
internal static class PlanWords
{
    public static Text Of(PlanStatus status) => status switch
    {
        PlanStatus.TargetNotSet => new("目标待定", "Target not set"),
        PlanStatus.Ahead => new("超前", "Ahead"),
        PlanStatus.OnTrack => new("正常", "On track"),
        PlanStatus.AtRisk => new("滞后", "At risk"),
        PlanStatus.Missed => new("未完成", "Missed"),
        PlanStatus.Done => new("已完成", "Done"),
        _ => new("无数据", "No data"),
    };

    public static Text Of(CorrectionState state) => state switch
    {
        CorrectionState.Opened => new("已立项", "Opened"),
        CorrectionState.InProgress => new("办理中", "In progress"),
        CorrectionState.Reported => new("待核查", "To be checked"),
        CorrectionState.Closed => new("已办结", "Closed"),
        _ => new("已撤销", "Withdrawn"),
    };
}
