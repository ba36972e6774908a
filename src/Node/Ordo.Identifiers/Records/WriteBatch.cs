using System.Runtime.InteropServices;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>Frames that wait for the disk, and what they will do to the index.</summary>
internal sealed class WriteBatch
{
    private readonly WireWriter frames = new(64 * 1024);
    private readonly List<(IndexStep Step, int Offset, int Previous)> staged = [];
    private readonly Dictionary<ulong, int> last = [];

    public int Bytes => frames.Length;

    public int Count => staged.Count;

    public IndexStep this[int number] => staged[number].Step;

    public void Add(ulong key, Place before, Place after, in RecordFrame frame)
    {
        int offset = frames.Length;
        frame.Write(frames.Extend(frame.PaddedSize));
        Add(new(key, before, after), offset);
    }

    /// <param name="frame">Encoded and padded already.</param>
    public void Add(ulong key, Place before, Place after, ReadOnlySpan<byte> frame)
    {
        int offset = frames.Length;
        frames.Raw(frame);
        Add(new IndexStep(key, before, after), offset);
    }

    private void Add(in IndexStep step, int offset)
    {
        ref int newest = ref CollectionsMarshal.GetValueRefOrAddDefault(last, step.Hash, out bool exists);
        staged.Add((step, offset, exists ? newest : -1));
        newest = staged.Count - 1;
    }

    /// <returns>True when a change of this handle waits; its record may be gone.</returns>
    public bool TryFind(ulong key, scoped ReadOnlySpan<byte> handle, out Place place, out RecordFrame frame)
    {
        for (int i = last.TryGetValue(key, out int newest) ? newest : -1; i >= 0; i = staged[i].Previous)
        {
            if (!RecordFrame.TryRead(frames.Written[staged[i].Offset..], out frame) || !HandleText.EqualsFolded(frame.Handle, handle)) continue;
            place = staged[i].Step.After;
            return true;
        }

        place = default;
        frame = default;
        return false;
    }

    /// <summary>Takes back what a work that failed had staged.</summary>
    public void Undo(int count)
    {
        while (staged.Count > count)
        {
            (IndexStep step, int offset, int previous) = staged[^1];
            frames.Truncate(offset);
            if (previous < 0) last.Remove(step.Hash);
            else last[step.Hash] = previous;
            staged.RemoveAt(staged.Count - 1);
        }
    }

    /// <summary>The frames as they go to the disk with one write.</summary>
    public ReadOnlySpan<byte> Seal()
    {
        RecordFrame.MarkWrite(frames.Patch(0, frames.Length));
        return frames.Written;
    }

    public void Clear()
    {
        frames.Clear();
        staged.Clear();
        last.Clear();
    }
}
