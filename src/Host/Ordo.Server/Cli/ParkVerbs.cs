using System.CommandLine;
using System.Globalization;
using Ordo.Foundation.Park.Import;

namespace Ordo.Server.Cli;

/// <summary><c>ordo import</c> and <c>ordo export</c>: a whole park as one file, the same as in the console.</summary>
public static class ParkVerbs
{
    public static Command CreateImport()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A .csv or .xlsx in the import format; `ordo export` writes one." };
        var check = new Option<bool>("--check") { Description = "Say what would happen, and change nothing." };
        Option<string> data = Verb.Data();
        var command = new Command("import", "Import a park (assets, sources, points). Every row is checked first; one bad cell, and nothing changes. Stop the server before: it would not see the change.") { file, check, data };
        command.SetAction(async (parsed, cancellation) =>
        {
            FileInfo source = parsed.GetRequiredValue(file);
            if (!source.Exists) throw new StartRefusedException($"There is no file {source.FullName}.");
            using DataFolders.DataFolderSession session = DataFolders.DataFolderSession.Open(parsed.GetRequiredValue(data));
            int faults = 0;
            await OfflineServices.UseAsync(session.Folder.FullPath, async services =>
            {
                await using FileStream stream = source.OpenRead();
                ImportOutcome outcome = await services.GetRequiredService<ParkImporter>().ImportAsync(stream, FormatOf(source.Name), source.Name, isDryRun: parsed.GetValue(check), cancellation: cancellation);
                faults = outcome.FaultCount;
                foreach (CellFault fault in outcome.Faults)
                    await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{fault.Sheet} row {fault.Row}, {fault.Column} '{fault.Value}': {fault.Reason.En}"));
                if (faults > 0) await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{faults} bad cells; nothing was changed."));
                else
                    foreach ((string sheet, ImportCount count) in outcome.Counts)
                        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{sheet}: {count.Created} created, {count.Updated} updated, {count.Unchanged} unchanged"));
            });
            return faults > 0 ? 1 : 0;
        });
        command.Subcommands.Add(TelemetryVerbs.CreateImport());
        return command;
    }

    public static Command CreateExport()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The .csv or .xlsx to write." };
        Option<string> data = Verb.Data();
        var command = new Command("export", "Export the park as a file that `ordo import` reads. Works beside a running server.") { file, data };
        command.SetAction((parsed, cancellation) => OfflineServices.UseAsync(parsed.GetRequiredValue(data), async services =>
        {
            FileInfo target = parsed.GetRequiredValue(file);
            ParkFileFormat format = FormatOf(target.Name);
            await using FileStream stream = target.Create();
            await services.GetRequiredService<ParkExporter>().ExportAsync(stream, format, cancellation: cancellation);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{stream.Length:N0} bytes in {target.FullName}"));
        }));
        command.Subcommands.Add(TelemetryVerbs.CreateExport());
        return command;
    }

    private static ParkFileFormat FormatOf(string name) => Path.GetExtension(name).ToUpperInvariant() switch
    {
        ".CSV" => ParkFileFormat.Csv,
        ".XLSX" => ParkFileFormat.Xlsx,
        var other => throw new StartRefusedException($"The file must end in .csv or .xlsx, not '{other}'."),
    };
}
