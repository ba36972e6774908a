using Ordo.Operations.Live;

namespace Ordo.Operations.Tests.Live;

public sealed class LiveMessagesTests
{
    private readonly LiveMessages messages = new();
    private readonly List<LiveMessage> got = [];

    [Fact]
    public void Each_client_gets_every_message_once_and_in_order()
    {
        long early = messages.Next;
        Add(1);
        long late = messages.Next;
        Add(2);
        Assert.True(messages.TryCopy(ref early, got));
        Assert.Equal(["1", "2"], got.Select(m => m.Permission));
        got.Clear();
        Assert.True(messages.TryCopy(ref late, got));
        Assert.Equal(["2"], got.Select(m => m.Permission));
        got.Clear();
        Assert.True(messages.TryCopy(ref early, got));
        Assert.Empty(got);
    }

    [Fact]
    public void Up_to_the_bound_nothing_is_lost_and_beyond_it_the_client_learns_that_it_was()
    {
        long place = messages.Next, behind = place;
        for (int i = 0; i < LiveMessages.Capacity; i++) Add(i);
        Assert.True(messages.TryCopy(ref place, got));
        Assert.Equal(LiveMessages.Capacity, got.Count);
        got.Clear();

        Add(0);
        Assert.False(messages.TryCopy(ref behind, got));
        Assert.Empty(got);
        Add(7);
        Assert.True(messages.TryCopy(ref behind, got));
        Assert.Single(got);
    }

    [Fact]
    public void What_was_lost_on_the_way_is_told_to_everybody()
    {
        long place = messages.Next;
        messages.Lose();
        Assert.False(messages.TryCopy(ref place, got));
        Add(1);
        Assert.True(messages.TryCopy(ref place, got));
        Assert.Single(got);
    }

    private void Add(int name) => messages.Add(new(name.ToString(System.Globalization.CultureInfo.InvariantCulture), null, default));
}
