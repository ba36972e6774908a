using System.Globalization;
using System.Net;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>A running server is backed up while it takes data, and what comes back is whole.</summary>
public sealed class BackupTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_backup_made_under_load_restores_to_everything_acknowledged_before_it_and_the_second_one_is_small()
    {
        string work = Directory.CreateTempSubdirectory("ordo-e2e-backup-").FullName;
        try
        {
            string shelf = Path.Combine(work, "shelf"), restored = Path.Combine(work, "restored");
            int acknowledged = 0, before;
            await using (ServerProcess server = await ServerProcess.StartAsync())
            {
                using HttpClient writer = await server.WriterAsync();
                using var stop = new CancellationTokenSource();
                var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Task load = Task.Run(async () =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        using HttpResponseMessage answer = await writer.WriteLinesAsync(Lines(acknowledged, 50));
                        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
                        if (Volatile.Read(ref acknowledged) > 20_000) enough.TrySetResult();
                        Interlocked.Add(ref acknowledged, 50);
                    }
                });
                await Task.WhenAny(enough.Task, load).WaitAsync(Patience.Limit);
                (int code, string said) = await ServerProcess.RunAsync("backup", "--data", server.Data, "--to", shelf);
                Assert.True(code == 0, said);
                before = Volatile.Read(ref acknowledged);
                (code, said) = await ServerProcess.RunAsync("backup", "--data", server.Data, "--to", shelf);
                Assert.True(code == 0, said);
                await stop.CancelAsync();
                await load;
                (code, said) = await ServerProcess.RunAsync("verify", "--data", server.Data);
                Assert.True(code == 0, said);
                // Steps are written when a store is closed: whoever made a token or verified has not opened the running server's.
                Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(server.Data, "identifiers")), path => path.EndsWith(".idx", StringComparison.Ordinal));
                using HttpClient admin = await server.SignInAsync();
                Assert.DoesNotContain("backup", await admin.GetStringAsync("/api/v1/tokens?all=true"), StringComparison.Ordinal); // the verb's own token is gone
            }

            (int restoredCode, string answered) = await ServerProcess.RunAsync("restore", shelf, "--data", restored);
            Assert.True(restoredCode == 0, answered);
            (int verified, answered) = await ServerProcess.RunAsync("verify", "--data", restored);
            Assert.True(verified == 0, answered);
            await using (ServerProcess server = await ServerProcess.StartAsync(data: restored))
            {
                using HttpClient reader = await server.SignInAsync();
                Dictionary<long, double> found = await reader.SamplesAsync("backup", "n", Start, Start.AddYears(1));
                Assert.True(found.Count >= before, $"{found.Count} of {before}");
                Assert.Equal(Enumerable.Range(0, found.Count).Select(n => (double)n), found.OrderBy(pair => pair.Key).Select(pair => pair.Value));
            }

            string block = Directory.EnumerateFiles(Path.Combine(shelf, "blocks"), "*", SearchOption.AllDirectories).OrderByDescending(path => new FileInfo(path).Length).First();
            byte[] bytes = await File.ReadAllBytesAsync(block);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(block, bytes);
            (int damaged, answered) = await ServerProcess.RunAsync("verify", "--backup", shelf);
            Assert.Equal(1, damaged);
            Assert.Contains("DAMAGED", answered, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string Lines(int from, int count) => string.Concat(Enumerable.Range(from, count).Select(n => string.Create(
        CultureInfo.InvariantCulture, $"backup n={n} {Start.AddSeconds(n).ToUnixTimeMilliseconds()}\n")));
}
