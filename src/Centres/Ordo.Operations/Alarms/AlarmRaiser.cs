using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Alarms;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms;

/// <summary>
/// Alarms that systems raise. The first time makes the definition, so that people can give it another priority, shelve it, say what is to be done; from then on
/// that is what holds.
/// </summary>
internal sealed class AlarmRaiser(IDbContextFactory<OrdoDbContext> databases, AlarmCatalogue catalogue, AlarmEngine engine, AlarmJournal journal, TimeProvider clock)
    : IAlarmRaiser, IDisposable
{
    private readonly SemaphoreSlim making = new(1, 1);

    public async ValueTask RaiseAsync(RaisedAlarm alarm, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        AlarmDefinition definition = Find(alarm.Key) ?? await MakeAsync(alarm, cancellation);
        long sequence = engine.Raise(definition, true, alarm.Time ?? clock.GetUtcNow(), alarm.Value, alarm.Detail);
        await journal.WrittenAsync(sequence, cancellation);
    }

    public async ValueTask ClearAsync(RaisedAlarmKey key, CancellationToken cancellation = default)
    {
        if (Find(key) is not { } definition) return;
        long sequence = engine.Raise(definition, false, clock.GetUtcNow(), null, null);
        await journal.WrittenAsync(sequence, cancellation);
    }

    public void Dispose() => making.Dispose();

    private static string CodeOf(RaisedAlarmKey key) => $"{key.System}:{key.Code}";

    private AlarmDefinition? Find(RaisedAlarmKey key) => catalogue.Raised(CodeOf(key));

    private async Task<AlarmDefinition> MakeAsync(RaisedAlarm alarm, CancellationToken cancellation)
    {
        await making.WaitAsync(cancellation);
        try
        {
            if (Find(alarm.Key) is { } made) return made;
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            var definition = new AlarmDefinition
            {
                Code = CodeOf(alarm.Key), NameZh = alarm.Name.Zh, NameEn = alarm.Name.En, Kind = AlarmKind.Raised, AssetId = alarm.AssetId, Priority = alarm.Priority,
                System = alarm.Key.System, SystemCode = alarm.Key.Code, Consequence = alarm.Consequence, Response = alarm.Response,
                Changed = clock.GetUtcNow(), ChangedBy = alarm.Key.System,
            };
            database.Add(definition);
            await database.SaveChangesAsync(cancellation);
            await catalogue.RefreshAsync([definition.Id], CancellationToken.None);
            return catalogue.Stored[definition.Id];
        }
        finally
        {
            making.Release();
        }
    }
}
