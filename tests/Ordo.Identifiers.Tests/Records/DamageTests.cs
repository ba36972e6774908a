using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Testing;

namespace Ordo.Identifiers.Tests.Records;

/// <summary>What a store says of itself, and still gives out, when bytes of its files changed while it did not run.</summary>
public sealed class DamageTests : IDisposable
{
    private const int SegmentBytes = 4_000;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_bit_that_changed_takes_its_own_record_and_no_other_wherever_it_is()
    {
        string[] names = ["1/a", "1/b", "1/c"];
        using (HandleStore store = Open())
        {
            foreach (string name in names) await PutAsync(store, name, "first of " + name[2]);
            foreach (string name in names) await PutAsync(store, name, "second of " + name[2]);
        }

        ForgetIndex();
        string file = folder.File("handles-000000.log");
        byte[] whole = File.ReadAllBytes(file);
        int begin = whole.AsSpan().LastIndexOf("1/b"u8) - RecordFrame.HeadSize, end = whole.AsSpan().LastIndexOf("1/c"u8) - RecordFrame.HeadSize, errors = 0;
        for (int bit = begin * 8; bit < end * 8; bit += 3) // two or three of every byte
        {
            byte[] changed = [.. whole];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(file, changed);
            ForgetIndex();
            using HandleStore store = Open();
            Assert.Equal("second of a", Read(store, "1/a"));
            Assert.Equal("second of c", Read(store, "1/c"));
            int inFrame = (bit / 8) - begin;
            string? found = ReadOrDamaged(store, "1/b");
            if (found == "damaged") errors++;
            // The record before may answer only where the change took the name, its length, its prefix, its kind or the whole length: nobody knows then whose the record was.
            else if (found == "first of b") Assert.InRange(inFrame, 4, RecordFrame.HeadSize + 2);
            else Assert.True(found == "second of b" && inFrame >= end - begin - 7, $"{found} after a change of byte {inFrame}"); // zeros behind the record
            Assert.Equal(whole.Length, store.Position.Length);
            // Nobody can say who may change a record that cannot be read.
            if (found == "damaged") await Assert.ThrowsAsync<RecordDamagedException>(() => PutAsync(store, "1/b", "third"));
            else await PutAsync(store, "1/b", "third");
            Assert.Equal(found == "damaged" ? found : "third", ReadOrDamaged(store, "1/b"));
        }

        Assert.True(errors > 50, $"Only {errors} changes were seen by whoever asked.");
    }

    [Fact]
    public async Task Damage_of_any_size_and_place_takes_nothing_that_is_outside_of_it()
    {
        var random = new Random(11);
        for (int round = 0; round < 40; round++)
        {
            using var other = new TemporaryFolder();
            var newest = new Dictionary<string, string>();
            using (HandleStore store = Open(other))
            {
                for (int i = 0; i < 120; i++)
                {
                    string name = $"{1 + random.Next(3)}/{random.Next(60)}", data = $"{i} {new string('v', random.Next(200))}";
                    if (random.Next(6) > 0)
                    {
                        await PutAsync(store, name, data);
                        newest[name] = data;
                        continue;
                    }

                    LoadItem[] items = [.. Enumerable.Range(0, 5).Select(each => new LoadItem($"2/{i}-{each}", [HandleValue.Of(1, "T", $"{each}")]))];
                    await store.LoadAsync(items, overwrite: true);
                    foreach (LoadItem item in items) newest[item.Handle.ToString()] = item.Values[0].Data.ToString();
                }
            }

            ForgetIndex(other);
            string file = random.GetItems([.. Directory.GetFiles(other.Path, "handles-*.log").Where(path => new FileInfo(path).Length > 3_000)], 1)[0];
            byte[] bytes = File.ReadAllBytes(file);
            // The last write of the newest file may not have been told to anybody.
            int from = Segment.HeadSize + random.Next(bytes.Length - Segment.HeadSize - 1_500), size = 1 + random.Next(1_000);
            byte[] noise = new byte[size];
            random.NextBytes(noise);
            if (random.Next(3) == 0) noise.AsSpan().Clear();
            string before = Encoding.Latin1.GetString(bytes);
            noise.CopyTo(bytes, from);
            File.WriteAllBytes(file, bytes);

            IdentifierVerification verified = HandleStoreVerifier.Verify(other.Path);
            Assert.NotEmpty(verified.Damages);
            Assert.Equal(0, verified.TornBytes);
            using HandleStore again = Open(other);
            int gone = 0;
            foreach ((string name, string data) in newest)
            {
                string? found = ReadOrDamaged(again, name);
                if (found == data) continue;
                gone++;
                // Its newest record must have been where the damage is.
                int at = before.LastIndexOf(name + "\0\0\0\u0001", StringComparison.Ordinal);
                Assert.True(at >= 0 && at - RecordFrame.HeadSize < from + size && at + name.Length + 30 + data.Length + 8 > from, $"round {round}: {name} is {found ?? "gone"} though the damage is elsewhere");
            }

            Assert.InRange(gone, 0, 1 + (size / 24));
            await PutAsync(again, "9/new", "x");
            Assert.Equal("x", Read(again, "9/new"));
        }
    }

    [Fact]
    public async Task Of_a_write_that_was_not_finished_nothing_is_taken_for_damage()
    {
        using (HandleStore store = Open())
        {
            await PutAsync(store, "1/a", "before");
            await store.LoadAsync([.. "abc".Select(name => new LoadItem($"1/{name}", [HandleValue.Of(1, "T", "after, and long enough to be seen")]))], overwrite: true);
        }

        // The disk had the end of the last write but not its beginning when the power failed.
        ForgetIndex();
        string file = folder.File("handles-000000.log");
        byte[] bytes = File.ReadAllBytes(file);
        int second = bytes.AsSpan().LastIndexOf("1/a"u8);
        bytes.AsSpan(second + 10, 20).Clear();
        File.WriteAllBytes(file, bytes);
        Assert.Equal(bytes.Length - (second - RecordFrame.HeadSize), HandleStoreVerifier.Verify(folder.Path).TornBytes);
        using HandleStore again = Open();
        Assert.Equal("before", Read(again, "1/a"));
        Assert.Null(Read(again, "1/b"));
        Assert.Equal(1, again.Count);
    }

    [Fact]
    public async Task A_prefix_that_is_damaged_takes_no_number_from_another()
    {
        using (HandleStore store = Open())
            for (int i = 1; i <= 4; i++)
            {
                await store.SetHomeAsync($"{i}", home: true);
                for (int each = 0; each < i; each++) await PutAsync(store, $"{i}/{each}", $"{i}");
            }

        ForgetIndex();
        string file = folder.File("prefixes.log");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan(Segment.HeadSize).IndexOf("2"u8) + Segment.HeadSize] = (byte)'7';
        File.WriteAllBytes(file, bytes);
        Assert.Single(HandleStoreVerifier.Verify(folder.Path).Damages);
        for (int open = 0; open < 2; open++)
        {
            using HandleStore store = Open();
            Assert.Equal(["1", "3", "4"], store.HomePrefixes.Where(name => name != "8").Order());
            foreach (int i in (int[])[1, 3, 4]) Assert.Equal(i, store.CountOf(Encoding.UTF8.GetBytes($"{i}")));
            for (int i = 1; i <= 4; i++) Assert.Equal($"{i}", Read(store, $"{i}/0"));
            await store.SetHomeAsync("8", home: true);
            await PutAsync(store, "8/0", "8");
            Assert.Equal(1, store.CountOf("8"u8));
        }
    }

    [Fact]
    public async Task A_copy_gets_what_is_damaged_at_its_end_once_more()
    {
        using var other = new TemporaryFolder();
        using HandleStore primary = Open();
        using (HandleStore copy = Open(other, isCopy: true))
        {
            for (int i = 0; i < 40; i++) await PutAsync(primary, $"1/{i}", new string('z', 150));
            await copy.AdoptAsync(primary.Position.Seed);
            await HandleStoreTests.CopyAllAsync(primary, copy);
        }

        ForgetIndex(other);
        string file = Directory.GetFiles(other.Path, "handles-*.log").Max()!;
        byte[] bytes = File.ReadAllBytes(file);
        bytes[Segment.HeadSize + 40] ^= 4;
        File.WriteAllBytes(file, bytes);
        using HandleStore again = Open(other, isCopy: true);
        Assert.True(again.Position.Bytes < primary.Position.Bytes);
        await HandleStoreTests.CopyAllAsync(primary, again);
        Assert.Equal((primary.Position, primary.Count), (again.Position, again.Count));
        for (int i = 0; i < 40; i++) Assert.Equal(Read(primary, $"1/{i}"), Read(again, $"1/{i}"));
    }

    [Fact]
    public async Task A_list_names_a_damaged_record_and_a_load_goes_past_it()
    {
        using HandleStore store = Open();
        foreach (string name in (string[])["1/a", "1/b"]) await PutAsync(store, name, "some data");
        using (var file = new FileStream(folder.File("handles-000000.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = Segment.HeadSize + RecordFrame.HeadSize + 12;
            file.WriteByte(0x55);
        }

        // Nor does it hold up those that come with it in a file.
        Assert.Equal(new LoadResult(1, 2), await store.LoadAsync([.. "abc".Select(name => new LoadItem($"1/{name}", [HandleValue.Of(1, "T", "x")]))], overwrite: false));
        Assert.Equal(["1/a", "1/b", "1/c"], store.List("1"u8, 0, 10, out int total).Select(name => name.ToString()));
        Assert.Equal(3, total);
        Assert.Equal("damaged", ReadOrDamaged(store, "1/a"));
    }

    [Fact]
    public async Task Of_many_damaged_records_the_first_are_named_and_the_others_counted()
    {
        using (HandleStore store = Open())
            for (int i = 10; i < 61; i++) await PutAsync(store, $"1/{i}", "some data");

        string file = folder.File("handles-000000.log");
        byte[] bytes = File.ReadAllBytes(file);
        for (int i = 10; i < 60; i += 2) bytes[bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"1/{i}")) + 30] ^= 1;
        File.WriteAllBytes(file, bytes);
        IReadOnlyList<IdentifierDamage> damages = HandleStoreVerifier.Verify(folder.Path).Damages;
        Assert.Equal(21, damages.Count);
        for (int i = 0; i < 20; i++) Assert.EndsWith($"it seems the record of 1/{10 + (2 * i)}", damages[i].What, StringComparison.Ordinal);
        Assert.Equal("and 5 more places", damages[20].What);
    }

    [Fact]
    public async Task A_file_that_is_missing_between_others_is_named()
    {
        using (HandleStore store = Open())
            for (int i = 0; i < 80; i++) await PutAsync(store, $"1/{i}", new string('z', 150));

        Assert.Empty(HandleStoreVerifier.Verify(folder.Path).Damages);
        File.Delete(folder.File("handles-000001.log"));
        Assert.Contains("handles-000001.log is missing", Assert.Throws<InvalidDataException>(() => Open()).Message, StringComparison.Ordinal);
        Assert.Equal("handles-000001.log", Assert.Single(HandleStoreVerifier.Verify(folder.Path).Damages).File);
    }

    [Fact]
    public async Task A_check_beside_a_store_that_writes_finds_nothing_wrong_and_all_that_was_there_before()
    {
        using HandleStore store = Open();
        await PutAsync(store, "1/first", "x");
        long written = 1;
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 1_500; i++, Interlocked.Increment(ref written)) await PutAsync(store, $"1/{i}", new string('w', i % 400));
        });
        bool isLast;
        do
        {
            isLast = writing.IsCompleted;
            long least = Interlocked.Read(ref written);
            IdentifierVerification verified = HandleStoreVerifier.Verify(folder.Path);
            Assert.Empty(verified.Damages);
            Assert.True(verified.Good.Where(file => file.File != "prefixes.log").Sum(file => file.Records) >= least);
        }
        while (!isLast);
        await writing;
    }

    private void ForgetIndex(TemporaryFolder? of = null)
    {
        foreach (string path in Directory.GetFiles((of ?? folder).Path, "*.idx")) File.Delete(path);
    }

    private HandleStore Open(TemporaryFolder? of = null, bool isCopy = false) => new((of ?? folder).Path, NullLogger<HandleStore>.Instance, SegmentBytes, isCopy: isCopy);

    private static Task<ChangeDecision> PutAsync(HandleStore store, string handle, string data) => store.ChangeAsync(handle, _ => HandleStoreTests.Values(data));

    private static string? Read(HandleStore store, string handle) => store.Find(handle)?.Values[0].Data.ToString();

    private static string? ReadOrDamaged(HandleStore store, string handle)
    {
        try
        {
            return Read(store, handle);
        }
        catch (RecordDamagedException)
        {
            return "damaged";
        }
    }
}
