using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Testing;

namespace Ordo.Identifiers.Tests.Records;

public sealed class HandleStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_handle_is_found_in_any_case_of_ASCII_and_keeps_its_spelling()
    {
        using HandleStore store = Open();
        await PutAsync(store, "88.999.1/Sn-阀门é", "one");
        Assert.Equal(("88.999.1/Sn-阀门é", "one"), Read(store, "88.999.1/sN-阀门é"));
        Assert.Null(Read(store, "88.999.1/Sn-阀门É"));
        await PutAsync(store, "88.999.1/SN-阀门é", "two");
        Assert.Equal(("88.999.1/Sn-阀门é", "two", 1L), (Read(store, "88.999.1/Sn-阀门é")!.Value.Name, Read(store, "88.999.1/Sn-阀门é")!.Value.Data, store.Count));
    }

    [Fact]
    public async Task What_was_stored_changed_and_deleted_is_so_after_a_start()
    {
        using (HandleStore store = Open(segmentBytes: 2_000))
        {
            Assert.True(await store.SetHomeAsync("88.999.1", true));
            Assert.False(await store.SetHomeAsync("88.999.1", true));
            for (int i = 0; i < 100; i++) await PutAsync(store, $"88.999.1/{i}", $"value {i}");
            for (int i = 0; i < 100; i += 2) await PutAsync(store, $"88.999.1/{i}", $"changed {i}");
            for (int i = 0; i < 100; i += 5) await store.ChangeAsync($"88.999.1/{i}", _ => ChangeDecision.Delete);
            await PutAsync(store, "88.999.1/0", "again");
        }

        // Once from the index files, once without them.
        for (int round = 0; round < 2; round++)
        {
            using HandleStore store = Open(segmentBytes: 2_000);
            Assert.Equal(81, store.Count);
            Assert.True(store.IsHome("88.999.1/x"u8));
            Assert.True(store.IsHome("0.na/88.999.1"u8));
            Assert.False(store.IsHome("88.999.2/x"u8));
            for (int i = 1; i < 100; i++)
                Assert.Equal(i % 5 == 0 ? null : i % 2 == 0 ? $"changed {i}" : $"value {i}", Read(store, $"88.999.1/{i}")?.Data);
            Assert.Equal("again", Read(store, "88.999.1/0")?.Data);
            store.List("88.999.1"u8, 0, 1000, out int total);
            Assert.Equal(81, total);
            foreach (string index in Directory.EnumerateFiles(folder.Path, "*.idx")) File.Delete(index);
        }
    }

    [Fact]
    public async Task Wherever_the_power_fails_everything_before_is_there()
    {
        using (HandleStore store = Open())
        {
            await PutAsync(store, "1/a", "first");
            await PutAsync(store, "1/b", "second");
        }

        string log = folder.File("handles-000000.log");
        byte[] whole = File.ReadAllBytes(log);
        int second = whole.AsSpan().IndexOf("1/b"u8) - RecordFrame.HeadSize;
        for (int cut = second; cut < whole.Length; cut++)
        {
            File.WriteAllBytes(log, whole[..cut]);
            using (HandleStore store = Open())
            {
                Assert.Equal(("1/a", "first"), Read(store, "1/a"));
                Assert.Null(Read(store, "1/b"));
                await PutAsync(store, "1/c", "after");
            }

            using HandleStore again = Open();
            Assert.Equal(("1/c", "after"), Read(again, "1/c"));
        }
    }

    [Fact]
    public async Task A_flipped_bit_is_an_error_and_never_an_answer()
    {
        using HandleStore store = Open();
        await PutAsync(store, "1/a", "first");
        string log = folder.File("handles-000000.log");
        using (var file = new FileStream(log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = Segment.HeadSize + RecordFrame.HeadSize + 12;
            file.WriteByte(0x55);
        }

        Assert.Throws<RecordDamagedException>(() => Read(store, "1/a"));
    }

    [Fact]
    public async Task Of_many_who_create_one_handle_at_once_one_succeeds()
    {
        using HandleStore store = Open();
        ChangeDecision[] decisions = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => store.ChangeAsync("1/a", old => old is null ? Values($"{i}") : new(ResponseCode.HandleExists))));
        Assert.Equal(1, decisions.Count(decision => decision.Code == ResponseCode.Success));
    }

    [Fact]
    public async Task A_change_that_throws_harms_nobody_else()
    {
        using HandleStore store = Open();
        Task<ChangeDecision> bad = store.ChangeAsync("1/a", _ => throw new FormatException()), good = PutAsync(store, "1/b", "b");
        await Assert.ThrowsAsync<FormatException>(() => bad);
        await good;
        Assert.Equal("b", Read(store, "1/b")?.Data);
    }

    [Fact]
    public async Task Readers_see_whole_records_while_they_change()
    {
        using HandleStore store = Open(segmentBytes: 100_000);
        using var stop = new CancellationTokenSource();
        var wrong = new ConcurrentQueue<string>();
        await PutAsync(store, "1/0", "0 0");
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
                if (Read(store, $"1/{i % 500}") is { } found && !found.Data.StartsWith(found.Name[2..] + " ", StringComparison.Ordinal)) wrong.Enqueue(found.Data);
        }))];
        for (int round = 0; round < 6; round++)
            await store.LoadAsync(Enumerable.Range(0, 500).Select(i => new LoadItem($"1/{i}", [HandleValue.Of(1, "T", $"{i} {round}")])), overwrite: true);
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Empty(wrong);
        Assert.Equal(500, store.Count);
    }

    [Fact]
    public async Task A_bulk_load_skips_or_replaces_what_exists_also_within_itself()
    {
        using HandleStore store = Open();
        LoadItem[] items = [new("1/a", [HandleValue.Of(1, "T", "1")]), new("1/b", [HandleValue.Of(1, "T", "2")]), new("1/A", [HandleValue.Of(1, "T", "3")])];
        Assert.Equal(new LoadResult(2, 1), await store.LoadAsync(items, overwrite: false));
        Assert.Equal("1", Read(store, "1/a")?.Data);
        Assert.Equal(new LoadResult(3, 0), await store.LoadAsync(items, overwrite: true));
        Assert.Equal(("1/a", "3"), Read(store, "1/A"));
    }

    [Fact]
    public async Task A_bulk_load_asks_its_rule_about_each_item_by_its_number_through_all_chunks()
    {
        const int items = 20_000, granted = 15_000;
        var rule = new Allowance(granted);
        using (HandleStore store = Open(segmentBytes: 300_000))
        {
            await PutAsync(store, "1/N6", "before");
            // 19,998 comes again in another case, 19,999 is larger than any record; the prefix 2 has no number before its first.
            LoadResult result = await store.LoadAsync(Enumerable.Range(0, items).Select(i => i switch
            {
                19_998 => new LoadItem("1/n19996", [HandleValue.Of(1, "T", "again")]),
                19_999 => new("1/HUGE", [HandleValue.Of(1, "T", new byte[300_000])]),
                _ => new($"{1 + (i % 3 == 1 ? 1 : 0)}/N{i}", [HandleValue.Of(1, "T", $"{i}")]),
            }), overwrite: false, rule);
            Assert.Equal((granted, items - granted), (result.Stored, result.Skipped));
        }

        Assert.Equal([(6, "before")], rule.Met);
        // 19,996 was one too many, so 19,998 is asked about as well.
        Assert.Equal(Enumerable.Range(0, items - 1).Where(i => i != 6), rule.Asked);
        using HandleStore again = Open(segmentBytes: 300_000);
        Assert.Equal(granted + 1, again.Count);
        for (int i = 6; i < items - 2; i += 13)
            Assert.Equal(i == 6 ? "before" : i <= granted ? $"{i}" : null, Read(again, $"{1 + (i % 3 == 1 ? 1 : 0)}/N{i}")?.Data);
    }

    [Fact]
    public async Task A_handle_deleted_in_the_same_breath_is_loaded_anew()
    {
        using HandleStore store = Open();
        await PutAsync(store, "1/a", "old");
        Task<ChangeDecision> deleting = store.ChangeAsync("1/a", _ => ChangeDecision.Delete);
        Assert.Equal(new LoadResult(1, 0), await store.LoadAsync([new("1/A", [HandleValue.Of(1, "T", "new")])], overwrite: false));
        await deleting;
        Assert.Equal(("1/A", "new", 1L), (Read(store, "1/a")!.Value.Name, Read(store, "1/a")!.Value.Data, store.Count));
    }

    [Fact]
    public async Task A_load_whose_items_end_in_a_fault_keeps_what_was_written_and_says_the_fault()
    {
        using HandleStore store = Open();
        await Assert.ThrowsAsync<FormatException>(() => store.LoadAsync(Enumerable.Range(0, 10_000).Select(i => i == 9_000 ? throw new FormatException() : new LoadItem($"1/{i}", [HandleValue.Of(1, "T", "x")])), overwrite: false));
        Assert.Equal(8_192, store.Count);
    }

    [Fact]
    public async Task A_load_that_failed_says_so_when_nothing_of_it_is_on_its_way_any_more()
    {
        using HandleStore store = Open();
        await PutAsync(store, "1/0", "before");
        var told = new TaskCompletionSource();
        var rule = new Stumbling(told.Task);
        Task<LoadResult> load = store.LoadAsync(Enumerable.Range(0, 20_000).Select(i => new LoadItem($"1/{i}", [HandleValue.Of(1, "T", "x")])), overwrite: false, rule);
        _ = load.ContinueWith(_ => told.SetResult(), TaskScheduler.Default);
        await Assert.ThrowsAsync<FormatException>(() => load);
        Assert.Equal(1 + 20_000 - rule.SizeOfFirstChunk, store.Count);
    }

    [Fact]
    public async Task A_list_has_the_living_in_the_order_in_which_they_were_written_page_by_page_also_after_a_start()
    {
        var expected = new List<string>();
        var random = new Random(5);
        using (HandleStore store = Open(segmentBytes: 50_000))
        {
            for (int i = 0; i < 3000; i++)
            {
                string name = $"1/{random.Next(1000)}";
                expected.Remove(name);
                if (random.Next(4) == 0)
                {
                    await store.ChangeAsync(name, old => old is null ? new(ResponseCode.HandleNotFound) : ChangeDecision.Delete);
                    continue;
                }

                expected.Add(name);
                await PutAsync(store, name, $"{i}");
                if (i % 10 == 0) await PutAsync(store, $"2/{i}", "of another prefix");
            }

            Check(store);
        }

        using HandleStore again = Open(segmentBytes: 50_000);
        Check(again);

        void Check(HandleStore store)
        {
            Assert.Equal(expected, Pages(store, 100));
            Assert.Equal(expected, Pages(store, 7));
            Assert.Equal(expected.Count, store.CountOf("1"u8));
        }

        static List<string> Pages(HandleStore store, int size)
        {
            var names = new List<string>();
            for (int skip = 0; ; skip += size)
            {
                IReadOnlyList<Octets> page = store.List("1"u8, skip, size, out _);
                names.AddRange(page.Select(name => name.ToString()));
                if (page.Count < size) return names;
            }
        }
    }

    [Fact]
    public async Task A_copy_has_what_its_primary_has_across_files_and_after_a_start_and_takes_nothing_else()
    {
        using var other = new TemporaryFolder();
        using HandleStore primary = Open(segmentBytes: 3_000);
        await primary.SetHomeAsync("1", true);
        for (int i = 0; i < 200; i++) await PutAsync(primary, $"1/{i % 150}", $"value {i}");
        await primary.ChangeAsync("1/7", _ => ChangeDecision.Delete);
        Assert.True(primary.Position.Segment > 2);
        using (HandleStore copy = Copy())
        {
            await copy.AdoptAsync(primary.Position.Seed);
            await CopyAllAsync(primary, copy);
            Check(copy);
            await Assert.ThrowsAsync<IOException>(() => PutAsync(copy, "1/mine", "x"));
            await Assert.ThrowsAsync<InvalidDataException>(() => copy.CopyAsync(copy.Position.Segment, copy.Position.Length + 8, []));
            await Assert.ThrowsAsync<InvalidDataException>(() => copy.CopyAsync(copy.Position.Segment, copy.Position.Length, new byte[16]));
            await Assert.ThrowsAsync<InvalidDataException>(() => copy.AdoptAsync(1));
        }

        await PutAsync(primary, "1/later", "9");
        using HandleStore again = Copy();
        await CopyAllAsync(primary, again);
        Check(again);
        Assert.Equal("9", Read(again, "1/later")?.Data);

        HandleStore Copy() => new(other.Path, NullLogger<HandleStore>.Instance, 3_000, isCopy: true);

        void Check(HandleStore copy)
        {
            Assert.Equal(primary.Position, copy.Position);
            Assert.True(copy.IsHome("1/x"u8));
            for (int i = 0; i < 150; i++) Assert.Equal(Read(primary, $"1/{i}"), Read(copy, $"1/{i}"));
            Assert.Equal(primary.List("1"u8, 0, 1000, out _), copy.List("1"u8, 0, 1000, out _));
        }
    }

    internal static async Task CopyAllAsync(HandleStore primary, HandleStore copy)
    {
        byte[] buffer = new byte[700];
        while (copy.Position != primary.Position)
        {
            LogPosition here = copy.Position;
            if (Take(-1, here.Prefixes) is { Length: > 0 } prefixes) await copy.CopyAsync(-1, here.Prefixes, prefixes);
            else if (Take(here.Segment, here.Length) is { Length: > 0 } frames) await copy.CopyAsync(here.Segment, here.Length, frames);
            else await copy.CopyAsync(here.Segment + 1, Segment.HeadSize, Take(here.Segment + 1, Segment.HeadSize));
        }

        byte[] Take(int file, long from) => buffer[..RecordFrame.WholeFrames(buffer.AsSpan(0, primary.ReadLog(file, from, buffer)))];
    }

    /// <summary>What stands on disk must be readable by every later version.</summary>
    [Fact]
    public void The_bytes_of_a_frame_are_frozen()
    {
        var frame = new RecordFrame(FrameKind.Put, 5, "1/a"u8, 2, [1, 2, 3]);
        byte[] bytes = new byte[frame.PaddedSize];
        frame.Write(bytes);
        Assert.Equal("06000000" + "05000001" + "0300" + "0200" + "312f61" + "010203" + "0000", Convert.ToHexStringLower(bytes.AsSpan(4)));
        Assert.Equal(Checksum.Of(bytes.AsSpan(4, 18)), BitConverter.ToUInt32(bytes));
        Assert.True(RecordFrame.TryRead(bytes, out RecordFrame plain) && !plain.BeginsWrite); // as all are in files of before marks were made
        RecordFrame.MarkWrite(bytes);
        Assert.Equal("06000000" + "05000081" + "0300" + "0200", Convert.ToHexStringLower(bytes.AsSpan(4, 12)));
        Assert.True(RecordFrame.TryRead(bytes, out RecordFrame marked) && marked is { BeginsWrite: true, Kind: FrameKind.Put, Prefix: 5, ValueCount: 2 });
        Assert.Equal([1, 2, 3, 4, 5], Enum.GetValues<FrameKind>().Select(kind => (int)kind));
        Assert.Equal(0xE3069283, Checksum.Of("123456789"u8));
    }

    internal static ChangeDecision Values(string data) => new(ResponseCode.Success, [HandleValue.Of(1, "T", data)]);

    private static Task<ChangeDecision> PutAsync(HandleStore store, string handle, string data) => store.ChangeAsync(handle, _ => Values(data));

    private static (string Name, string Data)? Read(HandleStore store, string handle)
    {
        if (!store.TryRead(Encoding.UTF8.GetBytes(handle), new RecordBuffer(), out RecordFrame frame)) return null;
        var reader = new WireReader(frame.Values.ToArray());
        return (Encoding.UTF8.GetString(frame.Handle), HandleValue.Read(ref reader).Data.ToString());
    }

    private HandleStore Open(long segmentBytes = 1 << 20) => new(folder.Path, NullLogger<HandleStore>.Instance, segmentBytes);

    /// <summary>Fails at the first item of the first chunk, and takes a while over the first of the second.</summary>
    private sealed class Stumbling(Task told) : ILoadRule
    {
        public int SizeOfFirstChunk { get; private set; }

        public bool MayStore(int item)
        {
            if (SizeOfFirstChunk > 0) return true;
            SizeOfFirstChunk = item;
            told.Wait(TimeSpan.FromMilliseconds(300)); // one that tells too early does so meanwhile
            return true;
        }

        public void Meet(int item, in RecordFrame present) => throw new FormatException();

        public void MeetDamaged(int item) => throw new NotSupportedException();
    }

    /// <summary>Grants so many.</summary>
    private sealed class Allowance(int most) : ILoadRule
    {
        public List<int> Asked { get; } = [];

        public List<(int Item, string Data)> Met { get; } = [];

        public bool MayStore(int item)
        {
            Asked.Add(item);
            return --most >= 0;
        }

        public void Meet(int item, in RecordFrame present) => Met.Add((item, present.Decode()[0].Data.ToString()));

        public void MeetDamaged(int item) => throw new NotSupportedException();
    }
}
