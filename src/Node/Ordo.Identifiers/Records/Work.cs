using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>What waits for the thread that writes.</summary>
internal abstract class Work
{
    public abstract void Complete();

    public abstract void Fail(Exception fault);

    public sealed class Change(Octets handle, Func<StoredRecord?, ChangeDecision> decide) : Work<ChangeDecision>
    {
        public Octets Handle { get; } = handle;

        public Func<StoredRecord?, ChangeDecision> Decide { get; } = decide;
    }

    public sealed class Load(LoadFrames frames, int first, bool overwrite, ILoadRule? rule) : Work<LoadResult>
    {
        public LoadFrames Frames { get; } = frames;

        /// <summary>Number of the first item in the whole load.</summary>
        public int First { get; } = first;

        public bool Overwrite { get; } = overwrite;

        public ILoadRule? Rule { get; } = rule;
    }

    public sealed class Adopt(ulong seed) : Work<bool>
    {
        public ulong Seed { get; } = seed;
    }

    public sealed class Copy(int segment, long offset, byte[] frames) : Work<bool>
    {
        public int Segment { get; } = segment;

        public long Offset { get; } = offset;

        public byte[] Frames { get; } = frames;
    }

    public sealed class Home(Octets prefix, bool atHome) : Work<bool>
    {
        public Octets Prefix { get; } = prefix;

        public bool AtHome { get; } = atHome;
    }
}

/// <typeparam name="T">What whoever waits for it is told.</typeparam>
internal abstract class Work<T> : Work
{
    private readonly TaskCompletionSource<T> source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public T Result { get; set; } = default!;

    public Task<T> Task => source.Task;

    public override void Complete() => source.TrySetResult(Result);

    public override void Fail(Exception fault) => source.TrySetException(fault);
}
