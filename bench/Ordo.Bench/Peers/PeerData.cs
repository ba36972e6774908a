using System.Globalization;
using System.Text;

namespace Ordo.Bench.Peers;

/// <summary>
/// The samples every peer is fed, the same for each: thirty days of 140 meters with ten fields (1,400 series), and ten rounds of 1,400 more (14,000 series) whose newest is asked for.
/// Even fields are integer gauges that wander, odd ones meters with two decimals that only grow. Made anew from the same seed wherever they are needed.
/// </summary>
internal sealed class PeerData(long end, int stepMinutes)
{
    public const int Meters = 140, Fields = 10, Series = Meters * Fields, NewestMeters = 1_400, NewestSeries = NewestMeters * Fields, Days = 30, Connections = 2;
    private const int LinesOfBody = 1_400, NewestRounds = 10;

    /// <summary>Behind the last sample; a whole hour.</summary>
    public long End => end;

    public long Start => end - (Days * 86_400_000L);

    public int StepMinutes => stepMinutes;

    public long HistorySamples => (long)Days * 1440 / stepMinutes * Series;

    public long AllSamples => HistorySamples + (NewestRounds * NewestSeries);

    public static PeerData Parse(string text)
    {
        string[] parts = text.Split(',');
        return new(long.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{end},{stepMinutes}");

    /// <summary>Rows of one connection in the order of time: a meter, a moment, ten values.</summary>
    public IEnumerable<Row> Rows(int connection)
    {
        int first = Meters * connection / Connections, last = Meters * (connection + 1) / Connections;
        var random = new Random(connection);
        var levels = new double[Meters * Fields];
        for (long time = Start; time < end; time += stepMinutes * 60_000L)
            for (int meter = first; meter < last; meter++) yield return Next(false, meter, time, levels, random);
        first = NewestMeters * connection / Connections;
        last = NewestMeters * (connection + 1) / Connections;
        levels = new double[NewestMeters * Fields];
        for (int round = 0; round < NewestRounds; round++)
            for (int meter = first; meter < last; meter++) yield return Next(true, meter, end - ((NewestRounds - round) * 60_000L), levels, random);
    }

    /// <summary>The bodies of one connection in a file: four bytes of length, then line protocol with milliseconds.</summary>
    public void WriteBodies(int connection, string path)
    {
        using var file = new BinaryWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20));
        var text = new StringBuilder();
        int lines = 0;
        foreach (Row row in Rows(connection))
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Table},meter={row.Meter} ");
            for (int field = 0; field < Fields; field++)
            {
                if (field > 0) text.Append(',');
                text.Append(CultureInfo.InvariantCulture, $"f{field}=");
                if (field % 2 == 0) text.Append(CultureInfo.InvariantCulture, $"{row.Values[field]:0}");
                else text.Append(CultureInfo.InvariantCulture, $"{row.Values[field]:0.00}");
            }

            text.Append(' ').Append(row.Time).Append('\n');
            if (++lines < LinesOfBody) continue;
            Write(file, text);
            lines = 0;
        }

        if (lines > 0) Write(file, text);
    }

    private static void Write(BinaryWriter file, StringBuilder text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text.ToString());
        file.Write(bytes.Length);
        file.Write(bytes);
        text.Clear();
    }

    private static Row Next(bool isNewest, int meter, long time, double[] levels, Random random)
    {
        Span<double> level = levels.AsSpan(meter * Fields, Fields);
        var values = new double[Fields];
        for (int field = 0; field < Fields; field++)
        {
            level[field] = field % 2 == 0 ? Math.Clamp(level[field] + random.Next(-1, 2), 0, 100) : level[field] + random.Next(100);
            values[field] = field % 2 == 0 ? level[field] : level[field] / 100;
        }

        return new(isNewest, meter, time, values);
    }

    internal readonly record struct Row(bool IsNewest, int MeterNumber, long Time, double[] Values)
    {
        public string Table => IsNewest ? "newest" : "steel";

        public string Meter => string.Create(CultureInfo.InvariantCulture, $"EM{MeterNumber:D6}");
    }
}
