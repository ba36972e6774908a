using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Alarms;

/// <summary>A test stand: engine, store, journal and clock, with the cable to pull.</summary>
public sealed class AlarmStand
{
    private PointEntry[] points;
    private AlarmDefinition[] definitions = [];
    private Dictionary<long, string> plantStates = [];

    public AlarmStand(params PointEntry[] points)
    {
        this.points = points;
        Engine = Start();
    }

    public FakeTime Time { get; } = new();

    public StandStore Telemetry { get; } = new();

    public MemoryJournal Journal { get; } = new();

    public AlarmEngine Engine { get; private set; }

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Point 1 on series 0, in degrees, with low-low 0, low 10, high 80, high-high 90 and deadband 2, unless said otherwise.</summary>
    public static PointEntry Point(
        long id = 1, int? series = 0, double? lowLow = 0, double? low = 10, double? high = 80, double? highHigh = 90, double deadband = 2, double scale = 1) =>
        new(new()
        {
            Id = id,
            AssetId = 7,
            Code = $"T{id}",
            NameZh = "炉温",
            NameEn = "Furnace temperature",
            Unit = "degC",
            LimitLowLow = lowLow,
            LimitLow = low,
            LimitHigh = high,
            LimitHighHigh = highHigh,
            Deadband = deadband,
            Scale = scale,
        }, series, "/1/7/");

    public void SetPoints(params PointEntry[] now)
    {
        points = now;
        Apply();
    }

    public void Define(params AlarmDefinition[] now)
    {
        definitions = now;
        Apply();
        CatchUp();
    }

    public void SetPlantState(long asset, string state)
    {
        plantStates = new(plantStates) { [asset] = state };
        Apply();
    }

    private void Apply() => Engine.Apply(new(points, Series), Telemetry, definitions, plantStates);

    private int Series => Math.Max(16, points.Select(p => p.Series ?? 0).DefaultIfEmpty(0).Max() + 1);

    /// <summary>Time passes and nothing comes.</summary>
    public void Pass(TimeSpan time)
    {
        for (; time > TimeSpan.Zero; time -= TimeSpan.FromSeconds(1))
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Engine.Tick();
        }
    }

    /// <summary>One second passes and a sample of it arrives.</summary>
    public void Sample(double value, SampleQuality quality = default, int series = 0)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        SampleAt(NowMs, value, quality, series);
    }

    public void SampleAt(long timeMs, double value, SampleQuality quality = default, int series = 0)
    {
        Telemetry.Write(series, new(timeMs, value, quality));
        using Batch batch = Batch.Rent();
        batch.Add(series, timeMs, value, quality);
        Engine.Observe(batch);
    }

    /// <summary>Like <see cref="Desk"/>, with what is held.</summary>
    public string Everything() => string.Join(", ", Journal.Occurrences.Where(o => o.IsOpen).OrderBy(o => o.Kind).Select(o => $"{o.Kind} {o.State}"));

    public void Acknowledge(AlarmKind kind, string by = "li.ming")
    {
        if (Engine.Open().FirstOrDefault(o => o.Kind == kind) is { } alarm) Engine.Acknowledge(alarm.Id, by, 1, null);
    }

    public void Write(bool allMarks = false) => Journal.Write(Engine.TakeCut(allMarks));

    /// <summary>kill -9: what was not written is gone; the server starts again from store and journal.</summary>
    public void KillAndStart()
    {
        Engine = Start();
        CatchUp();
    }

    public void CatchUp() => new AlarmCatchUp(Engine, Telemetry, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).RunAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>What stands on the desk: <c>high unacknowledged</c>, by kind.</summary>
    public string Desk() => string.Join(", ", Engine.Open().OrderBy(o => o.Kind).Select(o => $"{o.Kind} {o.State}"));

    private AlarmEngine Start()
    {
        var engine = new AlarmEngine(Time);
        engine.Restore(Journal.Restart());
        engine.Apply(new(points, Series), Telemetry, definitions, plantStates);
        return engine;
    }
}
