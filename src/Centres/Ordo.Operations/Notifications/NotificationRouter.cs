using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;
using Ordo.Operations.Duty;
using Ordo.Operations.Notifications.Channels;
using Ordo.Operations.Notifications.Rules;

namespace Ordo.Operations.Notifications;

/// <summary>What a round of routing left to do.</summary>
/// <param name="More">Full batches: go on at once.</param>
/// <param name="NextDue">When the next step is due.</param>
internal sealed record RoutingRound(bool More, DateTimeOffset? NextDue);

/// <summary>
/// Turns alarms into messages: asks the rules, finds the people, and writes notices and outbox in one transaction. The alarms' own table is the queue,
/// so nothing is kept in memory, nothing grows, and after a crash it goes on where it was: docs/decisions/0044.
/// </summary>
internal sealed class NotificationRouter(
    IDbContextFactory<OrdoDbContext> databases, AccessDirectory access, AssetNames assets, DutyBoard duty, AlarmCatalogue catalogue, IPointDirectory points,
    ParkClock park, NotificationOptions options, TimeProvider clock)
{
    private const int BatchSize = 500;

    /// <summary>Alarms that a message lists by name; further ones it only counts.</summary>
    public const int MaxListed = 50;

    private readonly AccessDirectory access = access;
    private readonly AssetNames assets = assets;
    private readonly DutyBoard duty = duty;
    private readonly AlarmCatalogue catalogue = catalogue;
    private readonly IPointDirectory points = points;
    private readonly ParkClock park = park;
    private readonly NotificationOptions options = options;

    /// <param name="changed">Occurrences that changed since the last round, a few hundred at most.</param>
    public async Task<RoutingRound> RouteAsync(IReadOnlyCollection<long> changed, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
                return await new Round(this, database, clock.GetUtcNow()).RunAsync(changed, cancellation);
            }
            catch (DbUpdateConcurrencyException) when (attempt < 5)
            {
                // A message left while an alarm was being added to it. Nothing was written; the alarm goes into the next one.
            }
        }
    }

    private sealed record Rule(long Id, string Name, string? Path, RoutingConditions Conditions, IReadOnlyList<RoutingStep> Steps, DateTimeOffset ActiveFrom);

    private sealed record Channel(long Id, ChannelKind Kind, string Name, string Language, string Path);

    /// <summary>One batch with everything it needs, read once.</summary>
    private sealed class Round(NotificationRouter router, OrdoDbContext database, DateTimeOffset now)
    {
        private readonly Dictionary<(long Alarm, long Rule), Notice> notices = [];
        private readonly Dictionary<(long Channel, long? Account, int Step), Delivery> open = [];
        private readonly HashSet<(long Alarm, long Channel, long? Account, int Step)> told = [];
        private readonly Dictionary<long, Delivery> unheard = [];
        private Dictionary<(long, long?), DateTimeOffset> lastSent = [];
        private Dictionary<long, Channel> channels = [];
        private IReadOnlyList<Rule> rules = [];
        private IReadOnlyDictionary<long, AssetName> names = new Dictionary<long, AssetName>();
        private Dictionary<string, string> systems = [];
        private People people = null!;

        public async Task<RoutingRound> RunAsync(IReadOnlyCollection<long> changed, CancellationToken cancellation)
        {
            NoticeCursor cursor = await CursorAsync(cancellation);
            List<AlarmOccurrence> risen = await database.Set<AlarmOccurrence>().AsNoTracking().Where(a => a.Id > cursor.AlarmId).OrderBy(a => a.Id).Take(BatchSize).ToListAsync(cancellation);
            List<AlarmOccurrence> looked = await database.Set<AlarmOccurrence>().AsNoTracking().Where(a => changed.Contains(a.Id) && a.Id <= cursor.AlarmId).ToListAsync(cancellation);
            List<Notice> due = await database.Set<Notice>().Where(n => n.Due != null && n.Due <= now).OrderBy(n => n.Due).Take(BatchSize).ToListAsync(cancellation);
            if (risen.Count > 0 || looked.Count > 0 || due.Count > 0)
            {
                List<AlarmOccurrence> alarms = await WithThoseOfAsync([.. risen, .. looked], due, cancellation);
                await PrepareAsync(alarms, cancellation);
                foreach (AlarmOccurrence alarm in risen.Concat(looked)) await LookAsync(alarm, cancellation);
                var byId = alarms.ToDictionary(a => a.Id);
                foreach (Notice notice in due.Where(n => n.Due <= now)) TakeDueStep(notice, byId.GetValueOrDefault(notice.AlarmId));
                if (risen.Count > 0) cursor.AlarmId = risen[^1].Id;
            }
            await database.SaveChangesAsync(cancellation);
            DateTimeOffset? next = await database.Set<Notice>().Where(n => n.Due != null).MinAsync(n => n.Due, cancellation);
            return new(risen.Count == BatchSize || due.Count == BatchSize, next);
        }

        /// <summary>On a folder of an earlier version nobody is told of the alarms of the last years.</summary>
        private async Task<NoticeCursor> CursorAsync(CancellationToken cancellation)
        {
            if (await database.Set<NoticeCursor>().SingleOrDefaultAsync(cancellation) is { } known) return known;
            var first = new NoticeCursor { AlarmId = await database.Set<AlarmOccurrence>().MaxAsync(a => (long?)a.Id, cancellation) ?? 0 };
            database.Add(first);
            return first;
        }

        private async Task<List<AlarmOccurrence>> WithThoseOfAsync(List<AlarmOccurrence> alarms, List<Notice> due, CancellationToken cancellation)
        {
            long[] missing = [.. due.Select(n => n.AlarmId).Except(alarms.Select(a => a.Id))];
            if (missing.Length > 0) alarms.AddRange(await database.Set<AlarmOccurrence>().AsNoTracking().Where(a => missing.Contains(a.Id)).ToListAsync(cancellation));
            return alarms;
        }

        private async Task PrepareAsync(List<AlarmOccurrence> alarms, CancellationToken cancellation)
        {
            names = await router.assets.OfAsync(alarms.Select(a => a.AssetId), cancellation);
            var rows = await database.Set<RoutingRule>().AsNoTracking().Where(r => r.Enabled).OrderBy(r => r.Id).ToListAsync(cancellation);
            var rows2 = await database.Set<NotificationChannel>().AsNoTracking().Where(c => c.Enabled).ToListAsync(cancellation);
            var roots = await router.assets.OfAsync([.. rows.Select(r => r.AssetId).Concat(rows2.Select(c => c.AssetId)).OfType<long>()], cancellation);
            rules = [.. rows.Select(r => new Rule(r.Id, r.Name, PathOf(r.AssetId, roots), JsonText.Read<RoutingConditions>(r.Conditions), JsonText.Read<List<RoutingStep>>(r.Steps), r.ActiveFrom))
                .Where(r => r.Path is not null)];
            channels = rows2.Where(c => PathOf(c.AssetId, roots) is not null)
                .ToDictionary(c => c.Id, c => new Channel(c.Id, c.Kind, c.Name, c.Language, PathOf(c.AssetId, roots)!));
            people = await People.ReadAsync(database, router.access, router.duty, rules.SelectMany(r => r.Steps).SelectMany(s => s.Recipients)
                .Where(r => r.Kind == RecipientKind.Duty).Select(r => r.Id ?? 0), now, cancellation);
            if (rules.Any(r => r.Conditions.Systems is { Count: > 0 })) systems = await AlarmSystem.OfPathsAsync(database, [.. alarms.Select(PathOf).Distinct()], cancellation);

            foreach (long[] ids in alarms.Select(a => a.Id).Chunk(500))
                foreach (Notice notice in await database.Set<Notice>().Where(n => ids.Contains(n.AlarmId)).ToListAsync(cancellation)) notices[(notice.AlarmId, notice.RuleId)] = notice;
            foreach (Delivery delivery in await database.Set<Delivery>().Where(d => d.State == DeliveryState.Queued && d.Attempts == 0 && !d.IsTest && d.ReportRunId == null && d.Title == null).ToListAsync(cancellation))
                open[(delivery.ChannelId, delivery.AccountId, delivery.Step)] = delivery;
            DateTimeOffset since = now - router.options.Gap;
            var recent = await database.Set<Delivery>().Where(d => d.Finished >= since || d.State == DeliveryState.Claimed || d.State == DeliveryState.Handing)
                .Where(d => !d.IsTest && d.ReportRunId == null && d.Title == null && d.State != DeliveryState.Failed && d.State != DeliveryState.Cancelled)
                .Select(d => new { d.ChannelId, d.AccountId, d.Finished }).ToListAsync(cancellation);
            lastSent = recent.GroupBy(d => (d.ChannelId, d.AccountId)).ToDictionary(g => g.Key, g => g.Max(d => d.Finished ?? now));
        }

        /// <summary>A rule or channel whose asset is gone holds nowhere; it must not turn into everywhere.</summary>
        private static string? PathOf(long? assetId, IReadOnlyDictionary<long, AssetName> roots) => assetId is { } id ? roots.GetValueOrDefault(id)?.Path : "/";

        private string PathOf(AlarmOccurrence alarm) => names.GetValueOrDefault(alarm.AssetId)?.Path ?? "/";

        private async Task LookAsync(AlarmOccurrence alarm, CancellationToken cancellation)
        {
            if (!WaitsForSomebody(alarm))
            {
                foreach (Notice notice in NoticesOf(alarm).Where(n => n.State == NoticeState.Waiting)) End(notice, EndOf(alarm));
                return;
            }

            foreach (Rule rule in rules)
            {
                if (notices.TryGetValue((alarm.Id, rule.Id), out Notice? known)) Continue(known, rule, alarm);
                else if (IsFor(rule, alarm)) await BeginAsync(rule, alarm, cancellation);
            }
        }

        private void Continue(Notice notice, Rule rule, AlarmOccurrence alarm)
        {
            if (notice.State != NoticeState.SetAside)
            {
                StopIfReturned(notice, rule, alarm);
                return;
            }

            // The shelf has ended and the alarm still stands: it is news again.
            (notice.Began, notice.Steps) = (now, 0);
            Take(notice, rule, alarm);
        }

        private async Task BeginAsync(Rule rule, AlarmOccurrence alarm, CancellationToken cancellation)
        {
            var notice = new Notice { AlarmId = alarm.Id, RuleId = rule.Id, Began = now, State = NoticeState.Waiting, Due = now };
            // It comes and goes, and nobody acknowledged: who was told a minute ago is not told again, and the steps go on counting from the first time.
            if (alarm.Repeats > 0 && await PreviousAsync(rule, alarm, cancellation) is { } previous)
                notice = new Notice { AlarmId = alarm.Id, RuleId = rule.Id, Began = previous.Began, Steps = previous.Steps, State = NoticeState.Waiting };
            database.Add(notice);
            notices[(alarm.Id, rule.Id)] = notice;
            if (notice.Steps > 0) SetNext(notice, rule);
            else Take(notice, rule, alarm);
        }

        private async Task<Notice?> PreviousAsync(Rule rule, AlarmOccurrence alarm, CancellationToken cancellation)
        {
            IQueryable<AlarmOccurrence> same = database.Set<AlarmOccurrence>().Where(a => a.Id < alarm.Id);
            same = alarm.DefinitionId != 0 ? same.Where(a => a.DefinitionId == alarm.DefinitionId) : same.Where(a => a.PointId == alarm.PointId && a.Kind == alarm.Kind);
            long before = await same.MaxAsync(a => (long?)a.Id, cancellation) ?? 0;
            Notice? previous = notices.GetValueOrDefault((before, rule.Id))
                ?? await database.Set<Notice>().SingleOrDefaultAsync(n => n.AlarmId == before && n.RuleId == rule.Id, cancellation);
            if (previous is { State: NoticeState.Waiting }) End(previous, NoticeState.Over);
            return previous is { Steps: > 0 } ? previous : null;
        }

        private void TakeDueStep(Notice notice, AlarmOccurrence? alarm)
        {
            Rule? rule = rules.FirstOrDefault(r => r.Id == notice.RuleId);
            if (alarm is null || rule is null) End(notice, NoticeState.Over);
            else if (!WaitsForSomebody(alarm)) End(notice, EndOf(alarm));
            else if (!StopIfReturned(notice, rule, alarm)) Take(notice, rule, alarm);
        }

        private static bool StopIfReturned(Notice notice, Rule rule, AlarmOccurrence alarm)
        {
            if (!rule.Conditions.StopWhenReturned || alarm.State.IsActive() || notice.State != NoticeState.Waiting) return false;
            End(notice, NoticeState.Over);
            return true;
        }

        private void Take(Notice notice, Rule rule, AlarmOccurrence alarm)
        {
            // Steps that fell due while the server was down are taken together: the last of them says it to all.
            do Tell(rule, alarm, notice.Steps++);
            while (notice.Steps < rule.Steps.Count && DueOf(notice, rule) <= now);
            SetNext(notice, rule);
        }

        private static DateTimeOffset DueOf(Notice notice, Rule rule) => notice.Began.AddMinutes(rule.Steps[notice.Steps].AfterMinutes);

        private static void SetNext(Notice notice, Rule rule)
        {
            notice.Due = notice.Steps < rule.Steps.Count ? DueOf(notice, rule) : null;
            notice.State = notice.Due is null ? NoticeState.Spent : NoticeState.Waiting;
        }

        private static void End(Notice notice, NoticeState state) => (notice.State, notice.Due) = (state, null);

        private void Tell(Rule rule, AlarmOccurrence alarm, int step)
        {
            DateTimeOffset? held = null;
            if (rule.Conditions.Quiet is { } quiet && !quiet.Spares(alarm.Priority) && quiet.EndAt(router.park.LocalOf(now)) is { } end)
            {
                if (quiet.Mode == QuietMode.Drop) return;
                held = router.park.InstantOf(end);
            }

            string path = PathOf(alarm);
            IReadOnlyList<Person> meant = people.Of(rule.Steps[step].Recipients, path);
            int messages = 0;
            foreach (Channel channel in rule.Steps[step].ChannelIds.Select(id => channels.GetValueOrDefault(id)).OfType<Channel>().Where(c => path.StartsWith(c.Path, StringComparison.Ordinal)))
            {
                if (!channel.Kind.IsPersonal())
                {
                    Queue(alarm, channel, null, string.Join(',', meant.Select(p => p.Phone).OfType<string>()), step, path, held);
                    messages++;
                }
                else
                {
                    foreach (Person person in meant.Where(p => p.AddressFor(channel.Kind) is not null))
                    {
                        Queue(alarm, channel, person, "", step, path, held);
                        messages++;
                    }
                }
            }
            if (messages == 0) NoteUnheard(rule, alarm, step, path);
        }

        private void Queue(AlarmOccurrence alarm, Channel channel, Person? person, string mentions, int step, string path, DateTimeOffset? held)
        {
            if (!told.Add((alarm.Id, channel.Id, person?.AccountId, step))) return; // another rule said it
            DateTimeOffset notBefore = held ?? EarliestOf(channel, person, alarm.Priority);
            var key = (channel.Id, person?.AccountId, step);
            if (!open.TryGetValue(key, out Delivery? delivery))
            {
                open[key] = delivery = new()
                {
                    Key = Guid.CreateVersion7(now).ToString(),
                    ChannelId = channel.Id,
                    ChannelKind = channel.Kind,
                    AccountId = person?.AccountId,
                    Recipient = person?.Name ?? channel.Name,
                    Address = person is null ? "" : person.AddressFor(channel.Kind)!,
                    Language = person?.Language ?? channel.Language,
                    Step = step,
                    State = DeliveryState.Queued,
                    Priority = alarm.Priority,
                    AssetPath = path,
                    Created = now,
                    NotBefore = notBefore,
                    Held = held is not null,
                };
                database.Add(delivery);
            }
            Add(delivery, alarm, path, mentions);
            if (notBefore < delivery.NotBefore) (delivery.NotBefore, delivery.Held) = (notBefore, held is not null);
        }

        private void Add(Delivery delivery, AlarmOccurrence alarm, string path, string mentions)
        {
            delivery.Count++;
            delivery.Priority = Math.Min(delivery.Priority, alarm.Priority);
            delivery.AssetPath = ScopePaths.CommonAncestor([delivery.AssetPath, path]);
            if (mentions.Length > 0) delivery.Mentions = string.Join(',', delivery.Mentions.Split(',', StringSplitOptions.RemoveEmptyEntries).Union(mentions.Split(',')).Take(20));
            if (delivery.Count <= MaxListed) database.Add(new DeliveryAlarm { Delivery = delivery, AlarmId = alarm.Id });
        }

        private DateTimeOffset EarliestOf(Channel channel, Person? person, int priority)
        {
            DateTimeOffset collected = now + router.options.CollectFor;
            if (!lastSent.TryGetValue((channel.Id, person?.AccountId), out DateTimeOffset last)) return collected;
            DateTimeOffset spaced = last + (priority == AlarmPriority.Highest ? router.options.UrgentGap : router.options.Gap);
            return spaced > collected ? spaced : collected;
        }

        /// <summary>A rule that reaches nobody is the worst of all silences, so it stands in the log; once a round, however many alarms there are.</summary>
        private void NoteUnheard(Rule rule, AlarmOccurrence alarm, int step, string path)
        {
            if (!unheard.TryGetValue(rule.Id, out Delivery? delivery))
            {
                unheard[rule.Id] = delivery = new()
                {
                    Key = Guid.CreateVersion7(now).ToString(),
                    Recipient = rule.Name,
                    Address = "",
                    Language = "zh-CN",
                    Step = step,
                    State = DeliveryState.Failed,
                    Priority = alarm.Priority,
                    AssetPath = path,
                    Created = now,
                    NotBefore = now,
                    Finished = now,
                    Answer = "nobody",
                };
                database.Add(delivery);
            }
            Add(delivery, alarm, path, "");
        }

        private bool IsFor(Rule rule, AlarmOccurrence alarm)
        {
            string path = PathOf(alarm);
            return alarm.Raised >= rule.ActiveFrom
                && path.StartsWith(rule.Path!, StringComparison.Ordinal)
                && (rule.Conditions.Priorities is not { Count: > 0 } priorities || priorities.Contains(alarm.Priority))
                && (rule.Conditions.Systems is not { Count: > 0 } wanted || wanted.Contains(SystemOf(alarm, path)));
        }

        /// <summary>Who raised it may have said so; else the place tells.</summary>
        private string SystemOf(AlarmOccurrence alarm, string path) =>
            router.catalogue.Find(alarm.DefinitionId, router.points.Current)?.System is { } said && AlarmSystem.All.Contains(said) ? said : systems[path];

        private IEnumerable<Notice> NoticesOf(AlarmOccurrence alarm) => notices.Where(n => n.Key.Alarm == alarm.Id).Select(n => n.Value);

        /// <summary>Stands on the desk and nobody has said that they saw it.</summary>
        private static bool WaitsForSomebody(AlarmOccurrence alarm) => alarm.IsOpen && alarm.State.IsUnacknowledged();

        private static NoticeState EndOf(AlarmOccurrence alarm) => alarm switch
        {
            { Acknowledged: not null } => NoticeState.Acknowledged,
            { IsOpen: true } => NoticeState.SetAside,
            _ => NoticeState.Over,
        };
    }
}
