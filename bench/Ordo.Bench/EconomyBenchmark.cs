using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Economy;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.WarningLights;
using Ordo.Foundation.Access;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Bench;

/// <summary>
/// A park of 500 enterprises that filed 40 items for 60 months, in SQLite on the disk of <c>TMPDIR</c>: how long it takes to open, to show the page of a month, and
/// until that page shows a form that was corrected. Options: number of enterprises.
/// </summary>
internal static class EconomyBenchmark
{
    private const int Years = 6, Rounds = 9;
    private static readonly string[] Everywhere = ["/"];

    public static async Task<int> RunAsync(string[] options)
    {
        int enterprises = options is [{ } text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 500;
        string folder = Directory.CreateTempSubdirectory("ordo-bench-economy-").FullName;
        try
        {
            var database = new DatabaseOptions { Provider = DatabaseProvider.Sqlite, ConnectionString = $"Data Source={Path.Combine(folder, "ordo.db")}" };
            var services = new ServiceCollection();
            services.AddSingleton(TimeProvider.System).AddHttpContextAccessor();
            foreach (IModule module in new IModule[] { new AccessModule(), new ParkModule(), new EconomyModule() }) services.AddSingleton(module);
            services.AddOrdoDatabase(database);
            await using ServiceProvider provider = services.BuildServiceProvider();
            var contexts = provider.GetRequiredService<IDbContextFactory<OrdoDbContext>>();
            await using (OrdoDbContext context = await contexts.CreateDbContextAsync()) await context.Database.MigrateOrdoAsync();
            int forms = Fill(database.ConnectionString, enterprises);
            Console.WriteLine($"{enterprises} enterprises, {forms / enterprises} forms of 40 items each ({Years - 1} years of 11 steps and a part of the next), {new FileInfo(Path.Combine(folder, "ordo.db")).Length >> 20} MiB");
            await MeasureAsync(contexts, provider.GetRequiredService<Commits>());
            return 0;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(IDbContextFactory<OrdoDbContext> contexts, Commits commits)
    {
        using var book = new EconomyBook(contexts, commits, TimeProvider.System);
        EconomySnapshot snapshot = null!;
        Tell("open: read every form and build the cube", await TimeAsync(async () => { snapshot = await book.CurrentAsync(CancellationToken.None); _ = snapshot.Latest; }));
        Area park = snapshot.Areas.Single(area => area.Kind == AssetKind.Park), region = snapshot.Areas.Single(area => area.Kind == AssetKind.Region);
        Period step = snapshot.NewestStep!.Value;
        foreach (Area area in new[] { region, park, snapshot.Areas.First(area => area.Kind == AssetKind.Zone) })
            TellBoth($"overview of a {area.Kind}, nothing hidden", () => OverviewBuilder.Build(new(snapshot, snapshot.Latest, null), area, step, [step], english: false));
        TellBoth("warning lights and indices of the park over five years", () => LightBoard.Of(new FigureReader(snapshot, snapshot.Latest, null), park, step, [step]));
        TellBoth("series of 55 steps with growth", () => Enumerable.Range(0, 55).Select(back => new FigureReader(snapshot, snapshot.Latest, null).Read("LP", new(park), step.Shift(Frequency.Month, -back).Cumulative)).Count(figure => figure.Value is not null));
        TellBoth("breakdown by 500 enterprises", () => OverviewBuilder.Take(new(snapshot, snapshot.Latest, null), "GOV", new(park), step.Cumulative, BreakdownBy.Enterprise));
        DateOnly today = book.Today;
        Overview Hidden() => OverviewBuilder.Build(new(snapshot, snapshot.Released(today, EconomyBook.Zone), snapshot.ReleasedCells(today, EconomyBook.Zone)), park, Released(snapshot, today), [], english: false);
        Tell("overview with small cells hidden, the first of a month (audits)", Time(() => Hidden()));
        Tell("overview with small cells hidden, later", Best(() => Hidden()));
        TellBoth("warning lights with small cells hidden (audits of five years)", () => LightBoard.Of(new(snapshot, snapshot.Released(today, EconomyBook.Zone), snapshot.ReleasedCells(today, EconomyBook.Zone)), park, Released(snapshot, today), []));
        await CorrectAsync(contexts, book, snapshot, park, step);
    }

    /// <summary>The newest month that is released on a day.</summary>
    private static Period Released(EconomySnapshot snapshot, DateOnly today) => snapshot.Facts.Select(fact => fact.Period).Distinct().Where(period => snapshot.Rules.Calendar.ReleaseOf("M1", period) <= today).Max();

    /// <summary>From the acceptance of a corrected form until the page of the month shows it: commit, new snapshot, every figure of the page.</summary>
    private static async Task CorrectAsync(IDbContextFactory<OrdoDbContext> contexts, EconomyBook book, EconomySnapshot snapshot, Area park, Period step)
    {
        Caller one = Caller.Everything("bench"), other = new(2, "bench 2", null, Permissions.All.ToDictionary(permission => permission, _ => Everywhere));
        var meters = new MeteredElectricity(new NoPoints(), null!);
        List<double> times = [];
        for (int round = 0; round < 5; round++)
        {
            long id = snapshot.FactsOf(10 + round).Last(fact => fact.Period == step).FilingId;
            await using OrdoDbContext context = await contexts.CreateDbContextAsync();
            var desk = new FilingDesk(context, book, meters, TimeProvider.System);
            FiledForm form = await desk.CorrectAsync(id, new("benchmark"), one, CancellationToken.None);
            Dictionary<string, string> typed = form.ReadValues().ToDictionary(pair => pair.Key, pair => (pair.Key == "GOV" ? pair.Value + 1 : pair.Value).ToString(CultureInfo.InvariantCulture));
            await desk.KeepAsync(form.Id, new(typed), one, _ => null, CancellationToken.None);
            List<Finding> findings = (await desk.JudgeAsync(form, CancellationToken.None)).Findings;
            await desk.KeepAsync(form.Id, new(typed, findings.ToDictionary(finding => finding.Key, _ => "benchmark")), one, _ => null, CancellationToken.None);
            await desk.SubmitAsync(form.Id, one, _ => null, CancellationToken.None);
            await desk.DecideAsync(form.Id, FilingAct.Checked, new(true), one, _ => null, CancellationToken.None);
            long begin = Stopwatch.GetTimestamp();
            await desk.DecideAsync(form.Id, FilingAct.Accepted, new(true), other, _ => null, CancellationToken.None);
            EconomySnapshot after = await book.CurrentAsync(CancellationToken.None);
            OverviewBuilder.Build(new(after, after.Latest, null), park, step, [step], english: false);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        Tell("a corrected form accepted, all figures of the page new: median of 5", times.Order().ElementAt(2));
    }

    private static int Fill(string connectionString, int enterprises)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using SqliteTransaction transaction = connection.BeginTransaction();
        void Run(string sql, params (string Name, object Value)[] values)
        {
            using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this file
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach ((string name, object value) in values) command.Parameters.AddWithValue(name, value);
            command.ExecuteNonQuery();
        }

        void Asset(long id, long? parent, string path, AssetKind kind, string attributes) => Run(
            """INSERT INTO "park_asset" ("Id", "ParentId", "Path", "Kind", "Code", "NameZh", "NameEn", "Attributes", "Version") VALUES ($id, $parent, $path, $kind, $code, $code, $code, $attributes, 1)""",
            ("$id", id), ("$parent", (object?)parent ?? DBNull.Value), ("$path", path), ("$kind", (int)kind), ("$code", $"{kind}{id}"), ("$attributes", attributes));
        Asset(1, null, "/1/", AssetKind.Region, "{}");
        Asset(2, 1, "/1/2/", AssetKind.Park, "{}");
        for (int zone = 0; zone < 8; zone++) Asset(10 + zone, 2, $"/1/2/{10 + zone}/", AssetKind.Zone, "{}");
        string[] industries = ["3216", "3120", "2614", "3985", "3825", "1441", "1391", "3232", "4412", "3411", "2651", "3042", "3841", "1721", "3670"];
        FormTemplate form = FormTemplates.Find("M1")!;
        var random = new Random(7);
        var newest = Period.LastEnded(Frequency.Month, DateOnly.FromDateTime(DateTime.UtcNow));
        int forms = 0;
        for (int i = 0; i < enterprises; i++)
        {
            long id = 1_000 + i;
            int zone = 10 + i % 8;
            Asset(id, zone, $"/1/2/{zone}/{id}/", AssetKind.Enterprise, $$"""{"industry":"{{industries[random.Next(industries.Length)]}}","areaM2":{{20_000 + i * 100}}}""");
            double size = 500 * Math.Exp(random.NextDouble() * 3);
            for (Period step = Period.Step(newest.Year - Years + 1, 1); step <= newest; step = step.NextStep)
            {
                Dictionary<string, decimal> values = form.Items.ToDictionary(item => item.Code, _ => Math.Round((decimal)(size * (0.9 + random.NextDouble() * 0.2)), 1));
                Consistent(values, step.Last);
                Run(
                    """
                    INSERT INTO "economy_filing" ("AssetId", "Form", "Period", "Revision", "Vintage", "State", "Values", "Explanations", "Opened", "Accepted", "Version") VALUES ($asset, 'M1', $period, 1, 1, 5, $values, '{}', $time, $time, 4)
                    """,
                    ("$asset", id), ("$period", step.Key), ("$values", JsonSerializer.Serialize(values)), ("$time", new DateTimeOffset(step.Year, step.Last, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1).AddDays(9).ToUnixTimeMilliseconds()));
                forms++;
            }
        }

        transaction.Commit();
        return forms;
    }

    /// <summary>So that the form can be submitted again: its sums must add up.</summary>
    private static void Consistent(Dictionary<string, decimal> values, int months)
    {
        foreach (string flow in new[] { "REV", "REV_MAIN", "COST", "TAXSUR", "SELLEXP", "ADMEXP", "RDEXP", "FINEXP", "OTHERPL", "NONOPIN", "NONOPOUT", "VAT", "TAXPAID", "WAGE", "DEPR", "TAXP", "OPSUR", "INV" }) values[flow] *= months;
        values["STAFF"] = decimal.Truncate(values["STAFF"]);
        (values["GOV_NEW"], values["EXP"], values["REV_MAIN"], values["TECHINV"]) = (values["GOV"] / 10, values["SALES"] / 20, values["REV"] * 0.9m, values["INV"] / 4);
        (values["ASSETS"], values["FGOODS"], values["CURASSETS"], values["CURLIAB"]) = (values["LIAB"] + values["EQUITY"], values["INVENT"] / 2, values["LIAB"] / 2, values["LIAB"] / 2);
        values["OPPROFIT"] = values["REV"] - values["COST"] - values["TAXSUR"] - values["SELLEXP"] - values["ADMEXP"] - values["RDEXP"] - values["FINEXP"] + values["OTHERPL"];
        values["PROFIT"] = values["OPPROFIT"] + values["NONOPIN"] - values["NONOPOUT"];
    }

    /// <summary>Figures are kept once they are worked out, so the first time tells the work and the best of the next what a reader waits.</summary>
    private static void TellBoth<T>(string what, Func<T> work)
    {
        Tell($"{what}, the first time", Time(work));
        Tell($"{what}, again", Best(work));
    }

    private static double Best<T>(Func<T> work) => Enumerable.Range(0, Rounds).Select(_ => Time(work)).Min();

    private static double Time<T>(Func<T> work)
    {
        long begin = Stopwatch.GetTimestamp();
        _ = work();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        long begin = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static void Tell(string what, double milliseconds) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {milliseconds:0.0} ms |"));

    private sealed class NoPoints : IPointDirectory
    {
        public event Action? Changed { add { } remove { } }

        public PointSnapshot Current => PointSnapshot.Empty;
    }
}
