namespace Ordo.Testing;

/// <summary>A clock that stands still until the test moves it; timers that fall due run inside <see cref="Advance"/>, in order.</summary>
public sealed class FakeTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Set)> watchers = [];
    private DateTimeOffset now = start;
    private TimeSpan set;

    public FakeTime() : this(new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now + set;
    }

    /// <summary>Only ever goes forward, whatever is done to the clock.</summary>
    public override long GetTimestamp()
    {
        lock (gate) return now.UtcTicks;
    }

    /// <summary>Somebody sets the clock, forward or back. No time passes, and no timer falls due.</summary>
    public void SetClock(DateTimeOffset time)
    {
        lock (gate) set = time - now;
    }

    /// <summary>Moves the clock on; a periodic timer runs once for each of its periods that passes.</summary>
    public void Advance(TimeSpan step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, TimeSpan.Zero);
        DateTimeOffset target = new DateTimeOffset(GetTimestamp(), TimeSpan.Zero) + step;
        while (NextDue(target) is { } timer) timer.Run();
        lock (gate) now = target;
    }

    /// <summary>Completes when somebody waits for exactly this long, now or later: the moment to move the clock on.</summary>
    public Task WhenWaiting(TimeSpan due)
    {
        lock (gate)
        {
            if (timers.Any(timer => timer.Due == now + due)) return Task.CompletedTask;
            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            watchers.Add((due, set));
            return set.Task;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        lock (gate) timers.Add(timer);
        timer.Change(dueTime, period); // only now, so that whoever is told of it finds it in the list
        return timer;
    }

    private FakeTimer? NextDue(DateTimeOffset target)
    {
        lock (gate)
        {
            FakeTimer? next = timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
            if (next is { Due: { } due })
            {
                if (due > now) now = due;
                next.Due = next.Period > TimeSpan.Zero ? due + next.Period : null;
            }

            return next;
        }
    }

    private sealed class FakeTimer(FakeTime clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Run() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.now + dueTime;
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                foreach (var (_, set) in clock.watchers.Where(watcher => watcher.Due == dueTime)) set.TrySetResult();
                clock.watchers.RemoveAll(watcher => watcher.Due == dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock.gate) clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
