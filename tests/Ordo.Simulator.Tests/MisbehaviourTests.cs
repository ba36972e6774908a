namespace Ordo.Simulator.Tests;

public class MisbehaviourTests
{
    [Fact]
    public void A_fault_happens_as_often_as_was_asked_and_no_other_does()
    {
        Misbehaviour faults = Misbehaviour.Parse("crc=0.1", seed: 7);
        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => faults.Happens(Fault.Crc)), 900, 1100);
        Assert.DoesNotContain(true, Enumerable.Range(0, 10_000).Select(_ => faults.Happens(Fault.Drop)));
    }

    [Fact]
    public void The_same_seed_and_device_go_wrong_at_the_same_messages()
    {
        Assert.Equal(Of("A", 7), Of("A", 7));
        Assert.NotEqual(Of("A", 7), Of("B", 7));
        Assert.NotEqual(Of("A", 7), Of("A", 8));

        static bool[] Of(string device, int seed)
        {
            Misbehaviour faults = Misbehaviour.Parse("drop=0.5", seed).Of(device);
            return [.. Enumerable.Range(0, 100).Select(_ => faults.Happens(Fault.Drop))];
        }
    }

    [Theory]
    [InlineData("explode")]
    [InlineData("3")]
    [InlineData("drop=2")]
    [InlineData("drop=often")]
    public void A_fault_that_does_not_exist_is_refused_by_name(string text) => Assert.Throws<FormatException>(() => Misbehaviour.Parse(text, 1));

    [Fact]
    public void Another_machine_is_refused_unless_it_is_allowed()
    {
        var options = new SimulatorOptions { Server = new("http://192.0.2.1:8080"), Hj212 = new(System.Net.IPAddress.Parse("192.0.2.1"), 5212) };
        Assert.Equal(2, options.Faults().Count());
        Assert.Empty((options with { AllowRemote = true }).Faults());
        Assert.Empty(new SimulatorOptions().Faults());
    }

    [Fact]
    public void Every_wrong_option_is_named_at_once() =>
        Assert.Equal(4, new SimulatorOptions { Speed = 0, History = TimeSpan.FromHours(-1), RealTimeInterval = TimeSpan.Zero, Data = "/nowhere" }.Faults().Count());
}
