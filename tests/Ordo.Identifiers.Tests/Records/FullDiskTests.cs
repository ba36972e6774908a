using System.Collections.Frozen;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Templates;
using Ordo.Testing;

namespace Ordo.Identifiers.Tests.Records;

/// <summary>The store of identifiers on a disk that fills up and gets room again.</summary>
public sealed class FullDiskTests
{
    private const string NoMount = "This user may not mount a tmpfs, so that no disk can be filled here.";

    [Fact]
    public async Task What_a_full_disk_refuses_stands_nowhere_and_what_comes_when_there_is_room_again_is_taken()
    {
        await using SmallDisk? disk = await SmallDisk.MountAsync(16);
        Assert.SkipWhen(disk is null, NoMount);
        var random = new Random(7);
        var expected = new Dictionary<string, string>();
        int refused = 0, lives = 0;
        for (; lives < 6; lives++)
        {
            using HandleStore store = Open(disk);
            Check(store, expected);
            bool full = false;
            for (int i = 0; i < 400; i++)
            {
                if (random.Next(full ? 8 : 40) == 0)
                {
                    full = !full;
                    if (full) disk.Fill();
                    else disk.Empty();
                }

                // Large ones beside small ones: the last bytes of a page that is there can be taken by a disk without a free one.
                string name = $"1/{random.Next(300)}", data = $"{i} {new string('x', random.Next(2) == 0 ? 5 : random.Next(6_000))}";
                try
                {
                    switch (random.Next(8))
                    {
                        case 0:
                            await store.ChangeAsync(name, _ => ChangeDecision.Delete);
                            expected.Remove(name);
                            break;
                        case 1 when !full:
                            await store.SetHomeAsync($"{random.Next(50)}", random.Next(2) == 0);
                            break;
                        default:
                            await store.ChangeAsync(name, _ => HandleStoreTests.Values(data));
                            expected[name] = data;
                            break;
                    }
                }
                catch (IOException)
                {
                    Assert.True(full, "Refused although there is room.");
                    refused++;
                }
            }

            Check(store, expected);
            disk.Empty();
            await store.ChangeAsync("1/last", _ => HandleStoreTests.Values("there is room"));
            expected["1/last"] = "there is room";
        }

        Assert.True(refused > 20, $"Only {refused} changes were refused: the disk was hardly ever full.");
        using HandleStore last = Open(disk);
        Check(last, expected);
    }

    [Fact]
    public async Task A_load_that_met_a_full_disk_is_brought_again_and_doubles_nothing()
    {
        await using SmallDisk? disk = await SmallDisk.MountAsync(16);
        Assert.SkipWhen(disk is null, NoMount);
        LoadItem[] items = [.. Enumerable.Range(0, 20_000).Select(i => new LoadItem($"1/{i}", [HandleValue.Of(1, "T", $"{i}")]))];
        using (HandleStore store = Open(disk))
        {
            await store.LoadAsync(items.Take(5_000), overwrite: false);
            disk.Fill();
            await Assert.ThrowsAnyAsync<IOException>(() => store.LoadAsync(items, overwrite: false));
            long before = store.Count;
            Assert.InRange(before, 5_000, 19_999);
            disk.Empty();
            Assert.Equal(new LoadResult(20_000 - before, before), await store.LoadAsync(items, overwrite: false));
        }

        using HandleStore again = Open(disk);
        Assert.Equal(20_000, again.Count);
        Check(again, items.ToDictionary(item => item.Handle.ToString(), item => item.Values[0].Data.ToString()));
    }

    [Fact]
    public async Task A_copy_goes_on_when_there_is_room_again()
    {
        await using SmallDisk? disk = await SmallDisk.MountAsync(4);
        Assert.SkipWhen(disk is null, NoMount);
        using var folder = new TemporaryFolder();
        using var primary = new HandleStore(folder.Path, NullLogger<HandleStore>.Instance, 20_000);
        using var copy = new HandleStore(disk.File("copy"), NullLogger<HandleStore>.Instance, 20_000, isCopy: true);
        await copy.AdoptAsync(primary.Position.Seed);
        for (int round = 0; round < 4; round++)
        {
            for (int i = 0; i < 60; i++) await primary.ChangeAsync($"1/{round}-{i}", _ => HandleStoreTests.Values(new string('y', 500)));
            disk.Fill();
            await Assert.ThrowsAnyAsync<IOException>(() => HandleStoreTests.CopyAllAsync(primary, copy));
            disk.Empty();
            await HandleStoreTests.CopyAllAsync(primary, copy);
            Assert.Equal((primary.Position, primary.Count), (copy.Position, copy.Count));
        }
    }

    [Fact]
    public async Task Rows_that_a_full_disk_refused_again_and_again_use_up_no_quota()
    {
        await using SmallDisk? disk = await SmallDisk.MountAsync(16);
        Assert.SkipWhen(disk is null, NoMount);
        using HandleStore store = Open(disk);
        var field = new TemplateField("name", 2000, "名称", "Name", FieldKind.Text, Required: true, FieldVisibility.Public, 100);
        var template = new Template(1, 1, "t", 1, "产品", "Product", new(new("", SuffixCharacters.Any, 1, 40), [field]), isUsed: true);
        var enterprise = new EnterpriseEntry(1, 1, "/1/", "企业", "Enterprise", "3216", default, FrozenDictionary<string, Template>.Empty, []);
        var prefix = new PrefixEntry(1, "1", PrefixState.Allotted, Quota: 2_000, ContractEnds: null, enterprise);
        var registrar = new Registrar(store, databases: null!, TimeProvider.System);
        (string, Dictionary<string, string>)[] rows = [.. Enumerable.Range(0, 2_001).Select(i => ($"{i}", new Dictionary<string, string> { ["name"] = $"阀门 {i}" }))];
        disk.Fill();
        for (int tries = 0; tries < 3; tries++) await Assert.ThrowsAnyAsync<IOException>(() => registrar.RegisterAsync(prefix, template, rows));
        disk.Empty();
        Registered[] outcomes = await registrar.RegisterAsync(prefix, template, rows);
        Assert.Equal([.. Enumerable.Repeat(Registered.Done, 2_000), Registered.QuotaUsed], outcomes);
        Assert.Equal(2_000, store.Count);
    }

    private static HandleStore Open(SmallDisk disk) => new(disk.File("store"), NullLogger<HandleStore>.Instance, 200_000);

    private static void Check(HandleStore store, Dictionary<string, string> expected)
    {
        Assert.Equal(expected.Count, store.Count);
        Assert.Equal(expected.Count, store.CountOf("1"u8));
        var buffer = new RecordBuffer();
        foreach ((string name, string data) in expected)
        {
            Assert.True(store.TryRead(Encoding.UTF8.GetBytes(name), buffer, out RecordFrame record), $"{name} is missing.");
            Assert.Equal(data, record.Decode()[0].Data.ToString());
        }
    }
}
