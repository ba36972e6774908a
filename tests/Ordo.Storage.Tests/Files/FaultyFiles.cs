using Ordo.Storage.Files;

namespace Ordo.Storage.Tests.Files;

/// <summary>
/// A disk in memory that behaves as badly as disks do. What was written but not synced is kept apart: when the power fails, any part of it may
/// have reached the disk, in any order, torn anywhere. Syncs fail, space runs out, and names (creations, renames, deletions) are only
/// durable once the folder is synced.
/// </summary>
internal sealed class FaultyFiles(Random random) : IStoreFiles
{
    private readonly Lock gate = new();
    private Dictionary<string, Inode> names = [];
    private Dictionary<string, Inode> durableNames = [];

    /// <summary>Bytes that may still be written; creations and growing writes take from it.</summary>
    public long Space { get; set; } = long.MaxValue;

    /// <summary>Each sync fails with this probability; what it should have made durable is lost in part.</summary>
    public double SyncFails { get; set; }

    /// <summary>Each write stops half way with this probability.</summary>
    public double WriteFails { get; set; }

    /// <summary>After so many more operations the power fails: every later call throws.</summary>
    public int OperationsLeft { get; set; } = int.MaxValue;

    public bool HasFailed => OperationsLeft < 0;

    public IReadOnlyList<string> List()
    {
        lock (gate)
        {
            Count();
            return [.. names.Keys];
        }
    }

    public IStoreFile Open(string name)
    {
        lock (gate)
        {
            Count();
            return names.TryGetValue(name, out Inode? inode) ? new File(this, inode) : throw new FileNotFoundException(name);
        }
    }

    public IStoreFile Create(string name, long length = 0)
    {
        lock (gate)
        {
            Count();
            Take(length);
            var inode = new Inode { Now = new byte[length], Durable = new byte[length] };
            names[name] = inode;
            return new File(this, inode);
        }
    }

    public void Delete(string name)
    {
        lock (gate)
        {
            Count();
            if (names.Remove(name, out Inode? inode)) Space += Space == long.MaxValue ? 0 : inode.Now.Length;
        }
    }

    public void Rename(string from, string to)
    {
        lock (gate)
        {
            Count();
            names.Remove(from, out Inode? inode);
            names[to] = inode ?? throw new FileNotFoundException(from);
        }
    }

    public void SyncFolder()
    {
        lock (gate)
        {
            Count();
            if (random.NextDouble() < SyncFails) throw new IOException("Simulated: the folder cannot be synced.");
            durableNames = new(names);
        }
    }

    /// <summary>The power fails and comes back: what was not synced is there in part, or not.</summary>
    public void LosePower()
    {
        lock (gate)
        {
            // Each change of a name since the last sync of the folder may have become durable by itself.
            foreach (string name in names.Keys.Union(durableNames.Keys).ToList())
            {
                if (random.Next(2) == 0) continue;
                if (names.TryGetValue(name, out Inode? inode)) durableNames[name] = inode;
                else durableNames.Remove(name);
            }

            names = durableNames;
            durableNames = new(names);
            foreach (Inode inode in names.Values) inode.LosePower(random);
            OperationsLeft = int.MaxValue;
        }
    }

    /// <summary>Flips a bit of what is durable.</summary>
    public void FlipBit(string name, long bit)
    {
        lock (gate)
        {
            names[name].Now[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            names[name].Durable = [.. names[name].Now];
        }
    }

    public byte[] Contents(string name) => [.. names[name].Now];

    public void Replace(string name, byte[] contents) => names[name] = new() { Now = contents, Durable = [.. contents] };

    private void Count()
    {
        if (--OperationsLeft < 0) throw new IOException("Simulated: the power has failed.");
    }

    private void Take(long bytes)
    {
        if (bytes > Space) throw new IOException("Simulated: no space left on device.");
        if (Space != long.MaxValue) Space -= bytes;
    }

    private sealed class Inode
    {
        public byte[] Now { get; set; } = [];

        /// <summary>As of the last good sync.</summary>
        public byte[] Durable { get; set; } = [];

        public List<(long Position, byte[] Bytes)> Unsynced { get; } = [];

        public void Write(long position, ReadOnlySpan<byte> bytes)
        {
            if (Now.Length < position + bytes.Length)
            {
                byte[] longer = Now;
                Array.Resize(ref longer, (int)position + bytes.Length);
                Now = longer;
            }

            bytes.CopyTo(Now.AsSpan((int)position));
            Unsynced.Add((position, bytes.ToArray()));
        }

        public void Sync()
        {
            Durable = [.. Now];
            Unsynced.Clear();
        }

        /// <summary>Some sectors of some writes are on disk, whichever came first.</summary>
        public void LosePower(Random random)
        {
            foreach (var (position, bytes) in Unsynced.OrderBy(_ => random.Next()).ToList())
            {
                if (random.Next(3) == 0) continue;
                for (int at = 0; at < bytes.Length;)
                {
                    int sector = Math.Min(512 - (int)((position + at) % 512), bytes.Length - at);
                    if (random.Next(4) > 0) Put(position + at, bytes.AsSpan(at, random.Next(8) == 0 ? random.Next(sector + 1) : sector));
                    at += sector;
                }
            }

            Unsynced.Clear();
            Now = [.. Durable];
        }

        private void Put(long position, ReadOnlySpan<byte> bytes)
        {
            if (Durable.Length < position + bytes.Length)
            {
                byte[] longer = Durable;
                Array.Resize(ref longer, (int)position + bytes.Length);
                Durable = longer;
            }

            bytes.CopyTo(Durable.AsSpan((int)position));
        }
    }

    private sealed class File(FaultyFiles disk, Inode inode) : IStoreFile
    {
        public long Length
        {
            get
            {
                lock (disk.gate) return inode.Now.Length;
            }
        }

        public int Read(Span<byte> buffer, long position)
        {
            lock (disk.gate)
            {
                disk.Count();
                int count = (int)Math.Clamp(inode.Now.Length - position, 0, buffer.Length);
                inode.Now.AsSpan((int)position, count).CopyTo(buffer);
                return count;
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            lock (disk.gate)
            {
                disk.Count();
                disk.Take(Math.Max(0, position + bytes.Length - inode.Now.Length));
                if (disk.NextFails(disk.WriteFails))
                {
                    inode.Write(position, bytes[..(bytes.Length / 2)]);
                    throw new IOException("Simulated: a write stopped half way.");
                }

                inode.Write(position, bytes);
            }
        }

        public void Truncate(long length)
        {
            lock (disk.gate)
            {
                disk.Count();
                byte[] contents = inode.Now;
                Array.Resize(ref contents, (int)length);
                inode.Now = contents;
            }
        }

        public void Sync()
        {
            lock (disk.gate)
            {
                disk.Count();
                if (!disk.NextFails(disk.SyncFails))
                {
                    inode.Sync();
                    return;
                }

                // As Linux does: pages that could not be written are called clean; the next sync knows nothing of them and succeeds.
                inode.LosePower(disk.random);
                throw new IOException("Simulated: fsync failed.");
            }
        }

        public void Dispose()
        {
        }
    }

    private readonly Random random = random;

    private bool NextFails(double probability) => probability > 0 && random.NextDouble() < probability;
}
