using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Persistence;

namespace Ordo.Server.Demo;

/// <summary>
/// Invented forms for the demonstration's enterprises, walked through the same desk, checks and journal as real ones, by three people who exist only in the
/// journal. Every name says that it is a demonstration; the seed is fixed, so that two demonstrations tell the same story.
/// </summary>
internal sealed partial class DemoEconomy(IServiceScopeFactory scopes, EconomyBook book, MeteredElectricity meters, ILogger<DemoEconomy> log)
{
    /// <summary>Before this one: three, because an index of monthly changes needs three years to know the season.</summary>
    private const int Years = 3;
    private static readonly string[] Everywhere = ["/"];
    private StatisticsCalendar calendar = Economy.Settings.EconomyRules.ShippedCalendar;
    private static readonly Caller Enterprise = Person(-11, "演示企业", Permissions.FileEconomy), Park = Person(-12, "演示园区统计员", Permissions.CheckFilings), Region = Person(-13, "演示区域审核员", Permissions.AcceptFilings);

    /// <summary>Output of a month in 万元, electricity per 万元 in kWh, energy per 万元 in tce, growth a year, by the first digits of the industry.</summary>
    private static readonly (string Industry, decimal Electricity, decimal Energy, double Growth)[] Industries =
    [
        ("3216", 4_300, 0.62m, 0.03), ("3218", 4_600, 0.9m, -0.04), ("3140", 4_500, 0.95m, -0.06), ("3120", 620, 0.75m, 0.02), ("3985", 1_300, 0.21m, 0.14), ("3825", 420, 0.07m, 0.11), ("3841", 260, 0.05m, 0.22),
        ("3232", 520, 0.18m, 0.12), ("2614", 700, 1.15m, 0.05), ("2521", 300, 1.3m, -0.03), ("26", 560, 0.8m, 0.04), ("44", 240, 1.9m, 0.03), ("14", 110, 0.05m, 0.06), ("13", 90, 0.05m, 0.05), ("34", 120, 0.03m, 0.16), ("30", 380, 0.25m, 0.08),
    ];

    /// <summary>Share of a mean month; the first is January and February together.</summary>
    private static readonly double[] Season = [1.78, 1.78, 1.02, 1.01, 1.02, 1.03, 0.98, 0.98, 1.02, 1.04, 1.05, 1.07];

    /// <returns>At once when the folder has forms already.</returns>
    public async Task FillAsync(CancellationToken ending)
    {
        CancellationToken cancellation = CancellationToken.None; // a form that was begun is walked to its end
        await using (AsyncServiceScope scope = scopes.CreateAsyncScope())
            if (await scope.ServiceProvider.GetRequiredService<OrdoDbContext>().Set<FiledForm>().AnyAsync(cancellation)) return;
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        calendar = snapshot.Rules.Calendar;
        FormTemplate monthly = FormTemplates.Find("M1")!;
        (Enterprise Enterprise, int Number)[] due = [.. snapshot.Enterprises.Where(enterprise => FilingDuties.IsDue(monthly, enterprise)).Select((enterprise, number) => (enterprise, number))];
        var newest = Period.LastEnded(Frequency.Month, book.Today);
        List<Period> steps = [];
        for (Period step = Period.Step(newest.Year - Years, 1); step <= newest; step = step.NextStep) steps.Add(step);
        await PricesAsync(steps, cancellation);
        Dictionary<long, Dictionary<string, decimal>> yearSoFar = [];
        foreach (Period step in steps)
        {
            if (step.First == 1) yearSoFar.Clear();
            book.Forget(); // forms of different kinds are handed in on different days, not in the order of this loop
            foreach ((Enterprise enterprise, int number) in due)
            {
                ending.ThrowIfCancellationRequested();
                Dictionary<string, decimal> sums = yearSoFar.TryGetValue(enterprise.Id, out Dictionary<string, decimal>? known) ? known : yearSoFar[enterprise.Id] = [];
                Dictionary<string, decimal> values = Month(enterprise, number, step, newest.Year - Years, sums);
                await WalkAsync(enterprise, number, "M1", step, values, Stop(step == newest, number), cancellation);
                if (step.Shift(Frequency.Month, 8) >= newest) await WalkAsync(enterprise, number, "S1", step, Survey(number, step), step == newest && number % 9 == 4 ? null : FilingAct.Accepted, cancellation);
                if (step.Last % 3 == 0 && step.Year >= newest.Year - 1)
                    await WalkAsync(enterprise, number, "Q1", new(step.Year, step.Last - 2, step.Last), new() { ["OUT_ACT"] = Round(values["GOV"] * 3), ["CAPACITY"] = Round(values["GOV"] * (3.6m + number % 7 * 0.1m)) }, FilingAct.Accepted, cancellation);
                if (step.Last == 12) await WalkAsync(enterprise, number, "Y1", new(step.Year, 1, 12), Digital(number, step.Year, values), FilingAct.Accepted, cancellation);
            }
        }

        book.Forget();
        await CorrectAsync(due[3].Enterprise, newest.PreviousStep, cancellation);
        LogFilled(due.Length, steps.Count);
    }

    /// <summary>How far the forms of the newest month have come: most are accepted, some wait, two are missing.</summary>
    private static FilingAct? Stop(bool isNewest, int number) => !isNewest ? FilingAct.Accepted : (number % 20) switch { 7 => null, 11 => FilingAct.Saved, 3 => FilingAct.Submitted, 15 => FilingAct.Checked, _ => FilingAct.Accepted };

    private async Task WalkAsync(Enterprise enterprise, int number, string form, Period period, Dictionary<string, decimal> values, FilingAct? stop, CancellationToken cancellation)
    {
        if (stop is null) return;
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        FilingDesk desk = DeskAt(scope, form, period, number);
        FiledForm filing = await desk.OpenAsync(new(enterprise.Id, form, period.ToString()), Enterprise, cancellation);
        var typed = values.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(CultureInfo.InvariantCulture));
        await desk.KeepAsync(filing.Id, new(typed), Enterprise, _ => null, cancellation);
        if (stop == FilingAct.Saved) return;
        List<Finding> findings = (await desk.JudgeAsync(filing, cancellation)).Findings;
        if (findings.Count > 0) await desk.KeepAsync(filing.Id, new(typed, findings.ToDictionary(finding => finding.Key, _ => "演示：已与企业核对，属实。")), Enterprise, _ => null, cancellation);
        await desk.SubmitAsync(filing.Id, Enterprise, _ => null, cancellation);
        if (stop == FilingAct.Submitted) return;
        await desk.DecideAsync(filing.Id, FilingAct.Checked, new(true), Park, _ => null, cancellation);
        if (stop == FilingAct.Checked) return;
        await desk.DecideAsync(filing.Id, FilingAct.Accepted, new(true), Region, _ => null, cancellation);
    }

    /// <summary>A later correction, so that two vintages of one month can be seen.</summary>
    private async Task CorrectAsync(Enterprise enterprise, Period period, CancellationToken cancellation)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        FiledForm filed = await scope.ServiceProvider.GetRequiredService<OrdoDbContext>().Set<FiledForm>().AsNoTracking().SingleAsync(form => form.AssetId == enterprise.Id && form.Form == "M1" && form.Period == period.Key, cancellation);
        FilingDesk desk = scope.ServiceProvider.GetRequiredService<FilingDesk>();
        FiledForm correction = await desk.CorrectAsync(filed.Id, new("演示：一笔订单记错月份"), Enterprise, cancellation);
        Dictionary<string, decimal> values = correction.ReadValues();
        (values["GOV"], values["SALES"]) = (Round(values["GOV"] * 0.94m), Round(values["SALES"] * 0.94m));
        var typed = values.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(CultureInfo.InvariantCulture));
        await desk.KeepAsync(correction.Id, new(typed), Enterprise, _ => null, cancellation);
        List<Finding> findings = (await desk.JudgeAsync(correction, cancellation)).Findings;
        await desk.KeepAsync(correction.Id, new(typed, findings.ToDictionary(finding => finding.Key, _ => "演示：已与企业核对，属实。")), Enterprise, _ => null, cancellation);
        await desk.SubmitAsync(correction.Id, Enterprise, _ => null, cancellation);
        await desk.DecideAsync(correction.Id, FilingAct.Checked, new(true), Park, _ => null, cancellation);
        await desk.DecideAsync(correction.Id, FilingAct.Accepted, new(true), Region, _ => null, cancellation);
    }

    /// <summary>The desk on the day on which such a form would have been handed in, so that history has its vintages.</summary>
    private FilingDesk DeskAt(AsyncServiceScope scope, string form, Period period, int number)
    {
        DateTimeOffset due = new(calendar.DeadlineOf(form, period).AddDays(1).ToDateTime(new(2, 0)), TimeSpan.Zero);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return new(scope.ServiceProvider.GetRequiredService<OrdoDbContext>(), book, meters, new FixedTime(due.AddMinutes(number) < now ? due.AddMinutes(number) : now));
    }

    private async Task PricesAsync(List<Period> steps, CancellationToken cancellation)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        OrdoDbContext database = scope.ServiceProvider.GetRequiredService<OrdoDbContext>();
        foreach (Period step in steps)
        {
            foreach ((string industry, double level) in new[] { ("", 99.2), ("32", 103.1), ("26", 97.4), ("38", 94.8), ("39", 96.3), ("31", 98.1) })
            {
                database.Add(new OutsideFigure
                {
                    Indicator = "IPI", Industry = industry, Period = step.Key, Value = Round((decimal)(level + 1.2 * Math.Sin(step.Ordinal * 0.6 + level))), Source = "演示数据，非发布值", Entered = DateTimeOffset.UtcNow, EnteredBy = "演示",
                });
            }
        }

        await database.SaveChangesAsync(cancellation);
    }

    private static Dictionary<string, decimal> Month(Enterprise enterprise, int number, Period step, int firstYear, Dictionary<string, decimal> sums)
    {
        var random = new Random(number * 7_919 + step.Ordinal);
        (_, decimal electricityPer, decimal energyPer, double growth) = Industries.Where(each => enterprise.Industry.StartsWith(each.Industry, StringComparison.Ordinal)).DefaultIfEmpty(("", 210m, 0.08m, 0.06)).First();
        double size = (double)Math.Clamp((enterprise.LandMu ?? 200m) * 11m * (1 + number % 5 * 0.15m), 900m, 42_000m);
        double years = step.Year - firstYear + (step.Last - 6.5) / 12;
        double wave = 1 + 0.03 * Math.Sin(step.Ordinal * 0.8 + number) + 0.02 * (random.NextDouble() - 0.5);
        decimal output = Round((decimal)(size * Math.Pow(1 + growth, years) * Season[step.Last - 1] * wave));
        decimal power = output * electricityPer / 10_000m * (decimal)(1 + 0.02 * (random.NextDouble() - 0.5));
        // One enterprise whose output does not follow its electricity in the newest months: for the list of what does not fit.
        if (number == 5 && step.Year == firstYear + Years && step.Last % 5 == 0) power *= 0.6m;
        Dictionary<string, decimal> values = new()
        {
            ["GOV"] = output, ["GOV_NEW"] = Round(output * (0.05m + number % 6 * 0.04m)), ["SALES"] = Round(output * (decimal)(0.965 + 0.05 * (random.NextDouble() - 0.4))), ["EXP"] = Round(output * (number % 4 == 0 ? 0.12m : 0.01m)),
            ["ELEC"] = Round(power), ["TCE"] = Round(output * energyPer * (decimal)Math.Pow(0.97, years)), ["WATER"] = Round(output * 0.0012m), ["STAFF"] = decimal.Truncate((decimal)size / 22 + 40),
        };
        void Add(string code, decimal value) => values[code] = sums[code] = sums.GetValueOrDefault(code) + Round(value);
        decimal revenue = values["SALES"] * 1.04m, margin = 0.16m + number % 9 * 0.015m - (energyPer > 0.85m ? 0.09m : 0);
        Add("REV", revenue);
        Add("REV_MAIN", revenue * 0.97m);
        Add("COST", revenue * (1 - margin));
        Add("TAXSUR", revenue * 0.009m);
        Add("SELLEXP", revenue * 0.018m);
        Add("ADMEXP", revenue * 0.032m);
        Add("RDEXP", revenue * (0.008m + number % 5 * 0.006m));
        Add("FINEXP", revenue * 0.012m);
        Add("OTHERPL", 0);
        decimal profit = values["REV"] - values["COST"] - values["TAXSUR"] - values["SELLEXP"] - values["ADMEXP"] - values["RDEXP"] - values["FINEXP"] + values["OTHERPL"];
        values["OPPROFIT"] = profit;
        Add("NONOPIN", revenue * 0.001m);
        Add("NONOPOUT", revenue * 0.0006m);
        values["PROFIT"] = profit + values["NONOPIN"] - values["NONOPOUT"];
        Add("VAT", revenue * 0.028m);
        Add("TAXPAID", revenue * 0.041m);
        Add("WAGE", values["STAFF"] * 0.82m * step.Months);
        Add("DEPR", revenue * 0.052m);
        Add("TAXP", revenue * 0.037m);
        Add("OPSUR", revenue * (margin - 0.06m));
        Add("INV", revenue * 0.06m);
        Add("TECHINV", revenue * 0.021m);
        decimal assets = Round((decimal)size * 17m * (1 + 0.01m * (step.Year - firstYear))), debt = Round(assets * (0.46m + number % 7 * 0.03m));
        (values["ASSETS"], values["LIAB"], values["EQUITY"]) = (assets, debt, assets - debt);
        (values["CURASSETS"], values["FIXASSETS"], values["CURLIAB"], values["CASH"]) = (Round(assets * 0.42m), Round(assets * 0.71m), Round(debt * 0.6m), Round(assets * 0.06m));
        decimal month = output / step.Months;
        (values["AR"], values["INVENT"], values["FGOODS"], values["ORDERS"]) = (Round(month * 1.3m), Round(month * 1.1m), Round(month * 0.55m), Round(month * 2.4m));
        return values;
    }

    private static Dictionary<string, decimal> Survey(int number, Period step)
    {
        var random = new Random(number * 131 + step.Ordinal);
        decimal Answer(double up) => random.NextDouble() is var draw && draw < up ? 1 : draw < up + 0.52 ? 0 : -1;
        return new() { ["S_NEWORD"] = Answer(0.29), ["S_PROD"] = Answer(0.31), ["S_EMP"] = Answer(0.2), ["S_DELIV"] = Answer(0.25), ["S_STOCK"] = Answer(0.22), ["S_CONF"] = Answer(0.32) };
    }

    private static Dictionary<string, decimal> Digital(int number, int year, Dictionary<string, decimal> december)
    {
        int equipment = 60 + number * 9 % 240, processes = 8 + number % 20;
        return new()
        {
            ["RD"] = december["RDEXP"] * 0.8m, ["EQUIP"] = equipment, ["EQUIP_DIG"] = equipment * (44 + number % 20 + year % 10) / 100, ["KEYPROC"] = processes, ["KEYPROC_NC"] = processes * (55 + number % 25) / 100,
            ["PLATFORM"] = number % 3 == 0 ? 1 : 0, ["CLOUD"] = number % 4 == 0 ? 0 : 1,
        };
    }

    private static decimal Round(decimal value) => Math.Round(value, 1);

    private static Caller Person(long id, string name, string permission) =>
        new(id, name, null, new[] { Permissions.ReadFilings, Permissions.ReadEconomy, permission }.ToDictionary(each => each, _ => Everywhere));

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    [LoggerMessage(9201, LogLevel.Information, "Demonstration forms of {Enterprises} enterprises for {Steps} months are filed and accepted.")]
    private partial void LogFilled(int enterprises, int steps);
}
