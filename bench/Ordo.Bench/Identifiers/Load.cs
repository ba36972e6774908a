using System.Diagnostics;

namespace Ordo.Bench.Identifiers;

/// <summary>A way to ask a resolver, by one thread, without an allocation per question.</summary>
internal interface IQuestions : IDisposable
{
    /// <summary>Most questions that may be open at a time.</summary>
    int Window { get; }

    /// <param name="name">Number of the name that is asked for.</param>
    /// <param name="stamp">Given back with the answer.</param>
    void Ask(int name, long stamp);

    /// <summary>Sends what was asked.</summary>
    void Flush();

    /// <summary>Takes answers.</summary>
    /// <param name="wait">For the first one, a short while.</param>
    /// <param name="stamps">Takes the stamps of the questions answered, when it is not <c>null</c>.</param>
    /// <returns>How many came.</returns>
    int Receive(bool wait, List<long>? stamps);

    /// <summary>Until something came, or so long.</summary>
    void Wait(TimeSpan atMost);

    /// <summary>Open questions are given up.</summary>
    void Forget();
}

/// <summary>What a load found.</summary>
/// <param name="PerSecond">Answers.</param>
/// <param name="Median">Microseconds from when the question was due.</param>
internal readonly record struct LoadFigures(double PerSecond, double Median, double P99, double P999, long Lost);

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
        return new(answers / took, 0, 0, 0, lost);
    }

    /// <summary>Questions come at their time; latency counts from then, so that a resolver that stops for a while is charged for all who wait.</summary>
    public static LoadFigures Steady(IQuestions questions, int names, double perSecond, TimeSpan time)
    {
        var random = new Random(2);
        var stamps = new List<long>(1024);
        var latencies = new List<double>((int)(perSecond * time.TotalSeconds) + 1024);
        double ticks = Stopwatch.Frequency / perSecond;
        long begin = Stopwatch.GetTimestamp(), asked = 0, answers = 0, end = begin + (long)(time.TotalSeconds * Stopwatch.Frequency);
        for (long now = begin; now < end; now = Stopwatch.GetTimestamp())
        {
            for (int burst = 0; burst < 32 && begin + (long)(asked * ticks) <= now && asked - answers < questions.Window; burst++, asked++) questions.Ask(random.Next(names), begin + (long)(asked * ticks));
            questions.Flush();
            stamps.Clear();
            answers += questions.Receive(wait: false, stamps);
            long then = Stopwatch.GetTimestamp();
            foreach (long stamp in stamps) latencies.Add((then - stamp) * 1e6 / Stopwatch.Frequency);
            long due = begin + (long)(asked * ticks);
            if (stamps.Count == 0 && (due > then || asked - answers >= questions.Window)) questions.Wait(TimeSpan.FromSeconds((double)Math.Max(due - then, Stopwatch.Frequency / 10_000) / Stopwatch.Frequency));
        }

        long left = Drain(questions, asked - answers);
        latencies.Sort();
        return new(answers / time.TotalSeconds, At(0.5), At(0.99), At(0.999), left);

        double At(double part) => latencies.Count == 0 ? double.NaN : latencies[(int)(part * (latencies.Count - 1))];
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
