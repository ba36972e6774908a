using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation;
using Ordo.Foundation.Park.Import;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Serving;

namespace Ordo.Identifiers.Bulk;

/// <summary>A row that was not registered, and why; a line of the file of bad rows.</summary>
internal sealed record BadRow(long Row, string Suffix, string Field, string Zh, string En);

/// <summary>
/// Registers the rows of files, one file after the other. A batch is registered durably, then its bad rows are written, then how far the job has come; so a server that is stopped
/// at any moment repeats at most one batch, in which what is there already counts as the same and not as a double.
/// </summary>
internal sealed partial class BulkRunner(
    IDbContextFactory<OrdoDbContext> databases, NodeBook book, Registrar registrar, JobFolder folder, IdentifiersOptions options, TimeProvider clock, ILogger<BulkRunner> logger) : BackgroundService
{
    /// <summary>Until a database that was away, or a disk that was full, is tried again.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(3);

    private const int BatchRows = 5000;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly SemaphoreSlim wake = new(0);
    private readonly ILogger logger = logger;

    /// <summary>There is something to do.</summary>
    public void Wake() => wake.Release();

    /// <summary>Before anybody uploads: what lies there half is of the time before.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        folder.Sweep();
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        wake.Dispose();
    }

    public static BadRow ReadBad(string line) => JsonSerializer.Deserialize<BadRow>(line, Json)!;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        bool swept = false, waiting = false;
        while (true)
        {
            try
            {
                if (!swept) await SweepAsync(stoppingToken);
                swept = true;
                while (await NextAsync(stoppingToken) is { } job)
                {
                    await RunToItsEndAsync(job, stoppingToken);
                    waiting = false;
                }

                await wake.WaitAsync(stoppingToken);
            }
            catch (Exception away) when (Passes(away))
            {
                if (!waiting) LogWaiting(away.Message); // once; a job under way goes on where it was
                waiting = true;
                await Task.Delay(Retry, clock, stoppingToken);
            }
        }
    }

    /// <summary>Whether the same rows are worth another try: the database is away, or the disk has no room.</summary>
    private static bool Passes(Exception fault) => DatabaseTrouble.Passes(fault) || DiskTrouble.Passes(fault);

    /// <summary>The rows of a file; what cannot be read is this file's fault, for which no other waits.</summary>
    private static IEnumerable<JobRow> Rows(string path, Template template)
    {
        using IEnumerator<JobRow> rows = JobFile.Read(path, template).GetEnumerator();
        while (true)
        {
            try
            {
                if (!rows.MoveNext()) yield break;
            }
            catch (IOException fault)
            {
                throw new UnreadableFileException(new("服务器读不了该文件，已处理的行保留；请重新上传。", "The server cannot read the file; the rows done are kept. Upload it again."), fault);
            }

            yield return rows.Current;
        }
    }

    /// <summary>Removes the files of jobs that ended just before the server was killed.</summary>
    private async Task SweepAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        long[] kept = folder.Jobs();
        long[] ended = await database.Set<BulkJob>().Where(job => kept.Contains(job.Id) && job.State != BulkState.Waiting && job.State != BulkState.Running).Select(job => job.Id).ToArrayAsync(cancellation);
        foreach (long job in ended) folder.Remove(job);
    }

    /// <summary>Done, or refused with the reason told to whoever sent it.</summary>
    private async Task RunToItsEndAsync(long job, CancellationToken cancellation)
    {
        try
        {
            await RunAsync(job, cancellation);
        }
        catch (UnreadableFileException unreadable)
        {
            await EndAsync(job, BulkState.Refused, unreadable.Reason, cancellation);
        }
        catch (TemplateChangedException)
        {
            await EndAsync(job, BulkState.Refused, new("模板在注册开始前已被修改，请重新上传。", "The template was changed before the registration began; upload the file again."), cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !Passes(fault))
        {
            LogFailed(fault, job);
            await EndAsync(job, BulkState.Refused, new("服务器内部错误，已处理的行保留；请检查后重新上传。", "Internal error; the rows done are kept. Look into it and upload the file again."), cancellation);
        }
    }

    private async Task<long?> NextAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        return await database.Set<BulkJob>().Where(job => job.State == BulkState.Waiting || job.State == BulkState.Running).OrderByDescending(job => job.State).ThenBy(job => job.Id)
            .Select(job => (long?)job.Id).FirstOrDefaultAsync(cancellation);
    }

    private async Task RunAsync(long id, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        BulkJob job = await database.Set<BulkJob>().FirstAsync(job => job.Id == id, cancellation);
        string path = folder.Find(id) ?? throw new UnreadableFileException(new("文件不在服务器上，请重新上传。", "The file is not on the server; upload it again."));
        (_, Template template) = await FindAsync(job, cancellation);
        long rows = job.Rows ?? Rows(path, template).LongCount();
        // Not through the context, which would write over a cancellation.
        int taken = await database.Set<BulkJob>().Where(other => other.Id == id && (other.State == BulkState.Waiting || other.State == BulkState.Running))
            .ExecuteUpdateAsync(set => set.SetProperty(other => other.State, BulkState.Running).SetProperty(other => other.Rows, rows), cancellation);
        if (taken == 0) return;
        await registrar.UseAsync(template, cancellation);
        await using FileStream bad = folder.OpenBad(id, job.FaultBytes);
        List<JobRow> batch = new(BatchRows);
        long skip = job.Done;
        foreach (JobRow row in Rows(path, template))
        {
            if (skip-- > 0) continue;
            batch.Add(row);
            if (batch.Count == BatchRows && !await RegisterAsync(database, job, batch, bad, cancellation)) return;
        }

        if (batch.Count > 0 && !await RegisterAsync(database, job, batch, bad, cancellation)) return;
        await EndAsync(id, BulkState.Done, null, cancellation);
    }

    /// <returns>False when somebody ended the job.</returns>
    private async Task<bool> RegisterAsync(OrdoDbContext database, BulkJob job, List<JobRow> batch, FileStream bad, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        (PrefixEntry prefix, Template template) = await FindAsync(job, cancellation);
        if (registrar.Obstacle(prefix) is { } obstacle) throw new UnreadableFileException(obstacle);
        List<JobRow> good = new(batch.Count);
        List<(string Suffix, Dictionary<string, string> Fields)> wanted = new(batch.Count);
        List<BadRow> faults = [];
        foreach (JobRow row in batch)
        {
            List<Fault> wrong = RegistrationRules.Judge(template, row.Suffix, row.Values, out Dictionary<string, string> fields);
            if (wrong.Count == 0 && prefix.Name.Length + 1 + row.Suffix.Length > options.MaxHandleCharacters)
                wrong.Add(new("suffix", $"标识最多 {options.MaxHandleCharacters} 个字符。", $"A handle has at most {options.MaxHandleCharacters} characters."));
            if (wrong.Count == 0)
            {
                good.Add(row);
                wanted.Add((row.Suffix, fields));
            }
            else faults.AddRange(wrong.Take(5).Select(fault => new BadRow(row.Number, row.Suffix, fault.Field, fault.Reason.Zh, fault.Reason.En)));
        }

        long registered = 0, same = 0;
        foreach ((JobRow row, Registered how) in good.Zip(await registrar.RegisterAsync(prefix, template, wanted)))
        {
            if (how == Registered.Done) registered++;
            else if (how == Registered.Same) same++;
            else faults.Add(new(row.Number, row.Suffix, how == Registered.TooLarge ? "values" : "suffix", ReasonOf(how, prefix).Zh, ReasonOf(how, prefix).En));
        }

        faults.Sort((left, right) => left.Row.CompareTo(right.Row));
        foreach (BadRow fault in faults)
        {
            JsonSerializer.Serialize(bad, fault, Json);
            bad.WriteByte((byte)0x0A);
        }

        bad.Flush(flushToDisk: faults.Count > 0);
        job.Done += batch.Count;
        job.Registered += registered;
        job.Same += same;
        job.Bad += batch.Count - registered - same;
        job.FaultBytes = bad.Position;
        Refusals.Count(Refusals.BulkRow, batch.Count - registered - same);
        await database.SaveChangesAsync(cancellation);
        batch.Clear();
        return await database.Set<BulkJob>().AsNoTracking().AnyAsync(other => other.Id == job.Id && other.State == BulkState.Running, cancellation);
    }

    private async Task<(PrefixEntry Prefix, Template Template)> FindAsync(BulkJob job, CancellationToken cancellation)
    {
        NodeSnapshot snapshot = await book.CurrentAsync(cancellation);
        PrefixEntry? prefix = snapshot.Prefixes.FirstOrDefault(prefix => prefix.Id == job.PrefixId);
        Template? template = prefix?.Enterprise.Templates.Values.FirstOrDefault(template => template.Id == job.TemplateId);
        return prefix is not null && template is not null ? (prefix, template) : throw new UnreadableFileException(new("前缀或模板已不存在。", "The prefix or the template is gone."));
    }

    private async Task EndAsync(long id, BulkState state, Text? reason, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        BulkJob job = await database.Set<BulkJob>().FirstAsync(job => job.Id == id, cancellation);
        if (job.State is not (BulkState.Waiting or BulkState.Running)) return;
        (job.State, job.Finished, job.FaultZh, job.FaultEn) = (state, clock.GetUtcNow(), reason?.Zh, reason?.En);
        await database.SaveChangesAsync(cancellation);
        folder.Remove(id);
    }

    private static Text ReasonOf(Registered how, PrefixEntry prefix) => how switch
    {
        Registered.QuotaUsed => new($"前缀 {prefix.Name} 的配额 {prefix.Quota} 已用完。", $"The quota of {prefix.Quota} of the prefix {prefix.Name} is used up."),
        Registered.TooLarge => new("全部字段合计过长。", "All fields together are too long."),
        Registered.Damaged => new("该标识已存在，但其记录在磁盘上已损坏，请节点管理员恢复。", "The identifier is there, but its record is damaged on the disk; the node's administrator should restore it."),
        _ => new("标识已注册，且内容不同（仅大小写不同也算同一标识，注销后也不再使用）。", "The identifier is there with other values; a difference of case is none, and a retired one is never given again."),
    };

    [LoggerMessage(6050, LogLevel.Error, "The registration of file {Job} failed")]
    private partial void LogFailed(Exception fault, long job);

    [LoggerMessage(6051, LogLevel.Warning, "Registrations by file wait until it is possible again to write ({Reason})")]
    private partial void LogWaiting(string reason);
}

/// <summary>Where the files of jobs lie: <c>identifiers/jobs</c> in the data folder. A file is removed when its job ends, its bad rows stay.</summary>
internal sealed class JobFolder
{
    public const long MaxBytes = 1L << 30;
    private readonly string path;

    public JobFolder(string path)
    {
        this.path = path;
        Directory.CreateDirectory(path);
    }

    /// <summary>Removes what was not uploaded to its end.</summary>
    public void Sweep()
    {
        foreach (string part in Directory.EnumerateFiles(path, "*.part")) File.Delete(part);
    }

    /// <summary>Takes a file in under a name of its own, durably.</summary>
    /// <returns>Its place and its bytes; <c>null</c> when there are too many.</returns>
    public async Task<(string Part, long Bytes)?> ReceiveAsync(Stream content, CancellationToken cancellation)
    {
        string part = Path.Combine(path, $"{Guid.NewGuid():N}.part");
        long bytes = 0;
        try
        {
            await using var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0;)
            {
                bytes += read;
                if (bytes > MaxBytes) break;
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }

            file.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }

        if (bytes <= MaxBytes) return (part, bytes);
        File.Delete(part);
        return null;
    }

    /// <summary>The number is the job's alone: a file that has it already is of an upload that a kill cut off before it was committed.</summary>
    public void Keep(string part, long job, bool workbook) => File.Move(part, Path.Combine(path, workbook ? $"{job}.xlsx" : $"{job}.csv"), overwrite: true);

    /// <summary>Jobs whose file is there.</summary>
    public long[] Jobs() =>
        [.. Directory.EnumerateFiles(path).Where(name => Path.GetExtension(name) is ".csv" or ".xlsx").Select(name => long.TryParse(Path.GetFileNameWithoutExtension(name), NumberStyles.None, CultureInfo.InvariantCulture, out long job) ? job : -1).Where(job => job >= 0)];

    public string? Find(long job) => new[] { $"{job}.csv", $"{job}.xlsx" }.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);

    public void Remove(long job)
    {
        if (Find(job) is { } file) File.Delete(file);
    }

    /// <summary>The bad rows up to where the job knows them; what was written behind is written anew.</summary>
    public FileStream OpenBad(long job, long length)
    {
        var file = new FileStream(BadPath(job), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        file.SetLength(length);
        file.Position = length;
        return file;
    }

    /// <summary>Lines of bad rows, up to a length.</summary>
    public IEnumerable<string> ReadBad(long job, long length)
    {
        if (length == 0 || !File.Exists(BadPath(job))) yield break;
        using var file = new FileStream(BadPath(job), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.UTF8);
        long read = 0;
        while (read < length && reader.ReadLine() is { } line)
        {
            read += Encoding.UTF8.GetByteCount(line) + 1;
            yield return line;
        }
    }

    private string BadPath(long job) => Path.Combine(path, $"{job}.bad");
}
