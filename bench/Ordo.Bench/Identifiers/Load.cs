using System.Diagnostics;

namespace Ordo.Bench.Identifiers;

/// <summary>A way to ask a resolver, by one thread, without an allocation per question.</summary>
internal interface IQuestions : IDisposable
{
    /// <summary>Most questions that may be open at a time.</summary>
    int Window { get; }

    /// <param name="name">Number of the name that is asked for.</param>
    /// <param name="due">When it should be asked, by <see cref="Stopwatch"/>; given back with the answer.</param>
    void Ask(int name, long due);

    /// <summary>Sends what was asked.</summary>
    void Flush();

    /// <summary>Takes answers.</summary>
    /// <param name="wait">For the first one, a short while.</param>
    /// <param name="answers">Takes their times, when it is not <c>null</c>.</param>
    /// <returns>How many came.</returns>
    int Receive(bool wait, List<AnswerTimes>? answers);

    /// <summary>Until something came, or so long.</summary>
    void Wait(TimeSpan atMost);

    /// <summary>Open questions are given up.</summary>
    void Forget();
}

/// <summary>Times of one question by <see cref="Stopwatch"/>.</summary>
/// <param name="Sent">When the load began to send it.</param>
/// <param name="Arrived">When its answer lay in the load's socket, in nanoseconds since 1970; <see cref="ArrivalTimes"/>.</param>
internal readonly record struct AnswerTimes(long Due, long Sent, long Arrived);

/// <summary>What a load found, in microseconds.</summary>
internal readonly record struct Latencies(double Median, double P99, double P999)
{
    public static Latencies Of(List<double> latencies)
    {
        latencies.Sort();
        return new(At(0.5), At(0.99), At(0.999));

        double At(double part) => latencies.Count == 0 ? double.NaN : latencies[(int)(part * (latencies.Count - 1))];
    }
}

/// <summary>What a load found.</summary>
/// <param name="PerSecond">Answers.</param>
/// <param name="Seen">From when a question was due until the load had its answer: with the load's own waiting for a processor.</param>
/// <param name="Served">From when it was sent until its answer lay in the load's socket.</param>
internal readonly record struct LoadFigures(double PerSecond, Latencies Seen, Latencies Served, long Lost);

/// <summary>Asks as fast as answers come, or at a given rate whatever the answers do.</summary>
internal static class Load
{
    /// <summary>As many questions as the window holds are open all the time.</summary>
    public static LoadFigures Fastest(IQuestions questions, int names, TimeSpan time)
    {
        var random = new Random(1);
        long answers = 0, lost = 0, begin = Stopwatch.GetTimestamp(), open = 0;
        while (Stopwatch.GetElapsedTime(begin) < time)
        {
            for (; open < questions.Window; open++) questions.Ask(random.Next(names), 0);
            questions.Flush();
            int came = questions.Receive(wait: true, null);
            answers += came;
            open -= came;
            if (came > 0) continue;
            questions.Forget();
            lost += open;
            open = 0;
        }

        double took = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        lost += Drain(questions, open);
        return new(answers / took, default, default, lost);
    }

    /// <summary>
    /// Questions come at their time, whatever the answers do, so that a resolver that stops for a while is charged for all who wait.
    /// </summary>
    public static LoadFigures Steady(IQuestions questions, int names, double perSecond, TimeSpan time)
    {
        var random = new Random(2);
        var came = new List<AnswerTimes>(1024);
        int expected = (int)(perSecond * time.TotalSeconds) + 1024;
        List<double> seen = new(expected), served = new(expected);
        double ticks = Stopwatch.Frequency / perSecond;
        long offset = ArrivalTimes.Offset(), begin = Stopwatch.GetTimestamp(), asked = 0, answers = 0, end = begin + (long)(time.TotalSeconds * Stopwatch.Frequency);
        for (long now = begin; now < end; now = Stopwatch.GetTimestamp())
        {
            for (int burst = 0; burst < 32 && begin + (long)(asked * ticks) <= now && asked - answers < questions.Window; burst++, asked++) questions.Ask(random.Next(names), begin + (long)(asked * ticks));
            questions.Flush();
            came.Clear();
            answers += questions.Receive(wait: false, came);
            long then = Stopwatch.GetTimestamp();
            foreach (AnswerTimes answer in came)
            {
                seen.Add((then - answer.Due) * 1e6 / Stopwatch.Frequency);
                served.Add((answer.Arrived - offset - answer.Sent) * 1e6 / Stopwatch.Frequency);
            }

            long due = begin + (long)(asked * ticks);
            if (came.Count == 0 && (due > then || asked - answers >= questions.Window)) questions.Wait(TimeSpan.FromSeconds((double)Math.Max(due - then, Stopwatch.Frequency / 10_000) / Stopwatch.Frequency));
        }

        long left = Drain(questions, asked - answers);
        return new(answers / time.TotalSeconds, Latencies.Of(seen), Latencies.Of(served), left);
    }

    /// <summary>Waits for what is still open, so that it does not count for the next load.</summary>
    /// <returns>What did not come.</returns>
    private static long Drain(IQuestions questions, long open)
    {
        while (open > 0 && questions.Receive(wait: true, null) is > 0 and var came) open -= came;
        if (open > 0) questions.Forget();
        return open;
    }
}
