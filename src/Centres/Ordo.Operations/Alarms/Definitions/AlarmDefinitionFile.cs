using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park.Import;

namespace Ordo.Operations.Alarms.Definitions;

/// <summary>What an import did, or would do.</summary>
/// <param name="Pending">Wait for a second person.</param>
public sealed record AlarmImportResult(int Created, int Updated, int Unchanged, int Pending, bool IsApplied);

/// <summary>
/// Definitions as a table, one a row, known by their code: what a spreadsheet edits. Every bad cell is named; with one wrong nothing is changed. Limits of points
/// are rows too; their limit is the point's and must stay as it is.
/// </summary>
internal sealed class AlarmDefinitionFile(AlarmDefinitionDesk desk, AlarmDefinitionList list)
{
    public const long MaxBytes = 32L << 20;

    private const int MaxRows = 100_000, MaxFaults = 1000;

    private static readonly Column[] Columns =
    [
        new("code", d => d.Code, null),
        new("kind", d => Word(d.Kind), null),
        new("nameZh", d => d.NameZh, (d, c) => d with { NameZh = c }),
        new("nameEn", d => d.NameEn, (d, c) => d with { NameEn = c }),
        new("assetId", d => Number(d.AssetId), (d, c) => d with { AssetId = Whole(c) ?? throw BadCellException.Required }),
        new("pointId", d => Number(d.PointId), (d, c) => d.IsLimitOfPoint ? d : d with { PointId = Whole(c) }),
        new("enabled", d => d.IsEnabled ? "true" : "false", (d, c) => d with { IsEnabled = Boolean(c) }),
        new("priority", d => Number(d.Priority), (d, c) => d with { Priority = (int)(Whole(c) ?? throw BadCellException.Required) }),
        new("latching", d => d.IsLatching ? "true" : "false", (d, c) => d with { IsLatching = Boolean(c) }),
        new("limit", d => Number(d.Limit), (d, c) => d.IsLimitOfPoint ? SameLimit(d, d.Limit, Real(c)) : d with { Limit = Real(c) }),
        new("worseLimit", d => Number(d.WorseLimit), (d, c) => d with { WorseLimit = Real(c) }),
        new("deadband", d => Number(d.Deadband), (d, c) => d.IsLimitOfPoint ? SameLimit(d, d.Deadband, Real(c) ?? 0) : d with { Deadband = Real(c) ?? 0 }),
        new("onDelaySeconds", d => Number(d.OnDelayMs / 1000.0), (d, c) => d with { OnDelayMs = Milliseconds(c) }),
        new("offDelaySeconds", d => Number(d.OffDelayMs / 1000.0), (d, c) => d with { OffDelayMs = Milliseconds(c) }),
        new("direction", d => Word(d.Direction), (d, c) => d with { Direction = Choice<AlarmDirection>(c) }),
        new("setpoint", d => Number(d.Setpoint), (d, c) => d with { Setpoint = Real(c) }),
        new("referencePointId", d => Number(d.ReferencePointId), (d, c) => d with { ReferencePointId = Whole(c) }),
        new("windowSeconds", d => Number(d.WindowSeconds), (d, c) => d with { WindowSeconds = (int?)Whole(c) }),
        new("values", d => d.Values ?? "", (d, c) => d with { Values = Blank(c) }),
        new("mask", d => Number(d.Mask), (d, c) => d with { Mask = Whole(c) }),
        new("expression", d => d.Expression ?? "", (d, c) => d with { Expression = Blank(c) }),
        new("suppressWhen", d => d.SuppressWhen ?? "", (d, c) => d with { SuppressWhen = Blank(c) }),
        new("suppressIn", d => d.SuppressIn ?? "", (d, c) => d with { SuppressIn = Blank(c.Replace(" ", "", StringComparison.Ordinal)) }),
        new("consequence", d => d.Consequence ?? "", (d, c) => d with { Consequence = Blank(c) }),
        new("severity", d => Word(d.Severity), (d, c) => d with { Severity = Choice<AlarmSeverity>(c) }),
        new("response", d => d.Response ?? "", (d, c) => d with { Response = Blank(c) }),
        new("requiredRole", d => d.RequiredRole ?? "", (d, c) => d with { RequiredRole = Blank(c) }),
        new("timeToRespondSeconds", d => Number(d.TimeToRespondSeconds), (d, c) => d with { TimeToRespondSeconds = (int?)Whole(c) }),
        new("stepUpAfterSeconds", d => Number(d.StepUpAfterSeconds), (d, c) => d with { StepUpAfterSeconds = (int?)Whole(c) }),
    ];

    /// <summary>Writes what the filter finds, with a byte order mark, for spreadsheets.</summary>
    public async Task WriteAsync(Stream to, AlarmDefinitionFilter filter, Caller caller, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await writer.WriteAsync(string.Join(',', Columns.Select(c => c.Name)) + "\r\n");
        foreach (AlarmDefinition definition in await list.FindAsync(filter, caller, cancellation))
            await writer.WriteAsync(string.Join(',', Columns.Select(c => Quoted(CsvText.Guard(c.Read(definition))))) + "\r\n");
    }

    /// <param name="file">CSV, UTF-8.</param>
    /// <param name="name">Of the file, for what is wrong with it.</param>
    /// <param name="reason">Why; for the history.</param>
    /// <param name="isApplied">Not only looked at.</param>
    /// <param name="caller">Whose rights hold.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What was done; or what is wrong, cell by cell.</returns>
    public async Task<(AlarmImportResult? Result, IReadOnlyList<BadCell> Faults)> ReadAsync(
        Stream file, string name, string? reason, bool isApplied, Caller caller, CancellationToken cancellation)
    {
        List<BadCell> faults = [];
        List<(AlarmDefinition? Before, AlarmDefinition? After)> changes = [];
        int unchanged = 0;
        Dictionary<string, AlarmDefinition> known = list.Visible(caller).ToDictionary(d => d.Code);
        HashSet<string> codes = [];
        foreach (var (row, cells) in Rows(file, name, faults))
        {
            if (faults.Count >= MaxFaults) break;
            string code = cells.GetValueOrDefault("code", "");
            if (code.Length == 0) faults.Add(new(name, row, "code", "", new Text("必填。", "It is required.").ToString()));
            else if (!codes.Add(code)) faults.Add(new(name, row, "code", code, new Text("该编码在文件中出现了两次。", "This code is in the file twice.").ToString()));
            else if (await JudgeAsync(name, row, cells, known.GetValueOrDefault(code), caller, faults, cancellation) is not { } change) continue;
            else if (change.Before is not null && AlarmDefinitionDiff.Of(change.Before, change.After).Count == 0) unchanged++;
            else changes.Add(change);
        }
        if (faults.Count > 0) return (null, faults);
        int pending = changes.Count(c => desk.NeedsApproval(c.Before, c.After)), created = changes.Count(c => c.Before is null);
        if (isApplied && changes.Count > 0) await desk.SaveAsync(changes, reason, caller, cancellation);
        return (new(created, changes.Count - created, unchanged, pending, isApplied), []);
    }

    private static IEnumerable<(int Row, Dictionary<string, string> Cells)> Rows(Stream file, string name, List<BadCell> faults)
    {
        using CsvReader csv = CsvReader.Create(file, new CsvReaderOptions
        {
            Encoding = new UTF8Encoding(false), TrackLineNumbers = true, MaxRecordSize = 1 << 20, HasHeader = false, PoolStrings = true, MalformedData = CsvMalformedDataHandling.Throw,
        }, leaveOpen: true);
        if (!csv.Read()) yield break;
        string[] header = [.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i).Trim().TrimStart('\uFEFF'))];
        foreach (string unknown in header.Where(h => h.Length > 0 && !Columns.Any(c => c.Name == h)))
            faults.Add(new(name, 1, unknown, unknown, new Text("没有这一列。", "There is no such column.").ToString()));
        if (!header.Contains("code")) faults.Add(new(name, 1, "code", "", new Text("缺少 code（编码）列。", "The column 'code' is missing.").ToString()));
        if (faults.Count > 0) yield break;
        for (int rows = 0; csv.Read(); rows++)
        {
            if (rows == MaxRows)
            {
                faults.Add(new(name, (int)csv.LineNumber, "", "", new Text($"一个文件最多 {MaxRows} 行。", $"A file may have {MaxRows} rows.").ToString()));
                yield break;
            }
            Dictionary<string, string> cells = [];
            for (int i = 0; i < Math.Min(csv.FieldCount, header.Length); i++)
                if (header[i].Length > 0) cells[header[i]] = CsvText.Unguard(csv.GetString(i)).Trim();
            if (cells.Values.Any(c => c.Length > 0)) yield return ((int)csv.LineNumber, cells);
        }
    }

    private async Task<(AlarmDefinition? Before, AlarmDefinition? After)?> JudgeAsync(
        string name, int row, Dictionary<string, string> cells, AlarmDefinition? before, Caller caller, List<BadCell> faults, CancellationToken cancellation)
    {
        int wrong = faults.Count;
        AlarmKind kind = before?.Kind ?? default;
        if (cells.TryGetValue("kind", out string? word) && word.Length > 0)
        {
            if (!TryWord(word, out AlarmKind given)) Report("kind", new($"应为 {string.Join("、", Words<AlarmKind>())} 之一。", $"It must be one of {string.Join(", ", Words<AlarmKind>())}."));
            else if (before is not null && given != kind) Report("kind", new("已有定义的类型不能更改。", "The kind of an existing definition cannot be changed."));
            kind = given;
        }
        else if (before is null)
        {
            Report("kind", new("必填。", "It is required."));
        }
        if (faults.Count > wrong) return null;

        AlarmDefinition after = before is null
            ? new() { Code = cells["code"], NameZh = "", Kind = kind, AssetId = 0, Priority = AlarmPriority.DefaultOf(kind), Version = 0 }
            : before with { };
        foreach (Column column in Columns)
        {
            if (column.Write is null || !cells.TryGetValue(column.Name, out string? cell) || (before is not null && column.Read(before) == cell)) continue;
            if (before is null && cell.Length == 0) continue; // an empty cell of a new one is the default
            try
            {
                after = column.Write(after, cell);
            }
            catch (BadCellException bad)
            {
                Report(column.Name, bad.Reason);
            }
        }
        if (faults.Count > wrong) return null;
        foreach (Fault fault in await desk.JudgeAsync(after, caller, cancellation)) Report(fault.Field, fault.Reason);
        return faults.Count > wrong ? null : (before, after);

        void Report(string column, Text reason) => faults.Add(new(name, row, column, cells.GetValueOrDefault(column, ""), reason.ToString()));
    }

    private static AlarmDefinition SameLimit(AlarmDefinition definition, double? of, double? given) => given is null || given == of
        ? definition
        : throw new BadCellException(new("限值与回差属于点位，请在点位上修改。", "Limit and deadband are the point's; change them there."));

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string? Blank(string cell) => cell.Length == 0 ? null : cell;

    private static string Number<T>(T? value) where T : struct, IFormattable => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Number<T>(T value) where T : struct, IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static IEnumerable<string> Words<T>() where T : struct, Enum => Enum.GetValues<T>().Select(Word);

    private static bool TryWord<T>(string cell, out T value) where T : struct, Enum
    {
        foreach (T known in Enum.GetValues<T>())
        {
            value = known;
            if (Word(known) == cell) return true;
        }
        value = default;
        return false;
    }

    private static T Choice<T>(string cell) where T : struct, Enum =>
        cell.Length == 0 ? default : TryWord(cell, out T value) ? value : throw new BadCellException(new($"应为 {string.Join("、", Words<T>())} 之一。", $"It must be one of {string.Join(", ", Words<T>())}."));

    private static double? Real(string cell) => cell.Length == 0 ? null
        : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value
        : throw new BadCellException(new("应为数字（小数点为“.”，无千分位）。", "It must be a number (decimal point, no grouping)."));

    private static long? Whole(string cell) => cell.Length == 0 ? null
        : long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value
        : throw new BadCellException(new("应为整数。", "It must be a whole number."));

    private static int Milliseconds(string cell) => (int)Math.Clamp(Math.Round((Real(cell) ?? 0) * 1000), int.MinValue, int.MaxValue);

    private static bool Boolean(string cell) => cell switch
    {
        "true" or "1" or "是" => true,
        "false" or "0" or "否" => false,
        _ => throw new BadCellException(new("应为 true 或 false。", "It must be true or false.")),
    };

    /// <param name="Name">Of the column.</param>
    /// <param name="Read">The cell of a definition.</param>
    /// <param name="Write">Puts a cell into a definition; <c>null</c> for what identifies it.</param>
    private sealed record Column(string Name, Func<AlarmDefinition, string> Read, Func<AlarmDefinition, string, AlarmDefinition>? Write);

    private sealed class BadCellException(Text reason) : Exception(reason.En)
    {
        public static BadCellException Required => new(new("必填。", "It is required."));

        public Text Reason { get; } = reason;
    }
}
