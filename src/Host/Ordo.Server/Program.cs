using System.CommandLine;
using Ordo.Server.Cli;

namespace Ordo.Server;

/// <summary>The command line. Exit code 0: done; 1: refused or failed, with one sentence on stderr; 2: the words were not understood.</summary>
public static class Program
{
    public static Task<int> Main(string[] args)
    {
        var root = new RootCommand("Ordo 斡尔朵: one platform that runs a smart industrial park.")
        {
            ServerVerb.Create(),
            DemoVerb.Create(),
            OpenApiVerb.Create(),
            BackupVerbs.CreateBackup(),
            BackupVerbs.CreateRestore(),
            VerifyVerb.Create(),
            ParkVerbs.CreateImport(),
            ParkVerbs.CreateExport(),
            MigrateTelemetryVerb.Create(),
            AccountVerbs.CreateUser(),
            AccountVerbs.CreateToken(),
            JournalVerb.Create(),
        };
        ParseResult parsed = root.Parse(args);
        // The server handles SIGINT and SIGTERM itself: it must seal its chunks before the process ends, however long that takes.
        return Verb.RunAsync(parsed);
    }
}
