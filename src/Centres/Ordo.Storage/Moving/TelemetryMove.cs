using System.Text.Json;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Moving;

/// <summary>How far a move is, for whoever watches.</summary>
/// <param name="Phase"><c>copying</c> or <c>comparing</c>.</param>
/// <param name="Series">Series done.</param>
/// <param name="OfSeries">Series there are.</param>
/// <param name="Samples">Samples copied, those of earlier runs included.</param>
public sealed record MoveProgress(string Phase, int Series, int OfSeries, long Samples);

/// <summary>A move that came to its end.</summary>
/// <param name="Series">Series of the source.</param>
/// <param name="Samples">Samples of the source, counted again at the end.</param>
/// <param name="ComparedSeries">Series of which every sample was compared; of all the others the number.</param>
/// <param name="Differences">What is not the same, one sentence each; none when all is well.</param>
public sealed record MoveResult(int Series, long Samples, int ComparedSeries, IReadOnlyList<string> Differences);

/// <summary>
/// Copies every series of one store into another, both open and nobody else writing. What is copied is noted in a file after the target has acknowledged it, so that a move that was
/// interrupted goes on from there; a part that is copied twice changes nothing. At the end both are compared.
/// </summary>
internal sealed class TelemetryMove(ITelemetryEngine from, ITelemetryEngine to, string target, string noteFile, IProgress<MoveProgress> progress, int batchSamples = 200_000)
{
    private const int SeriesAtOnce = 500, SeriesCompared = 1_000, DifferencesTold = 20;

    /// <summary>The years in which counts are taken by step; what lies outside, a broken clock, is compared sample by sample.</summary>
    private static readonly long FirstNamed = DateTimeOffset.MinValue.AddDays(2).ToUnixTimeMilliseconds(), LastNamed = DateTimeOffset.MaxValue.AddDays(-2).ToUnixTimeMilliseconds();

    private readonly Batch batch = Batch.Rent(batchSamples + 70_000);
    private Note note = new(target, 0, null, 0, []);

    /// <exception cref="StoreRefusedException">The note belongs to a move the other way, or a name cannot be carried over.</exception>
    /// <exception cref="IngestRefusedException">The target does not take samples; run it again later.</exception>
    public async Task<MoveResult> RunAsync(CancellationToken cancellation)
    {
        using (batch)
        {
            note = Read() ?? note;
            await CopyAsync(cancellation);
            MoveResult result = await CompareAsync(cancellation);
            if (result.Differences.Count == 0) File.Delete(noteFile);
            return result;
        }
    }

    private async Task CopyAsync(CancellationToken cancellation)
    {
        int count = from.Catalogue.SeriesCount;
        for (int series = note.Series; series < count; series++)
        {
            int into = TargetOf(series);
            long start = note.After is { } after && series == note.Series ? after + 1 : long.MinValue;
            long last = long.MinValue;
            await foreach (SampleColumns block in from.ReadAsync(series, start, long.MaxValue, cancellation))
            {
                for (int i = 0; i < block.Count; i++) batch.Add(into, block.Times[i], block.Values[i], block.Qualities[i]);
                last = block.Times[^1];
                if (block.Times[0] < FirstNamed || last >= LastNamed) note.Odd.Add(series);
                if (batch.Count >= batchSamples) await FlushAsync(series, last, count, cancellation);
            }
        }

        await FlushAsync(count, null, count, cancellation);
    }

    private async Task FlushAsync(int series, long? after, int count, CancellationToken cancellation)
    {
        await to.WriteAsync(batch, cancellation);
        note = note with { Series = series, After = after, Samples = note.Samples + batch.Count };
        batch.Clear();
        Write();
        progress.Report(new("copying", series, count, note.Samples));
        cancellation.ThrowIfCancellationRequested();
    }

    private int TargetOf(int series)
    {
        SeriesKey key = from.Catalogue.KeyOf(series);
        // A name that is no UTF-8 reads like another one: rather stop than join two series.
        if (!from.Catalogue.TryFind(key, out int found) || found != series)
            throw new StoreRefusedException($"Series {series} ({key.Gateway}, {key.Source}, {key.Channel}) has a name that is no UTF-8 text and cannot be carried over.");
        int source = to.Catalogue.SourceOf(key.Gateway, System.Text.Encoding.UTF8.GetBytes(key.Source));
        return to.Catalogue.TrySeriesOf(source, System.Text.Encoding.UTF8.GetBytes(key.Channel), out int number)
            ? number
            : throw new StoreRefusedException($"Source {key.Source} has more series than Storage:MaxSeriesPerSource allows; raise it and run the move again.");
    }

    private async Task<MoveResult> CompareAsync(CancellationToken cancellation)
    {
        int count = from.Catalogue.SeriesCount, compared = 0;
        long samples = 0;
        var differences = new List<string>();
        int every = Math.Max(1, count / SeriesCompared);
        for (int first = 0; first < count && differences.Count < DifferencesTold; first += SeriesAtOnce)
        {
            int[] series = [.. Enumerable.Range(first, Math.Min(SeriesAtOnce, count - first))], there = [.. series.Select(TargetOf)];
            long[] expected = await CountAsync(from, series, cancellation), found = await CountAsync(to, there, cancellation);
            for (int i = 0; i < series.Length; i++)
            {
                samples += expected[i];
                if (expected[i] != found[i]) differences.Add(Difference(series[i], $"{expected[i]:N0} samples in the years 1 to 9999 where the other store has {found[i]:N0}"));
                else if (series[i] % every == 0 || note.Odd.Contains(series[i]))
                {
                    compared++;
                    if (await FirstDifferenceAsync(series[i], there[i], cancellation) is { } what) differences.Add(Difference(series[i], what));
                }
            }

            progress.Report(new("comparing", Math.Min(first + SeriesAtOnce, count), count, note.Samples));
        }

        return new(count, samples, compared, differences);
    }

    private string Difference(int series, FormattableString what)
    {
        SeriesKey key = from.Catalogue.KeyOf(series);
        return $"{key.Gateway} {key.Source} {key.Channel}: {what.ToString(System.Globalization.CultureInfo.InvariantCulture)}.";
    }

    private static async Task<long[]> CountAsync(ITelemetryEngine store, int[] series, CancellationToken cancellation)
    {
        var (_, columns) = await store.AggregateAsync(series, FirstNamed, LastNamed, Step.Fixed(TimeSpan.FromMilliseconds(LastNamed - FirstNamed)), Aggregate.Count, cancellation);
        return [.. columns.Select(column => column.Counts.Sum())];
    }

    private async Task<FormattableString?> FirstDifferenceAsync(int series, int there, CancellationToken cancellation)
    {
        await using IAsyncEnumerator<Sample> one = SamplesAsync(from, series, cancellation).GetAsyncEnumerator(cancellation), other = SamplesAsync(to, there, cancellation).GetAsyncEnumerator(cancellation);
        while (true)
        {
            bool more = await one.MoveNextAsync(), moreThere = await other.MoveNextAsync();
            if (!more && !moreThere) return null;
            if (more != moreThere) return $"one store ends at {(more ? one.Current : other.Current).TimeMs} ms and the other before";
            if (!IsSame(one.Current, other.Current)) return $"{one.Current} where the other store has {other.Current}";
        }
    }

    private static bool IsSame(Sample a, Sample b) =>
        a.TimeMs == b.TimeMs && a.Quality == b.Quality && BitConverter.DoubleToInt64Bits(a.Value) == BitConverter.DoubleToInt64Bits(b.Value);

    private static async IAsyncEnumerable<Sample> SamplesAsync(ITelemetryEngine store, int series, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (SampleColumns block in store.ReadAsync(series, long.MinValue, long.MaxValue, cancellation))
            for (int i = 0; i < block.Count; i++) yield return new(block.Times[i], block.Values[i], block.Qualities[i]);
    }

    private Note? Read()
    {
        if (!File.Exists(noteFile)) return null;
        try
        {
            Note known = JsonSerializer.Deserialize<Note>(File.ReadAllText(noteFile)) ?? throw new JsonException("It is empty.");
            return known.Target == target ? known : throw new StoreRefusedException($"{noteFile} belongs to a move to {known.Target} that was not finished: finish it, or delete the file to begin anew.");
        }
        catch (JsonException e)
        {
            throw new StoreRefusedException($"{noteFile} cannot be read ({e.Message}): delete it to begin the move anew; what is copied already stays.", e);
        }
    }

    private void Write()
    {
        string next = noteFile + ".new";
        File.WriteAllText(next, JsonSerializer.Serialize(note));
        File.Move(next, noteFile, overwrite: true);
    }

    /// <param name="Target">Where to.</param>
    /// <param name="Series">The series to go on with.</param>
    /// <param name="After">The last time of it that is copied.</param>
    /// <param name="Samples">Copied so far.</param>
    /// <param name="Odd">Series with times that no calendar has.</param>
    private sealed record Note(string Target, int Series, long? After, long Samples, HashSet<int> Odd);
}
