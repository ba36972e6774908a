using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Statistics;

namespace Ordo.Identifiers.Changes;

/// <summary>What was done to a record or to a prefix.</summary>
public enum RecordAct
{
    /// <summary>新建</summary>
    Created = 1,

    /// <summary>修改</summary>
    Changed = 2,

    /// <summary>删除</summary>
    Deleted = 3,

    /// <summary>前缀归属本节点: the prefix is answered for here.</summary>
    Homed = 4,

    /// <summary>前缀移出本节点</summary>
    Unhomed = 5,
}

/// <summary>One change that was made without an enterprise's desk: over the Handle protocol, or over REST under <c>/api/handles</c> and <c>/api/prefixes</c>.</summary>
/// <param name="By">Display name of an account, or <c>index:handle</c> of an identity that proved itself by its key.</param>
/// <param name="Via"><c>rest</c>, <c>tcp</c>, <c>udp</c> or <c>http</c> (the tunnel).</param>
/// <param name="From">Remote address.</param>
/// <param name="Handle">Of a prefix <c>0.NA/prefix</c>.</param>
/// <param name="Values">Each value that differs afterwards: <c>+</c> new, <c>~</c> another, <c>-</c> gone, then its index and type. What stands in values is not repeated: it may be a secret.</param>
public sealed record RecordChange(DateTimeOffset Time, string By, string Via, string? From, RecordAct Act, string Handle, IReadOnlyList<string> Values);

/// <summary>Who makes a change, and how they came.</summary>
internal readonly record struct Changer(string Name, string Via, IPAddress? From)
{
    public static Changer Of(ValueReference identity, string via, IPAddress? from) => new($"{identity.Index.ToString(CultureInfo.InvariantCulture)}:{identity.Handle}", via, from);
}

/// <summary>
/// The way to every change of a record that no enterprise's desk makes: who did what and when is on disk before the change is acknowledged. One line of JSON for each, in a file for each day of the park's
/// time zone (<c>identifiers/changes/2026-03-01.jsonl</c>, packed once the day is over). A change that was cut off by a crash may have a line although it was not made, never the other way round.
/// </summary>
internal sealed partial class ChangeTrail : IDisposable
{
    private const string Open = ".jsonl", Packed = ".jsonl.gz";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly HandleStore store;
    private readonly IdentifiersOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly string folder;
    private readonly Lock gate = new(), days = new();
    private ArrayBufferWriter<byte> filling = new(), leaving = new();
    private TaskCompletionSource filled = NewSource();
    private Task writing = Task.CompletedTask;
    private FileStream? file;
    private DateOnly fileDay;

    public ChangeTrail(HandleStore store, string folder, IdentifiersOptions options, TimeProvider clock, ILogger<ChangeTrail> logger)
    {
        (this.store, this.folder, this.options, this.clock, this.logger) = (store, folder, options, clock, logger);
        Directory.CreateDirectory(folder);
    }

    /// <summary>As <see cref="HandleStore.ChangeAsync"/>; completes when the change and its line are on disk.</summary>
    /// <exception cref="IOException">One of them could not be written.</exception>
    public async Task<ChangeDecision> ChangeAsync(Changer who, Octets handle, Func<StoredRecord?, ChangeDecision> decide)
    {
        Task line = Task.CompletedTask;
        ChangeDecision decision = await store.ChangeAsync(handle, old =>
        {
            ChangeDecision wanted = decide(old);
            if (wanted.Code == ResponseCode.Success) line = Note(who, ActOf(old, wanted), handle, Differences(old?.Values ?? [], wanted.Values ?? []));
            return wanted;
        });
        await line;
        return decision;
    }

    /// <summary>Takes a prefix home or sends it away.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public async Task SetHomeAsync(Changer who, Octets prefix, bool home)
    {
        if (!store.IsCopy) await Note(who, home ? RecordAct.Homed : RecordAct.Unhomed, "0.NA/" + prefix.ToString(), []);
        await store.SetHomeAsync(prefix, home);
    }

    /// <summary>Changes of some days, the newest first.</summary>
    /// <param name="handle">Of this record alone, compared as handles are; <c>null</c> for all.</param>
    /// <param name="most">At most so many.</param>
    public IReadOnlyList<RecordChange> Read(DateOnly first, DateOnly last, string? handle, int most, CancellationToken cancellation)
    {
        var found = new List<RecordChange>();
        string? spelled = handle is null ? null : JsonSerializer.Serialize(handle, Json);
        foreach (string path in Files().Where(path => DayOf(path) >= first && DayOf(path) <= last).OrderByDescending(DayOf))
        {
            if (found.Count >= most) break;
            var newest = new Queue<RecordChange>();
            foreach (string line in Lines(path))
            {
                cancellation.ThrowIfCancellationRequested();
                // A million lines of others are not taken apart for a few of one's own.
                if (spelled is not null && !line.Contains(spelled, StringComparison.OrdinalIgnoreCase)) continue;
                if (Parse(line) is not { } change || (handle is not null && !change.Handle.Equals(handle, StringComparison.OrdinalIgnoreCase))) continue;
                newest.Enqueue(change);
                if (newest.Count > most - found.Count) newest.Dequeue();
            }

            found.AddRange(newest.Reverse());
        }

        return found;
    }

    public void Dispose()
    {
        Task last;
        lock (gate) last = writing;
        last.Wait();
        file?.Dispose();
    }

    /// <returns>Completes when it is on disk.</returns>
    private Task Note(Changer who, RecordAct act, Octets handle, IReadOnlyList<string> values)
    {
        var change = new RecordChange(clock.GetUtcNow(), who.Name, who.Via, who.From?.ToString(), act, handle.ToString(), values);
        lock (gate)
        {
            using (var json = new Utf8JsonWriter(filling, new() { Encoder = Json.Encoder })) JsonSerializer.Serialize(json, change, Json);
            filling.Write("\n"u8);
            if (writing.IsCompleted) writing = Task.Run(WriteOut);
            return filled.Task;
        }
    }

    /// <summary>All that has gathered goes with one write; meanwhile the next gathers.</summary>
    private void WriteOut()
    {
        while (true)
        {
            TaskCompletionSource done;
            lock (gate)
            {
                if (filling.WrittenCount == 0)
                {
                    writing = Task.CompletedTask;
                    return;
                }

                (filling, leaving, done, filled) = (leaving, filling, filled, NewSource());
            }

            try
            {
                FileStream today = Today();
                today.Write(leaving.WrittenSpan);
                today.Flush(flushToDisk: true);
                done.SetResult();
            }
            catch (Exception fault)
            {
                // Whatever it is, somebody waits. Opened anew for the next, which then begins on a line of its own.
                done.SetException(new IOException("Who made the change could not be written down.", fault));
                _ = done.Task.Exception; // nobody waits where the change itself failed
                file?.Dispose();
                file = null;
                LogNotWritten(fault);
            }

            leaving.ResetWrittenCount();
        }
    }

    private FileStream Today()
    {
        DateOnly day = StatisticsKeeper.DateOf(clock.GetUtcNow());
        if (file is not null && fileDay == day) return file;
        file?.Dispose();
        file = null;
        lock (days)
        {
            string path = Path.Combine(folder, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + Open);
            Unpack(path); // the clock was set back
            // Without a buffer, which would hold what a full disk did not take and write it, or fail, when the file is closed.
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            fileDay = day;
        }

        if (file.Length > 0)
        {
            file.Position = file.Length - 1;
            if (file.ReadByte() != '\n') file.WriteByte((byte)'\n'); // cut off in the middle of a line that nobody was told of
        }

        _ = Task.Run(() => Tidy(day));
        return file;
    }

    /// <summary>Packs the days that are over and lets go of those that are too old.</summary>
    private void Tidy(DateOnly today)
    {
        try
        {
            foreach (string path in Files())
            {
                if (options.ChangeDays > 0 && DayOf(path) < today.AddDays(-options.ChangeDays)) File.Delete(path);
                else if (DayOf(path) < today && path.EndsWith(Open, StringComparison.Ordinal))
                {
                    lock (days)
                        if (DayOf(path) != fileDay) Pack(path);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNotTidied(fault); // the next day tries again
        }
    }

    private static void Pack(string path)
    {
        string packed = Path.ChangeExtension(path, null) + Packed, unfinished = packed + ".part";
        using (FileStream from = File.OpenRead(path), to = File.Create(unfinished))
        {
            using (var gzip = new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true)) from.CopyTo(gzip);
            to.Flush(flushToDisk: true);
        }

        File.Move(unfinished, packed, overwrite: true);
        File.Delete(path);
    }

    private static void Unpack(string path)
    {
        string packed = Path.ChangeExtension(path, null) + Packed, unfinished = path + ".part";
        if (!File.Exists(packed)) return;
        if (!File.Exists(path)) // else it had not been deleted yet when it was packed
        {
            using (var from = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
            using (FileStream to = File.Create(unfinished))
            {
                from.CopyTo(to);
                to.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path);
        }

        File.Delete(packed);
    }

    /// <summary>One for each day, whatever a crash left beside it.</summary>
    private List<string> Files() =>
        [.. Directory.EnumerateFiles(folder).Where(path => (path.EndsWith(Open, StringComparison.Ordinal) || path.EndsWith(Packed, StringComparison.Ordinal)) && DayOf(path) != default)
            .GroupBy(DayOf).Select(day => day.MaxBy(path => path.EndsWith(Open, StringComparison.Ordinal))!)];

    private static DateOnly DayOf(string path) =>
        DateOnly.TryParseExact(Path.GetFileName(path).Split('.')[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : default;

    private static IEnumerable<string> Lines(string path)
    {
        Stream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            yield break; // packed in this moment; whoever asks again finds it
        }

        using StreamReader reader = new(path.EndsWith(Packed, StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static RecordChange? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<RecordChange>(line, Json);
        }
        catch (JsonException)
        {
            return null; // cut off
        }
    }

    private static RecordAct ActOf(StoredRecord? old, in ChangeDecision wanted) => wanted.Values is null ? RecordAct.Deleted : old is null ? RecordAct.Created : RecordAct.Changed;

    private static List<string> Differences(IReadOnlyList<HandleValue> before, IReadOnlyList<HandleValue> after)
    {
        List<string> all = [];
        Dictionary<uint, HandleValue> old = before.ToDictionary(value => value.Index);
        foreach (HandleValue value in after)
        {
            if (!old.Remove(value.Index, out HandleValue? was)) all.Add(Said('+', value));
            else if (!Same(was, value)) all.Add(Said('~', value));
        }

        all.AddRange(old.Values.Select(gone => Said('-', gone)));
        return all;

        static bool Same(HandleValue was, HandleValue value) =>
            was.Data.Equals(value.Data) && was.Type.Equals(value.Type) && (was.Permissions, was.TtlType, was.Ttl) == (value.Permissions, value.TtlType, value.Ttl) && was.References.SequenceEqual(value.References);
        static string Said(char sign, HandleValue value) => string.Create(CultureInfo.InvariantCulture, $"{sign}{value.Index} {value.Type}");
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(6100, LogLevel.Error, "Who changed records could not be written down; changes are refused until it can")]
    private partial void LogNotWritten(Exception fault);

    [LoggerMessage(6101, LogLevel.Warning, "Days of the trail of changes could not be packed")]
    private partial void LogNotTidied(Exception fault);
}
