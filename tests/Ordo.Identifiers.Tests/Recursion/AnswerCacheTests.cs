using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Recursion;
using Ordo.Testing;

namespace Ordo.Identifiers.Tests.Recursion;

public sealed class AnswerCacheTests
{
    private readonly FakeTime time = new();

    [Fact]
    public void Each_value_is_kept_as_long_as_its_TTL_says()
    {
        AnswerCache cache = Cache();
        var until = (uint)time.GetUtcNow().AddSeconds(30).ToUnixTimeSeconds();
        cache.Put("A", Found(Value(1, 60), Value(2, 10), Value(3, until, ttlType: 1), Value(4, 1000, ttlType: 9)));
        Assert.NotNull(cache.Find("A", value => value.Index <= 3));
        Assert.Null(cache.Find("A", value => value.Index == 4)); // nobody knows what such a TTL means
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(cache.Find("A", value => value.Index == 2));
        Assert.NotNull(cache.Find("A", value => value.Index == 3));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(cache.Find("A", value => value.Index == 3));
        Assert.Null(cache.Find("A", _ => true));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(59, cache.Find("A", value => value.Index == 1)!.Value.Age.TotalSeconds);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(cache.Find("A", value => value.Index == 1));
        Assert.Equal((0, 0L), (cache.Count, cache.Bytes));
    }

    [Fact]
    public void A_clock_that_somebody_sets_makes_nothing_older_or_younger()
    {
        AnswerCache cache = Cache();
        cache.Put("A", Found(Value(1, 60)));
        time.SetClock(time.GetUtcNow().AddDays(-3));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(cache.Find("A", _ => true));
        time.SetClock(time.GetUtcNow().AddDays(6));
        Assert.NotNull(cache.Find("A", _ => true));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(cache.Find("A", _ => true));
    }

    [Fact]
    public void What_is_not_there_is_known_for_a_short_while_and_what_was_not_told_for_a_shorter()
    {
        AnswerCache cache = Cache();
        cache.Put("NONE", new(ResponseCode.HandleNotFound, [], "", []));
        cache.Put("DEAD", new(ResponseCode.Error, [], "", []));
        cache.Put("SOME", Found(Value(1, 600)));
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.NotNull(cache.Find("DEAD", _ => true));
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(cache.Find("DEAD", _ => true));
        time.Advance(TimeSpan.FromSeconds(24));
        Assert.NotNull(cache.Find("NONE", _ => true));
        Assert.NotNull(cache.Find("SOME", value => value.Index == 7)); // that it has no such value
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(cache.Find("NONE", _ => true));
        Assert.Null(cache.Find("SOME", value => value.Index == 7));
        Assert.NotNull(cache.Find("SOME", value => value.Index == 1));
    }

    [Fact]
    public void No_value_is_kept_longer_than_the_setting_and_one_without_a_lifetime_not_at_all()
    {
        AnswerCache cache = Cache();
        cache.Put("A", Found(Value(1, uint.MaxValue)));
        cache.Put("ZERO", Found(Value(1, 0)));
        Assert.Null(cache.Find("ZERO", _ => true));
        Assert.Equal(1, cache.Count);
        time.Advance(TimeSpan.FromDays(1));
        Assert.Null(cache.Find("A", _ => true));
    }

    [Fact]
    public void When_it_is_full_what_was_not_asked_for_longest_goes()
    {
        AnswerCache cache = Cache(maxBytes: 100_000);
        for (int i = 0; i < 10_000; i++)
        {
            cache.Put($"H{i}", Found(Value(1, 600, new string('x', 100))));
            Assert.NotNull(cache.Find("H0", _ => true));
            Assert.InRange(cache.Bytes, 1, 100_000);
        }

        Assert.NotNull(cache.Find("H9999", _ => true));
        Assert.Null(cache.Find("H5000", _ => true));
        cache.Put("H0", Found(Value(1, 600, new string('x', 200_000)))); // too large for all of it: not kept, and no reason to forget the others
        Assert.Null(cache.Find("H0", _ => true));
        Assert.NotNull(cache.Find("H9999", _ => true));
    }

    private AnswerCache Cache(long maxBytes = 1 << 20) => new(maxBytes, TimeSpan.FromDays(1), TimeSpan.FromSeconds(30), time);

    private static ForeignAnswer Found(params HandleValue[] values) => new(ResponseCode.Success, values, "", []);

    private static HandleValue Value(uint index, uint ttl, string data = "d", byte ttlType = 0) => HandleValue.Of(index, "T", data) with { Ttl = ttl, TtlType = ttlType };
}
