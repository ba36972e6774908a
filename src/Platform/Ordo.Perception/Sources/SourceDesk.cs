using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Gateways;

namespace Ordo.Perception.Sources;

/// <summary>
/// What people do with sources: name them, place them, claim them with their points. Whether the caller may is the business of whoever calls.
/// </summary>
public sealed class SourceDesk(
    OrdoDbContext database, SourceRegistry registry, GatewayList gateways, SourceSecrets secrets, IEnumerable<IChannelDictionary> dictionaries,
    PointDesk points, IPointDirectory directory, ISeriesCatalogue catalogue, ITelemetryReader telemetry)
{
    public const int MaxClaimedPoints = 500;
    internal const int MaxHeartbeatSeconds = 7 * 86_400;

    /// <summary>Changes what is known of a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="edit">What is wanted.</param>
    /// <param name="asset">The asset of <see cref="SourceEdit.AssetId"/>, which exists and which the caller may write.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What is wrong, by member; empty when it was changed.</returns>
    /// <exception cref="DbUpdateConcurrencyException">Somebody was quicker.</exception>
    public async Task<IReadOnlyList<Fault>> ChangeAsync(Source source, SourceEdit edit, SourceAsset? asset, CancellationToken cancellation)
    {
        var faults = FaultsOf(source, edit);
        if (faults.Count > 0) return faults;

        var next = source.Profile with
        {
            NameZh = edit.NameZh ?? "",
            NameEn = edit.NameEn ?? "",
            Asset = asset,
            Template = edit.Template ?? source.Profile.Template,
            HeartbeatSeconds = HeartbeatOf(source, edit.HeartbeatSeconds),
            Settings = SettingsOf(source.Profile.Settings, edit.Settings),
            Version = source.Profile.Version + 1,
        };
        await ApplyAsync(source, next, cancellation);
        await SaveAsync(cancellation);
        registry.Replace(source, next);
        return [];
    }

    /// <summary>Proposes the points of a source: the template's, then whatever else it sends.</summary>
    /// <param name="source">The source.</param>
    /// <param name="template">The template, or <c>null</c> for the one that fits best.</param>
    public ClaimProposal Propose(Source source, SourceTemplate? template)
    {
        var seen = catalogue.SeriesOfSource(source.Id).ToDictionary(series => catalogue.KeyOf(series).Channel);
        template ??= BestFor(source.Gateway, seen.Keys);
        IChannelDictionary? dictionary = dictionaries.FirstOrDefault(d => d.Gateway == source.Gateway);
        var proposed = new List<ClaimPoint>();
        foreach (TemplateChannel channel in template?.Channels ?? [])
            if (seen.ContainsKey(channel.Channel)) proposed.Add(PointOf(channel.Channel, channel.Over(dictionary?.Explain(channel.Channel)), include: true));
        foreach (string channel in seen.Keys.Except(proposed.Select(p => p.Channel)))
        {
            ChannelMeaning? meaning = dictionary?.Explain(channel);
            proposed.Add(PointOf(channel, meaning, include: meaning is not null && template is { Channels.Count: 0 }));
        }

        return new ClaimProposal(template?.Code ?? "", proposed);

        ClaimPoint PointOf(string channel, ChannelMeaning? meaning, bool include)
        {
            int series = seen[channel];
            bool taken = directory.Current.BySeries(series) is not null;
            double? last = telemetry.TryGetLatest(series, out Sample sample) && double.IsFinite(sample.Value) ? sample.Value : null;
            return new ClaimPoint(
                channel, channel.Length <= 64 ? channel : channel[..64], meaning?.Name.Zh ?? channel, meaning?.Name.En ?? channel,
                meaning?.Quantity ?? "ratio", meaning?.Unit ?? "1", meaning?.Decimals, LastValue: last, Include: include && !taken);
        }
    }

    /// <summary>Places a source and makes its points, all in one transaction.</summary>
    /// <param name="source">An unclaimed source.</param>
    /// <param name="claim">What is wanted; its asset exists and the caller may write it.</param>
    /// <param name="asset">The asset.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Number of points made, or what is wrong by member.</returns>
    public async Task<(int Points, IReadOnlyList<Fault> Faults)> ClaimAsync(Source source, SourceClaim claim, SourceAsset asset, CancellationToken cancellation)
    {
        ClaimPoint[] chosen = [.. claim.Points.Where(p => p.Include)];
        var edit = new SourceEdit(claim.NameZh, claim.NameEn, claim.AssetId, HeartbeatSeconds: null, claim.Template);
        List<Fault> faults = FaultsOf(source, edit);
        if (chosen.Length > MaxClaimedPoints) faults.Add(new("points", $"一次最多 {MaxClaimedPoints} 个点位。", $"At most {MaxClaimedPoints} points at a time."));
        if (faults.Count > 0) return (0, faults);

        var next = source.Profile with { NameZh = claim.NameZh ?? "", NameEn = claim.NameEn ?? "", Asset = asset, Template = edit.Template, Version = source.Profile.Version + 1 };
        await ApplyAsync(source, next, cancellation);
        if (chosen.Length == 0)
        {
            await SaveAsync(cancellation);
        }
        else
        {
            PointDraft[] drafts = [.. chosen.Select(p => new PointDraft(
                asset.Id, p.Code, p.NameZh, p.Quantity, p.Unit, p.NameEn, p.Decimals, source.Gateway, source.Key, p.Channel, p.Scale, p.Offset, p.Limits))];
            // The row of the profile waits in the same context, so that it is saved with the points or not at all.
            faults.AddRange(await points.AddAsync(drafts, cancellation));
            if (faults.Count > 0) return (0, [.. faults.Select(f => f with { Field = InRequest(f.Field, claim.Points, chosen) })]);
        }

        registry.Replace(source, next);
        return (chosen.Length, []);
    }

    /// <summary>An asset as sources keep it.</summary>
    public async Task<SourceAsset?> FindAssetAsync(long id, CancellationToken cancellation) =>
        await database.Set<Asset>().Where(a => a.Id == id).Select(a => new SourceAsset(a.Id, a.Path, a.NameZh, a.NameEn)).SingleOrDefaultAsync(cancellation);

    private List<Fault> FaultsOf(Source source, SourceEdit edit)
    {
        var faults = new List<Fault>();
        if (Names.NameFaultOf(edit.NameZh, mayBeEmpty: true) is { } zh) faults.Add(new("nameZh", zh));
        if (Names.NameFaultOf(edit.NameEn, mayBeEmpty: true) is { } en) faults.Add(new("nameEn", en));
        if (edit.HeartbeatSeconds is not (null or (>= 1 and <= MaxHeartbeatSeconds)))
            faults.Add(new("heartbeatSeconds", $"应为 1 … {MaxHeartbeatSeconds} 秒。", $"Should be 1 … {MaxHeartbeatSeconds} s."));
        if (edit.Template is { Length: > 0 } template && SourceTemplate.Find(template)?.Gateway != source.Gateway)
            faults.Add(new("template", "没有这个模板，或它不适用于此网关。", "There is no such template for this gateway."));
        if (source.Key.Length > SourceProfileRow.MaxKey)
            faults.Add(new("key", $"标识超过 {SourceProfileRow.MaxKey} 个字符，无法认领。", $"Its key is longer than {SourceProfileRow.MaxKey} characters; it cannot be claimed."));
        foreach ((string name, string? value) in edit.Settings ?? new Dictionary<string, string?>())
        {
            SourceSetting? known = gateways.Find(source.Gateway)?.Settings.FirstOrDefault(s => s.Name == name);
            if (known is null) faults.Add(new($"settings.{name}", "此网关没有这项设置。", "This gateway has no such setting."));
            else if (!string.IsNullOrEmpty(value) && !known.IsValid(value)) faults.Add(new($"settings.{name}", $"应为：{known.Expected.Zh}。", $"Expected: {known.Expected.En}."));
        }

        return faults;
    }

    /// <summary>A form that shows the learned period and sends it back unchanged has not decided on one.</summary>
    private static int? HeartbeatOf(Source source, int? wanted) =>
        source.Profile.HeartbeatSeconds is null && wanted == SourceItem.HeartbeatOf(source) ? null : wanted;

    private static Dictionary<string, string> SettingsOf(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string?>? wanted)
    {
        var settings = new Dictionary<string, string>(before);
        foreach ((string name, string? value) in wanted ?? new Dictionary<string, string?>())
        {
            if (string.IsNullOrEmpty(value)) settings.Remove(name);
            else settings[name] = value;
        }

        return settings;
    }

    private static SourceTemplate? BestFor(string gateway, IReadOnlyCollection<string> channels) => SourceTemplate.All
        .Where(t => t.Gateway == gateway)
        .MaxBy(t => t.Channels.Count == 0 ? 1 : 2 * t.Channels.Count(c => channels.Contains(c.Channel)));

    /// <summary>Puts the wanted profile into the context; saving is the caller's.</summary>
    private async Task ApplyAsync(Source source, SourceProfile next, CancellationToken cancellation)
    {
        SourceProfileRow? row = await database.Set<SourceProfileRow>().SingleOrDefaultAsync(p => p.Gateway == source.Gateway && p.Key == source.Key, cancellation);
        if (row is null) database.Add(row = new SourceProfileRow { Gateway = source.Gateway, Key = source.Key });
        else if (row.Version != source.Profile.Version) throw new DbUpdateConcurrencyException();
        (row.NameZh, row.NameEn, row.AssetId, row.Template) = (next.NameZh, next.NameEn, next.Asset?.Id, next.Template);
        (row.HeartbeatSeconds, row.Version) = (next.HeartbeatSeconds, next.Version);
        secrets.Write(row, next.Settings);
    }

    private async Task SaveAsync(CancellationToken cancellation)
    {
        try
        {
            await database.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException late) when (late.IsDuplicate())
        {
            throw new DbUpdateConcurrencyException(); // two first edits at the same time
        }
    }

    /// <summary><c>[2].code</c> of the chosen points is <c>points[5].code</c> of the request.</summary>
    private static string InRequest(string field, IReadOnlyList<ClaimPoint> all, ClaimPoint[] chosen)
    {
        int close = field.IndexOf(']', StringComparison.Ordinal);
        if (close < 0 || !int.TryParse(field.AsSpan(1, close - 1), out int at) || at >= chosen.Length) return field;
        return $"points[{all.ToList().IndexOf(chosen[at])}]{field[(close + 1)..]}";
    }
}
