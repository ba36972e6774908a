using System.Text;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Gateways.LineProtocol;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;
using Ordo.Testing;

namespace Ordo.Perception.Tests.Gateways.LineProtocol;

/// <summary>Feeds bodies to a parser as a connection would: in pieces, with the buffer moved to the front between them.</summary>
internal sealed class LineHarness
{
    public const long Now = 1_700_000_000_123;
    private readonly MemoryCatalogue catalogue = new();
    private readonly LineSourceTable sources;

    public LineHarness()
    {
        Registry = new SourceRegistry(catalogue, new SourceOptions { MaxKeyBytes = LineGrammar.MaxKeyLength });
        sources = new(Registry.Gateway("line"), catalogue, new IngressLimits(new LimitOptions(), Time), 10_000);
    }

    public FakeTime Time { get; } = new();

    public SourceRegistry Registry { get; }

    public LineRequest Request { get; init; } = new() { ReceivedMs = Now };

    public MemoryCatalogue Catalogue => catalogue;

    public LineFaults Faults { get; private set; } = new(100);

    /// <summary>Bytes held for a line that is not complete, at most.</summary>
    public int MostHeld { get; private set; }

    public int Rows { get; private set; }

    public long TextFields { get; private set; }

    public List<Stored> Parse(string body) => Parse(Encoding.UTF8.GetBytes(body));

    public List<Stored> Parse(params byte[][] pieces)
    {
        Faults = new LineFaults(100);
        using var batch = Batch.Rent();
        var parser = new LineParser(sources, Request, batch, Faults);
        var stored = new List<Stored>();
        byte[] held = [];
        for (int i = 0; i < pieces.Length; i++)
        {
            int end = held.Length + pieces[i].Length;
            var buffer = new byte[end + LineParser.Padding];
            Array.Fill(buffer, (byte)'7'); // what lies behind the data must never be read as data
            held.CopyTo(buffer, 0);
            pieces[i].CopyTo(buffer, held.Length);
            bool isLast = i == pieces.Length - 1;
            int at = 0;
            while (true)
            {
                at = parser.Parse(buffer, at, end, isLast);
                bool full = batch.Count >= Request.MaxBatchSamples;
                Assert.Equal(batch.Count, parser.Rows.ToArray().Sum(r => r.Samples));
                Rows += parser.RowCount;
                Take(batch, stored);
                parser.ClearRows();
                if (!full) break;
            }
            held = buffer[at..end];
            MostHeld = Math.Max(MostHeld, held.Length);
        }
        Assert.Empty(held);
        TextFields = parser.TextFields;
        return stored;
    }

    private void Take(Batch batch, List<Stored> stored)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            SeriesKey key = catalogue.KeyOf(batch.Series[i]);
            Assert.Equal("line", key.Gateway);
            stored.Add(new(key.Source, key.Channel, batch.Times[i], batch.Values[i]));
        }
        batch.Clear();
    }
}
