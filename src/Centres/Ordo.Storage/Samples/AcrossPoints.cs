using Ordo.Foundation.Http;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary>How the figures that several points have in one step become one.</summary>
internal enum Across
{
    Sum,
    Avg,
    Min,
    Max,
}

/// <summary>Joins the figures of many points step by step, a few points at a time, so that the sum over a whole park needs the memory of a few curves. Pure.</summary>
internal sealed class AcrossPoints(Across how, int steps)
{
    private readonly double[] values = new double[steps];
    private readonly long[] figures = new long[steps]; // points with a figure
    private readonly long[] whole = new long[steps]; // points all of whose samples are good
    private readonly long[] any = new long[steps]; // points with a sample at all

    /// <summary>How many points are joined, those that no series feeds among them.</summary>
    public int Points { get; init; }

    /// <exception cref="ProblemException">422: it is none of them, or there is no step whose figures could be joined.</exception>
    public static Across? Read(string? text, SampleRequest request)
    {
        if (text is null) return null;
        if (request.Step is null) throw new ProblemException(Problems.Validation(("across", new("需要步长，例如 step=1h。", "It needs a step, such as step=1h."))));
        foreach (Across known in Enum.GetValues<Across>())
            if (text.Equals(known.ToString(), StringComparison.OrdinalIgnoreCase) && char.IsLower(text[0])) return known;
        throw new ProblemException(Problems.Validation(("across", new("应为 sum、avg、min 或 max。", "It is sum, avg, min or max."))));
    }

    /// <param name="columns">What the store answered for a point.</param>
    /// <param name="inUnit">Its figures in the common unit.</param>
    public void Add(AggregateColumns columns, double[] inUnit)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (columns.Counts[i] > 0) any[i]++;
            if (columns.GoodCounts[i] == 0) continue; // a count of bad samples is a figure of nothing either
            if (columns.GoodCounts[i] == columns.Counts[i]) whole[i]++;
            double value = inUnit[i];
            values[i] = figures[i]++ == 0 ? value : how switch
            {
                Across.Min => Math.Min(values[i], value),
                Across.Max => Math.Max(values[i], value),
                _ => values[i] + value,
            };
        }
    }

    /// <summary>Takes steps over as another joined them, of the same points.</summary>
    public void Take(AcrossPoints other, int at, int to, int count)
    {
        other.values.AsSpan(at, count).CopyTo(values.AsSpan(to));
        other.figures.AsSpan(at, count).CopyTo(figures.AsSpan(to));
        other.whole.AsSpan(at, count).CopyTo(whole.AsSpan(to));
        other.any.AsSpan(at, count).CopyTo(any.AsSpan(to));
    }

    public void Write(BinaryWriter to)
    {
        foreach (double value in values) to.Write(value);
        foreach (long[] column in (long[][])[figures, whole, any])
            foreach (long count in column) to.Write(count);
    }

    public static AcrossPoints Read(Across how, int steps, int points, BinaryReader from)
    {
        var across = new AcrossPoints(how, steps) { Points = points };
        for (int i = 0; i < steps; i++) across.values[i] = from.ReadDouble();
        foreach (long[] column in (long[][])[across.figures, across.whole, across.any])
            for (int i = 0; i < steps; i++) column[i] = from.ReadInt64();
        return across;
    }

    /// <param name="starts">The starts of the steps.</param>
    /// <param name="now">Steps begun by then count for completeness.</param>
    public (double[] Values, SampleQuality?[] Qualities, long[] Counts, double? Completeness) Result(long[] starts, long now)
    {
        var joined = new double[values.Length];
        var qualities = new SampleQuality?[values.Length];
        long begun = 0, told = 0;
        for (int i = 0; i < values.Length; i++)
        {
            joined[i] = figures[i] == 0 ? double.NaN : how == Across.Avg ? values[i] / figures[i] : values[i];
            // A sum from which a point is missing is not the sum.
            qualities[i] = any[i] == 0 ? null : figures[i] == 0 ? SampleQuality.Bad : whole[i] == Points ? SampleQuality.Good : SampleQuality.Uncertain;
            if (starts[i] > now) continue;
            begun += Points;
            told += figures[i];
        }

        return (joined, qualities, figures, begun == 0 ? null : (double)told / begun);
    }
}
