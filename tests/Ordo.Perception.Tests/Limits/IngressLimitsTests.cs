using System.Net;
using Ordo.Perception.Limits;
using Ordo.Testing;

namespace Ordo.Perception.Tests.Limits;

public class IngressLimitsTests
{
    private readonly FakeTime clock = new();

    private IngressLimits Limits(int maxTracked = 100) => new(
        new LimitOptions
        {
            DeviceSource = new() { MessagesPerSecond = 10, SamplesPerSecond = 100, Burst = TimeSpan.FromSeconds(2) },
            HttpSource = new(),
            ConnectionsPerAddress = 2,
            MaxTracked = maxTracked,
        },
        clock);

    [Fact]
    public void A_sender_may_burst_and_then_keeps_to_its_rate()
    {
        IngressLimits limits = Limits();
        RateGate gate = limits.OfSource(Ingress.Device, 1);
        int sent = Send(limits, gate, 1000, samples: 1);
        Assert.Equal(21, sent); // two seconds' worth, and the one that goes over
        Assert.Equal(TimeSpan.FromSeconds(0.1), gate.Wait(limits.Now));
        for (int second = 0; second < 5; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(10, Send(limits, gate, 1000, samples: 1));
        }
        clock.Advance(TimeSpan.FromHours(1)); // silence saves up no more than the burst
        Assert.Equal(21, Send(limits, gate, 1000, samples: 1));
    }

    [Fact]
    public void Samples_count_too_and_a_large_message_passes_once()
    {
        IngressLimits limits = Limits();
        RateGate gate = limits.OfSource(Ingress.Device, 1);
        Assert.Equal(1, Send(limits, gate, 10, samples: 1000));
        Assert.Equal(TimeSpan.FromSeconds(8), gate.Wait(limits.Now));
        clock.Advance(TimeSpan.FromSeconds(8));
        Assert.True(gate.IsOpen(limits.Now));
        Assert.Equal(TimeSpan.Zero, gate.Wait(limits.Now));
    }

    [Fact]
    public void No_limit_is_no_limit_and_senders_do_not_disturb_each_other()
    {
        IngressLimits limits = Limits();
        Assert.Equal(100_000, Send(limits, limits.OfSource(Ingress.Http, 1), 100_000, samples: 1000));
        Send(limits, limits.OfSource(Ingress.Device, 1), 100, samples: 1);
        Assert.True(limits.OfSource(Ingress.Device, 2).IsOpen(limits.Now));
        Assert.False(limits.OfSource(Ingress.Device, 1).IsOpen(limits.Now));
    }

    [Fact]
    public void Refusals_are_counted()
    {
        IngressLimits limits = Limits();
        RateGate gate = limits.OfSource(Ingress.Device, 1);
        gate.CountRefused(3);
        limits.OfAddress(Ingress.Device, IPAddress.Loopback).CountRefused();
        Assert.Equal((3, 4), (gate.Refused, limits.Refused));
    }

    [Fact]
    public void An_address_is_one_address_over_both_protocols()
    {
        var address = IPAddress.Parse("10.1.2.3");
        IngressLimits limits = Limits();
        Assert.Same(limits.OfAddress(Ingress.Device, address), limits.OfAddress(Ingress.Device, address.MapToIPv6()));
    }

    [Fact]
    public void Invented_senders_do_not_fill_the_memory_and_a_debtor_is_not_forgotten_for_them()
    {
        IngressLimits limits = Limits(maxTracked: 50);
        RateGate debtor = limits.OfSource(Ingress.Device, 0);
        Send(limits, debtor, 100, samples: 1);
        for (int i = 1; i < 1000; i++)
        {
            limits.OfSource(Ingress.Device, i);
            Assert.InRange(limits.Tracked, 1, 51);
        }
        Assert.Same(debtor, limits.OfSource(Ingress.Device, 0));
    }

    [Fact]
    public void Many_threads_share_one_bucket()
    {
        IngressLimits limits = Limits();
        RateGate gate = limits.OfSource(Ingress.Device, 1);
        Parallel.For(0, 1000, _ => gate.Charge(limits.Now, 1, 10));
        Assert.Equal(TimeSpan.FromSeconds(98), gate.Wait(limits.Now));
    }

    private static int Send(IngressLimits limits, RateGate gate, int messages, int samples)
    {
        int sent = 0;
        while (sent < messages && gate.IsOpen(limits.Now))
        {
            gate.Charge(limits.Now, 1, samples);
            sent++;
        }
        return sent;
    }
}
