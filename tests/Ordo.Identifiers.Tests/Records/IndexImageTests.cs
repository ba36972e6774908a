using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Testing;

namespace Ordo.Identifiers.Tests.Records;

/// <summary>A start from an image of the index finds what a start without one finds, whatever happened to the image.</summary>
public sealed class IndexImageTests : IDisposable
{
    private const long Never = long.MaxValue;
    private readonly TemporaryFolder folder = new();
    private readonly List<string> living = [];
    private readonly Random random = new(7);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_start_takes_the_image_and_does_only_what_came_after_it()
    {
        using (HandleStore store = Open(folder.Path))
        {
            await ChangeAsync(store, 600);
            store.WriteImage(() => true);
            await ChangeAsync(store, 30);
        }

        using HandleStore again = Open(folder.Path);
        Assert.Equal(30, again.StepsOfStart);
        Check(again);
        await ChangeAsync(again, 100); // lists go on where the image ended
        Check(again);
    }

    [Fact]
    public async Task Handles_change_and_files_begin_between_two_parts_of_an_image_and_a_kill_finds_all_of_it()
    {
        using var killed = new TemporaryFolder();
        using HandleStore store = Open(folder.Path);
        await ChangeAsync(store, 400);
        int before = store.Position.Segment;
        store.WriteImage(() =>
        {
            ChangeAsync(store, 3).GetAwaiter().GetResult();
            return true;
        });
        Assert.True(store.Position.Segment > before + 2);
        await ChangeAsync(store, 5);
        using HandleStore again = Killed(killed.Path);
        Assert.Equal(5, again.StepsOfStart);
        Check(again);
        await ChangeAsync(again, 100);
        Check(again);
    }

    [Fact]
    public async Task A_kill_while_an_image_is_written_leaves_the_one_before()
    {
        using HandleStore store = Open(folder.Path);
        await ChangeAsync(store, 300);
        store.WriteImage(() => true);
        await ChangeAsync(store, 40);
        int part = 0;
        store.WriteImage(() =>
        {
            if (part++ % 100 != 50) return true;
            using var killed = new TemporaryFolder();
            using HandleStore again = Killed(killed.Path);
            Assert.Equal(40, again.StepsOfStart);
            Assert.Empty(Directory.EnumerateFiles(killed.Path, "*.new"));
            Check(again);
            return true;
        });
    }

    [Fact]
    public async Task Images_are_made_by_themselves_while_handles_are_loaded_and_at_a_stop()
    {
        using (HandleStore store = Open(folder.Path, imageSteps: 500))
        {
            await store.LoadAsync(Enumerable.Range(0, 20_000).Select(i => new LoadItem($"1/{i}", [HandleValue.Of(1, "T", $"{i}")])), overwrite: false);
            await store.Imaging;
            Assert.True(File.Exists(folder.File("index.image")));
        }

        using (HandleStore again = Open(folder.Path, imageSteps: 500))
        {
            Assert.InRange(again.StepsOfStart, 0, 20_000 / 16);
            Assert.Equal(20_000, again.Count);
            Assert.Equal("1/19999", again.List("1"u8, 19_999, 1, out int total).Single().ToString());
            Assert.Equal(20_000, total);
        }
    }

    [Fact]
    public async Task An_image_that_is_damaged_anywhere_is_not_used()
    {
        using (HandleStore store = Open(folder.Path))
        {
            await ChangeAsync(store, 300);
            store.WriteImage(() => true);
        }

        string path = folder.File("index.image");
        byte[] whole = File.ReadAllBytes(path);
        for (int at = 0; at < whole.Length; at += 1 + (at < 40 || at > whole.Length - 40 ? 0 : random.Next(whole.Length / 60)))
        {
            byte[] flipped = [.. whole];
            flipped[at] ^= (byte)(1 << random.Next(8));
            foreach (byte[] bytes in (byte[][])[flipped, whole[..at]])
            {
                File.WriteAllBytes(path, bytes);
                File.Delete(Directory.EnumerateFiles(folder.Path, "*.idx").Max(StringComparer.Ordinal)!); // as after a kill, so that the steps in the image count
                using HandleStore again = Open(folder.Path);
                Assert.NotEqual(0, again.StepsOfStart);
                Assert.False(File.Exists(path));
                if (at % 8 == 0) Check(again);
            }
        }
    }

    [Fact]
    public async Task An_image_of_a_later_moment_or_of_another_history_is_not_used()
    {
        using var other = new TemporaryFolder();
        using var restored = new TemporaryFolder();
        using (HandleStore store = Open(folder.Path))
        {
            await ChangeAsync(store, 100);
            CopyTo(other.Path);
            CopyTo(restored.Path);
            for (int i = 0; i < 50; i++) await PutAsync(store, $"1/later{i}", "of one history");
            store.WriteImage(() => true);
        }

        foreach (string path in (string[])[other.Path, restored.Path]) File.Copy(folder.File("index.image"), Path.Combine(path, "index.image"));
        using (HandleStore store = Open(restored.Path))
        {
            Assert.NotEqual(0, store.StepsOfStart);
            Check(store);
        }

        // The same store that went another way, and is as long.
        File.Delete(Path.Combine(other.Path, "index.image"));
        using (HandleStore store = Open(other.Path))
            for (int i = 0; i < 60; i++) await PutAsync(store, $"1/other{i}", "of one history");
        File.Copy(folder.File("index.image"), Path.Combine(other.Path, "index.image"));
        using (HandleStore store = Open(other.Path))
        {
            Assert.NotEqual(0, store.StepsOfStart);
            Assert.NotNull(store.Find("1/other0"));
            Assert.Null(store.Find("1/later0"));
        }
    }

    [Fact]
    public async Task Without_the_steps_of_a_file_the_image_is_not_used_or_not_needed()
    {
        using (HandleStore store = Open(folder.Path))
        {
            await ChangeAsync(store, 300);
            store.WriteImage(() => true);
            await ChangeAsync(store, 200);
        }

        foreach (string steps in Directory.EnumerateFiles(folder.Path, "*.idx").Order(StringComparer.Ordinal))
        {
            File.Delete(steps);
            using HandleStore again = Open(folder.Path);
            Check(again);
        }
    }

    [Fact]
    public async Task A_tail_that_was_not_written_to_its_end_is_cut_behind_an_image_too()
    {
        using var killed = new TemporaryFolder();
        using HandleStore store = Open(folder.Path);
        await ChangeAsync(store, 300);
        store.WriteImage(() => true);
        await ChangeAsync(store, 3);
        CopyTo(killed.Path);
        using (var log = new FileStream(Directory.EnumerateFiles(killed.Path, "*.log").Order(StringComparer.Ordinal).Last(name => name.Contains("handles-", StringComparison.Ordinal)), FileMode.Append)) log.Write(new byte[13]);
        using HandleStore again = Open(killed.Path);
        Assert.Equal(3, again.StepsOfStart);
        Assert.Single(Directory.EnumerateFiles(killed.Path, "*.torn-*"));
        Check(again);
    }

    /// <summary>Puts, replaces and deletes, and notes what lives in the order in which it was written.</summary>
    private async Task ChangeAsync(HandleStore store, int changes)
    {
        for (int i = 0; i < changes; i++)
        {
            string? old = living.Count > 20 && random.Next(2) == 0 ? living[random.Next(living.Count)] : null;
            string name = old ?? $"{1 + random.Next(2)}/{random.Next():x}";
            living.Remove(name);
            if (old is not null && random.Next(2) == 0)
            {
                await store.ChangeAsync(name, _ => ChangeDecision.Delete);
                continue;
            }

            living.Add(name);
            await PutAsync(store, name, "of " + name);
        }
    }

    private void Check(HandleStore store)
    {
        Assert.Equal(living.Count, store.Count);
        foreach (string name in living) Assert.Equal("of " + name, store.Find(name)?.Values.Single().Data.ToString());
        foreach (string prefix in (string[])["1", "2"])
        {
            Assert.Equal(living.Where(name => name.StartsWith(prefix + "/", StringComparison.Ordinal)), store.List(Encoding.ASCII.GetBytes(prefix), 0, int.MaxValue, out int total).Select(name => name.ToString()));
            Assert.Equal(total, store.CountOf(Encoding.ASCII.GetBytes(prefix)));
        }
    }

    private static Task<ChangeDecision> PutAsync(HandleStore store, string handle, string data) => store.ChangeAsync(handle, _ => HandleStoreTests.Values(data));

    /// <summary>The store as a start finds it when the process was killed now.</summary>
    private HandleStore Killed(string path)
    {
        CopyTo(path);
        return Open(path);
    }

    private void CopyTo(string path)
    {
        foreach (string file in Directory.EnumerateFiles(folder.Path)) File.Copy(file, Path.Combine(path, Path.GetFileName(file)), overwrite: true);
    }

    private static HandleStore Open(string path, long imageSteps = Never) => new(path, NullLogger<HandleStore>.Instance, segmentBytes: 4_000, imageSteps);
}
