using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Ordo.Server.Observability;

/// <summary>
/// Collects the instruments of the product and of the runtime and writes them in the Prometheus text format 0.0.4 for <c>GET /metrics</c>.
/// Counters are summed, gauges hold their last value, histograms are counted in <see cref="Buckets"/> (seconds or the instrument's own unit).
/// </summary>
public sealed class PrometheusText : IDisposable
{
    private static readonly double[] Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Cell> cells = new();
    private readonly MeterListener listener = new();
    private readonly Lock scrape = new();

    public PrometheusText()
    {
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name is "System.Runtime" || instrument.Meter.Name.StartsWith("Ordo", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.Start();
    }

    public string Write()
    {
        lock (scrape)
        {
            listener.RecordObservableInstruments();
            var text = new StringBuilder(4096);
            foreach (var family in cells.GroupBy(c => c.Key.Instrument).OrderBy(g => NameOf(g.Key), StringComparer.Ordinal))
            {
                string name = NameOf(family.Key), type = TypeOf(family.Key);
                text.Append("# HELP ").Append(name).Append(' ').AppendLine((family.Key.Description ?? family.Key.Name).ReplaceLineEndings(" "));
                text.Append("# TYPE ").Append(name).Append(' ').AppendLine(type);
                foreach (var (key, cell) in family.OrderBy(c => c.Key.Labels, StringComparer.Ordinal)) cell.Write(text, name, key.Labels, type == "histogram");
            }

            return text.Replace("\r", "").ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    private static string TypeOf(Instrument instrument)
    {
        string type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram" : type.Contains("Counter", StringComparison.Ordinal) && !type.Contains("UpDown", StringComparison.Ordinal) ? "counter" : "gauge";
    }

    private static string NameOf(Instrument instrument)
    {
        var name = new StringBuilder(instrument.Name.Length + 8);
        foreach (char c in instrument.Name) name.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        string unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        if (unit.Length > 0 && !name.ToString().EndsWith(unit, StringComparison.Ordinal)) name.Append(unit);
        if (TypeOf(instrument) == "counter" && !name.ToString().EndsWith("_total", StringComparison.Ordinal)) name.Append("_total");
        return name.ToString();
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            foreach (char c in key) text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
            string shown = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text.Append("=\"").Append(shown.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }

        return text.ToString();
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Cell cell = cells.GetOrAdd((instrument, LabelsOf(tags)), static _ => new Cell());
        bool absolute = instrument.IsObservable || instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal);
        cell.Record(value, absolute, histogram: TypeOf(instrument) == "histogram");
    }

    private sealed class Cell
    {
        private readonly Lock gate = new();
        private long[]? counts;
        private long count;
        private double sum;

        public void Record(double value, bool absolute, bool histogram)
        {
            lock (gate)
            {
                sum = absolute ? value : sum + value;
                if (!histogram) return;
                counts ??= new long[Buckets.Length];
                count++;
                for (int i = 0; i < Buckets.Length; i++)
                    if (value <= Buckets[i]) counts[i]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels, bool histogram)
        {
            lock (gate)
            {
                if (!histogram)
                {
                    Line(text, name, labels, sum);
                    return;
                }

                string comma = labels.Length > 0 ? labels + "," : "";
                for (int i = 0; i < Buckets.Length; i++) Line(text, name + "_bucket", string.Create(CultureInfo.InvariantCulture, $"{comma}le=\"{Buckets[i]}\""), counts?[i] ?? 0);
                Line(text, name + "_bucket", comma + "le=\"+Inf\"", count);
                Line(text, name + "_sum", labels, sum);
                Line(text, name + "_count", labels, count);
            }
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
            text.Append(' ').AppendLine(value.ToString("R", CultureInfo.InvariantCulture));
        }
    }
}
