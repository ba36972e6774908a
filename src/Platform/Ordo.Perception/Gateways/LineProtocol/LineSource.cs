using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>
/// What is known of lines that begin with the same bytes: the source they belong to, and its fields in the order they were first seen.
/// Two spellings of one source (tags in another order) are two of these with the same <see cref="Owner"/>.
/// Readers take no lock; fields are only ever added, under the lock on this object.
/// </summary>
/// <param name="prefix"><c>measurement,tag=value␠</c> as sent, with the space that ends it.</param>
/// <param name="owner">The source.</param>
/// <param name="gate">How much it may send.</param>
internal sealed class LineSource(byte[] prefix, Source owner, RateGate gate)
{
    /// <summary>From here on, a look-up by hash beats comparing with one field after the other.</summary>
    private const int ManyFields = 32;

    private LineField[] fields = new LineField[2];
    private volatile int count;
    private volatile ConcurrentDictionary<byte[], int>? indexByName;

    public byte[] Prefix => prefix;

    public Source Owner => owner;

    public RateGate Gate => gate;

    /// <summary>The source of the line that followed last time. Only a guess, so threads may overwrite each other's.</summary>
    public LineSource? FollowedBy { get; set; }

    /// <summary>When the next accepted line is shown in the frame log, milliseconds since 1970.</summary>
    public long NextSpecimenMs { get; set; }

    /// <summary>The fields that only ever brought texts, for people to read; at most ten are named.</summary>
    public string TextFieldNames
    {
        get
        {
            lock (this)
                return string.Join(", ", fields.Take(count).Where(f => f.Series == LineField.Text).Take(10).Select(f => Excerpt.Of(f.Name, 64)));
        }
    }

    /// <summary>The fields; places at the end may still be empty, and an empty one matches nothing.</summary>
    public LineField[] Fields
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => fields;
    }

    /// <summary>Finds a field that was not where it was expected.</summary>
    /// <param name="name">The field key as sent.</param>
    /// <param name="expected">Where it was expected; the search begins there, because devices more often leave fields out than mix them.</param>
    /// <returns>Index in <see cref="Fields"/>, or -1.</returns>
    public int IndexOf(ReadOnlySpan<byte> name, int expected)
    {
        int known = count;
        if (indexByName is { } index)
            return index.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out int found) ? found : -1;
        LineField[] candidates = fields;
        for (int i = expected; i < known; i++)
            if (name.SequenceEqual(candidates[i].Name)) return i;
        for (int i = 0; i < Math.Min(expected, known); i++)
            if (name.SequenceEqual(candidates[i].Name)) return i;
        return -1;
    }

    /// <summary>Adds a field, or gives a field that so far held only texts its series.</summary>
    /// <returns>Index in <see cref="Fields"/>.</returns>
    public int Learn(byte[] name, int series)
    {
        lock (this)
        {
            int at = IndexOf(name, 0);
            if (at >= 0)
            {
                if (fields[at].Series == LineField.Text) fields[at].Series = series;
                return at;
            }
            at = count;
            if (at == fields.Length)
            {
                // Readers keep the array they hold; it only lacks the newest fields.
                var larger = new LineField[at * 2];
                fields.CopyTo(larger, 0);
                fields = larger;
            }
            fields[at].Set(name, series);
            count = at + 1;
            if (count == ManyFields)
            {
                var index = new ConcurrentDictionary<byte[], int>(Utf8Key.Comparer);
                for (int i = 0; i < count; i++) index[fields[i].Name.ToArray()] = i;
                indexByName = index;
            }
            else if (indexByName is { } index)
            {
                index[name] = at;
            }
            return at;
        }
    }
}
