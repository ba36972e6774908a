namespace Ordo.Perception.Gateways.Hj212;

/// <summary>What a receiver tells the connection whose input it reads.</summary>
internal abstract class Hj212Connection
{
    private readonly HashSet<Hj212Device> carried = [];

    /// <summary>Address and port of the other side.</summary>
    public abstract string Remote { get; }

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

    protected void LeaveAll()
    {
        foreach (Hj212Device device in carried) device.Left(Link);
    }
}
