using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Ordo.EndToEnd;

/// <summary>The data folders that earlier releases have written (<c>tests/fixtures/data-folders</c>), opened by this one.</summary>
public sealed class OlderFolderTests
{
    private static readonly string Fixtures = Path.Combine(ServerProcess.Repository, "tests", "fixtures", "data-folders");
    private static readonly DateTimeOffset First = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Releases => [.. Directory.GetFiles(Fixtures, "*.tar.gz").Select(file => Path.GetFileName(file)[..^".tar.gz".Length])];

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Everything_in_the_folder_of_a_release_is_there(string release)
    {
        string work = Directory.CreateTempSubdirectory("ordo-older-").FullName;
        try
        {
            await UnpackAsync(Path.Combine(Fixtures, release + ".tar.gz"), work);
            await using ServerProcess server = await ServerProcess.StartAsync("server", Path.Combine(work, "data"));
            using HttpClient keeper = await server.SignInAsync("keeper", "Fixture-1-keeper");

            Assert.Equal(["FIX-C", "FIX-E", "FIX-P", "FIX-R"], (await keeper.ItemsAsync("/api/v1/assets")).Select(a => a.GetProperty("code").GetString()).Order());
            JsonElement point = (await keeper.ItemsAsync("/api/v1/points")).Single();
            Assert.Equal(("POWER", 100), (point.GetProperty("code").GetString(), point.GetProperty("limits").GetProperty("high").GetDouble()));

            Dictionary<long, double> power = await keeper.SamplesAsync("fixture,meter=1", "power", First, First.AddHours(2));
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (First.AddMinutes(i).ToUnixTimeMilliseconds(), i + 0.5)), power.OrderBy(s => s.Key).Select(s => (s.Key, s.Value)));
            // What is of no asset yet is the administrator's.
            using HttpClient admin = await server.SignInAsync("admin", "Fixture-1-administrator");
            Assert.Equal(35.5, (await admin.SamplesAsync("FIXTURE-DEVICE-000000001", "a34004-Rtd", First, First.AddHours(2))).Single().Value);

            JsonElement alarm = (await keeper.ItemsAsync("/api/v1/alarms?state=all")).Single();
            Assert.Equal(("acknowledged", 150), (alarm.GetProperty("state").GetString(), alarm.GetProperty("value").GetDouble()));
            Assert.Contains(alarm.GetProperty("acknowledgedBy").GetString(), (string[])["keeper", "Keeper"]);
            Assert.Equal("seen before the upgrade", alarm.GetProperty("comment").GetString());

            JsonElement token = (await admin.ItemsAsync("/api/v1/tokens")).Single();
            Assert.Equal(("fixture", "ingest"), (token.GetProperty("name").GetString(), token.GetProperty("role").GetString()));

            // And it goes on living.
            using HttpResponseMessage written = await (await server.WriterAsync("Fixture-1-administrator")).WriteLinesAsync($"fixture,meter=1 power=11 {First.AddMinutes(100).ToUnixTimeMilliseconds()}\n");
            Assert.Equal(HttpStatusCode.NoContent, written.StatusCode);
            Assert.Equal(101, (await keeper.SamplesAsync("fixture,meter=1", "power", First, First.AddHours(2))).Count);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    [Fact]
    public void There_is_a_folder_of_some_release() => Assert.NotEmpty(Releases);

    private static async Task UnpackAsync(string archive, string target)
    {
        using Process tar = Process.Start(new ProcessStartInfo("tar", ["-xzf", archive, "-C", target, "--no-same-owner"]))!;
        await tar.WaitForExitAsync();
        Assert.Equal(0, tar.ExitCode);
    }
}
