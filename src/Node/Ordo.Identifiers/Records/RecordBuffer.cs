namespace Ordo.Identifiers.Records;

/// <summary>A buffer that records are read into; one for each thread that reads.</summary>
internal sealed class RecordBuffer
{
    // Most records are smaller, so that one read brings the whole.
    private const int FirstRead = 1024;

    public byte[] Bytes { get; private set; } = new byte[FirstRead];

    public void Ensure(int size)
    {
        if (Bytes.Length < size) Bytes = new byte[Math.Max(size, Bytes.Length * 2)];
    }
}
