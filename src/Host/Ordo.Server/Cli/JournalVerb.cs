using System.CommandLine;
using System.Globalization;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms;

namespace Ordo.Server.Cli;

/// <summary><c>ordo verify-journal</c>: whether the journal of the alarms is what was written. Exit code 0: it is; 1: somebody tampered with it, or it is damaged.</summary>
public static class JournalVerb
{
    public static Command Create()
    {
        Option<string> data = Verb.Data();
        var command = new Command("verify-journal", "Compare every entry of the alarm journal with its hash, and say the last one, to be compared with one that was noted elsewhere. Works beside a running server.") { data };
        command.SetAction(async (parsed, cancellation) =>
        {
            JournalVerdict? verdict = null;
            await OfflineServices.UseAsync(parsed.GetRequiredValue(data), async services =>
                verdict = await JournalVerifier.VerifyAsync(services.GetRequiredService<OrdoDbContext>(), cancellation));
            return await SayAsync(verdict);
        });
        return command;
    }

    private static async Task<int> SayAsync(JournalVerdict? verdict)
    {
        if (verdict is null)
        {
            await Console.Out.WriteLineAsync("The folder was written by a version whose alarm journal had no hashes; start the server once, and it has.");
            return 0;
        }
        if (!verdict.IsGood)
        {
            await Console.Error.WriteLineAsync($"TAMPERED alarm journal: {verdict.What}. {verdict.Events:N0} events were read up to there.");
            return 1;
        }
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"alarm journal: {verdict.Events:N0} events good ({verdict.Unchained:N0} of them written before there were hashes), last hash {verdict.Head ?? "none"}"));
        return 0;
    }
}
