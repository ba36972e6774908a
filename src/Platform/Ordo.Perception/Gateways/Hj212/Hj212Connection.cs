using System.Net;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>What a receiver tells the connection whose input it reads.</summary>
internal abstract class Hj212Connection
{
    private readonly HashSet<Hj212Device> carried = [];

    /// <summary>Address and port of the other side.</summary>
    public abstract string Remote { get; }

    public abstract IPAddress? Address { get; }

    public abstract IHj212Link Link { get; }

    /// <summary>Bytes since the last good frame that were none.</summary>
    public int NoiseBytes { get; private set; }

    /// <summary>Unreadable frames since the last good one.</summary>
    public int Faults { get; private set; }

    public bool HadFrame { get; private set; }

    public int Frames { get; private set; }

    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> frames);

    public void NoteFrame()
    {
        (NoiseBytes, Faults, HadFrame) = (0, 0, true);
        Frames++;
    }

    public void NoteNoise(int bytes) => NoiseBytes += bytes;

    public void NoteFault() => Faults++;

    /// <summary>Several devices may share a connection (a concentrator), and one may move to another.</summary>
    public void Carries(Hj212Device device) => carried.Add(device);

    /// <summary>The device that noise belongs to, as far as one can tell: the only one this connection carries.</summary>
    public Hj212Device? OnlyDevice => carried.Count == 1 ? carried.First() : null;

    /// <summary>Takes a frame into account.</summary>
    public void Charge(IngressLimits limits, Hj212Device? device, int samples)
    {
        TimeSpan now = limits.Now;
        limits.OfAddress(Ingress.Device, Address).Charge(now, 1, samples);
        if (device is not null) limits.OfSource(Ingress.Device, device.Source.Id).Charge(now, 1, samples);
    }

    /// <summary>How long a device or the other side must be made to wait, because it sends more than it may.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="nowMs">For the frame log.</param>
    /// <param name="log">The server's log.</param>
    protected TimeSpan Debt(IngressLimits limits, long nowMs, Hj212Log log)
    {
        TimeSpan now = limits.Now, longest = Pause(limits.OfAddress(Ingress.Device, Address), now);
        foreach (Hj212Device device in carried)
        {
            TimeSpan wait = Pause(limits.OfSource(Ingress.Device, device.Source.Id), now);
            if (wait > longest) longest = wait;
            if (wait == TimeSpan.Zero) continue;
            device.Source.CountRefused();
            log.Slowed(device.Source.Key, Remote, device.Source.RefusedCount);
            device.Source.Frames.Add(nowMs, FrameDirection.In, [], Verdict.Refused, new(
                $"发送过快，暂停读取 {wait.TotalSeconds:0.#} 秒。", $"It sends more than it may; not read for {wait.TotalSeconds:0.#} s."));
        }

        return longest;
    }

    private static TimeSpan Pause(RateGate gate, TimeSpan now)
    {
        TimeSpan wait = gate.Wait(now);
        if (wait > TimeSpan.Zero) gate.CountRefused();
        return wait;
    }

    protected void LeaveAll()
    {
        foreach (Hj212Device device in carried) device.Left(Link);
    }
}
