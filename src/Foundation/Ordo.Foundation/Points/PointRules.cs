using Ordo.Foundation.Park;
using Ordo.Foundation.Units;

namespace Ordo.Foundation.Points;

/// <summary>What a point must satisfy by itself, whatever else is in the park.</summary>
public static class PointRules
{
    public const int MaxGateway = 40, MaxChannel = 200;

    /// <summary>Longest source a point can be bound to; longer names are stored as series but an index cannot hold them.</summary>
    public const int MaxSource = 500;

    public const int MaxDecimals = 15, MaxStaleAfterSeconds = 366 * 86_400;

    /// <summary>Everything that is wrong with a draft, by JSON member.</summary>
    public static List<Fault> FaultsOf(PointDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        List<Fault> faults = [];
        Add("code", Names.CodeFaultOf(draft.Code));
        Add("nameZh", Names.NameFaultOf(draft.NameZh, mayBeEmpty: false));
        Add("nameEn", Names.NameFaultOf(draft.NameEn, mayBeEmpty: true));
        AddUnitFaults();
        if (draft.Decimals is not (null or (>= 0 and <= MaxDecimals))) Add("decimals", Range(0, MaxDecimals));
        if (draft.StaleAfterSeconds is not (null or (>= 1 and <= MaxStaleAfterSeconds))) Add("staleAfterSeconds", Range(1, MaxStaleAfterSeconds));
        if (draft.Scale == 0 || !double.IsFinite(draft.Scale)) Add("scale", new("应为非零数字。", "Must be a number other than 0."));
        if (!double.IsFinite(draft.Offset)) Add("offset", NotANumber);
        AddBindingFaults();
        AddLimitFaults(draft.Limits ?? new());
        return faults;

        void Add(string field, Text? reason)
        {
            if (reason is { } text) faults.Add(new(field, text));
        }

        void AddUnitFaults()
        {
            if (UnitCatalogue.QuantityOf(draft.Quantity) is not { } quantity)
                Add("quantity", new($"没有物理量“{draft.Quantity}”。", $"There is no quantity '{draft.Quantity}'."));
            else if (quantity.UnitOf(draft.Unit) is null)
                Add("unit", new(
                    $"“{draft.Unit}”不是{quantity.Name.Zh}的单位，可用：{Units('、')}。", $"'{draft.Unit}' is no unit of {quantity.Name.En}; use one of {Units(' ')}."));

            string Units(char separator) => string.Join(separator, quantity.Units.Select(unit => unit.Code));
        }

        void AddBindingFaults()
        {
            bool bound = draft.Gateway is not null || draft.Source is not null || draft.Channel is not null;
            Add("gateway", Names.FaultOf(draft.Gateway, MaxGateway, mayBeEmpty: !bound));
            Add("source", Names.FaultOf(draft.Source, MaxSource, mayBeEmpty: !bound));
            Add("channel", Names.FaultOf(draft.Channel, MaxChannel, mayBeEmpty: !bound));
        }

        void AddLimitFaults(PointLimits limits)
        {
            double?[] ascending = [limits.LowLow, limits.Low, limits.High, limits.HighHigh];
            int below = -1;
            for (int i = 0; i < ascending.Length; i++)
            {
                if (ascending[i] is not { } limit) continue;
                string field = $"limits.{LimitNames[i]}";
                if (!double.IsFinite(limit)) Add(field, NotANumber);
                else if (below >= 0 && (limit < ascending[below] || (limit == ascending[below] && !MayBeEqual(below, i))))
                    Add(field, new($"应高于 {LimitNames[below]}（{ascending[below]}）。", $"Must be above {LimitNames[below]} ({ascending[below]})."));
                below = i;
            }

            if (!(limits.Deadband >= 0 && double.IsFinite(limits.Deadband))) Add("limits.deadband", new("应为不小于 0 的数字。", "Must be a number, 0 or more."));
        }

        static bool MayBeEqual(int lower, int upper) => (lower, upper) is (0, 1) or (2, 3);
    }

    private static readonly string[] LimitNames = ["lowLow", "low", "high", "highHigh"];

    private static readonly Text NotANumber = new("应为有限的数字。", "Must be a finite number.");

    private static Text Range(int min, int max) => new($"应在 {min}…{max} 之间。", $"Must lie in {min}…{max}.");
}
