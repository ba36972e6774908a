using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;

namespace Ordo.Identifiers.Recursion;

/// <summary>
/// The way of one question: from where it is known who answers for the prefix, or else from the configured nodes, along referrals to the node that has the handle. It ends, because every referral
/// must lead deeper into the prefix that is asked for, and because there are only so many questions in all. For the same reason nobody can refer to, or speak for, what is not his.
/// </summary>
internal sealed class Walk(RecursionOptions options, HandleStore store, AnswerCache cache, Upstreams upstreams, Reachable reachable, NodeClient client, RecursionCounts counts, byte hops, CancellationToken cancellation)
{
    private const int MaxServices = 3;
    private readonly List<string> trail = [];
    private int left = options.MaxQuestions;
    private int services;

    public IReadOnlyList<string> Trail => trail;

    public async Task<ForeignAnswer> ResolveAsync(Octets handle)
    {
        bool isPrefix = HandleText.IsPrefixHandle(handle.Span);
        if (!isPrefix)
        {
            Octets prefix = new(HandleText.PrefixOf(handle.Span).ToArray());
            (IReadOnlyList<HandleValue> values, bool own) = Known(prefix);
            if (values.Count > 0 && await AskAllAsync(await ServersOfAsync(values, false, handle), handle, prefix, 0) is { } found) return found;
            // Prefixes under one of this node's are where it says, or nowhere; what was only heard may be old.
            if (own) return values.Count == 0 ? Answer(ResponseCode.NotResponsible, "That prefix doesn't live here") : Answer(ResponseCode.Error, "The responsible node does not answer");
        }

        ForeignAnswer? last = null;
        foreach (NodeAddress upstream in upstreams.InOrder())
        {
            ForeignAnswer? heard = await AskAllAsync([upstream], handle, Octets.Empty, 0);
            if (heard is { Code: not ResponseCode.NotResponsible }) return heard;
            last = heard ?? last;
        }

        return last ?? (upstreams.Count == 0 ? Answer(ResponseCode.NotResponsible, "That prefix doesn't live here") : Answer(ResponseCode.Error, "No superior node answers"));
    }

    /// <summary>What is known about who answers for a prefix: from the record here, or from one that was heard.</summary>
    private (IReadOnlyList<HandleValue> Values, bool Own) Known(Octets prefix)
    {
        byte[] record = [.. HandleText.PrefixHandles, .. prefix.Span];
        if (store.IsHome(record)) return ([.. (store.Find(record)?.Values ?? []).Where(IsService)], true);
        return (cache.Find(PrefixTable.NameOf(record), IsService) is { Answer: var kept } ? [.. kept.Values.Where(IsService)] : [], false);

        static bool IsService(HandleValue value) => value.Permissions.HasFlag(ValuePermissions.PublicRead) && ServiceTypes.IsAny(value.Type);
    }

    /// <summary>Asks one after the other until one knows.</summary>
    /// <param name="zone">The prefix that these servers were named for; empty for those that are configured.</param>
    /// <returns><c>null</c> when nobody gave an answer that helps.</returns>
    private async Task<ForeignAnswer?> AskAllAsync(IReadOnlyList<NodeAddress> servers, Octets handle, Octets zone, int depth)
    {
        ForeignAnswer? refused = null;
        foreach (NodeAddress server in servers)
        {
            if (await AskAsync(server, handle, servers) is not { } answer) continue;
            ForeignAnswer? found = answer.Header.ResponseCode switch
            {
                ResponseCode.Success when answer.Body is ValuesBody body => Answer(ResponseCode.Success, "", Public(body.Values)),
                ResponseCode.HandleNotFound or ResponseCode.ValuesNotFound => Answer(answer.Header.ResponseCode, ""),
                ResponseCode.RecursionTooDeep => Answer(ResponseCode.RecursionTooDeep, "Recursion count too high"),
                ResponseCode.PrefixReferral or ResponseCode.ServiceReferral when answer.Body is ReferralBody referral && depth < options.MaxQuestions => await FollowAsync(server, referral, answer.Header.ResponseCode, handle, zone, depth),
                ResponseCode.NotResponsible when zone.Length == 0 && !HandleText.IsPrefixHandle(handle.Span) => await AskForPrefixAsync(server, new(HandleText.PrefixOf(handle.Span).ToArray()), handle, zone, depth) ?? Elsewhere(),
                ResponseCode.NotResponsible => Elsewhere(),
                _ => null,
            };
            if (found is { Code: not ResponseCode.NotResponsible }) return found;
            refused = found ?? refused;
        }

        return refused;

        ForeignAnswer Elsewhere() => Answer(ResponseCode.NotResponsible, "That prefix doesn't live here");
    }

    private async Task<ForeignAnswer?> FollowAsync(NodeAddress server, ReferralBody referral, ResponseCode code, Octets handle, Octets zone, int depth)
    {
        if (code == ResponseCode.ServiceReferral)
        {
            IReadOnlyList<HandleValue> named = referral.Values is { Count: > 0 } sites ? sites : referral.Handle.Length > 0 ? [HandleValue.Of(1, "HS_SERV", referral.Handle)] : [];
            return await AskAllAsync(await ServersOfAsync(named, false, handle), handle, zone, depth + 1);
        }

        if (!HandleText.IsPrefixHandle(referral.Handle.Span)) return null;
        Octets prefix = new(referral.Handle.Memory[HandleText.PrefixHandles.Length..]);
        if (!IsDeeper(prefix.Span, zone.Span, HandleText.HomeOf(handle.Span))) return null;
        if (referral.Values is not { Count: > 0 } values) return await AskForPrefixAsync(server, prefix, handle, zone, depth);
        return await AskAllAsync(await ServersOfAsync(values, IsAbove(prefix, handle), handle), handle, prefix, depth + 1);
    }

    /// <summary>Asks who answers for a prefix, keeps it, and goes there.</summary>
    private async Task<ForeignAnswer?> AskForPrefixAsync(NodeAddress server, Octets prefix, Octets handle, Octets zone, int depth)
    {
        if (!IsDeeper(prefix.Span, zone.Span, HandleText.HomeOf(handle.Span))) return null;
        Octets record = (byte[])[.. HandleText.PrefixHandles, .. prefix.Span];
        if (await AskAsync(server, record, []) is not { Header.ResponseCode: ResponseCode.Success, Body: ValuesBody body }) return null;
        HandleValue[] values = Public(body.Values);
        cache.Put(PrefixTable.NameOf(record.Span), Answer(ResponseCode.Success, "", values));
        return await AskAllAsync(await ServersOfAsync(values, IsAbove(prefix, handle), handle), handle, prefix, depth + 1);
    }

    /// <summary>The servers among the values, and those of the services they name.</summary>
    private async Task<IReadOnlyList<NodeAddress>> ServersOfAsync(IReadOnlyList<HandleValue> values, bool derived, Octets handle)
    {
        List<NodeAddress> found = [.. reachable.Of(values, derived, handle)];
        foreach (HandleValue service in values.Where(value => ServiceTypes.IsService(value.Type, derived)))
        {
            if (services++ >= MaxServices || !service.Data.Span.Contains((byte)'/')) break;
            found.AddRange(reachable.Of(await ValuesOfAsync(service.Data), false, handle));
        }

        return found;
    }

    private async Task<IReadOnlyList<HandleValue>> ValuesOfAsync(Octets service)
    {
        if (store.IsHome(service.Span)) return store.Find(service)?.Values ?? [];
        string name = PrefixTable.NameOf(service.Span);
        if (cache.Find(name, value => ServiceTypes.IsSite(value.Type, false)) is { Answer.Code: ResponseCode.Success } kept) return kept.Answer.Values;
        ForeignAnswer found = await ResolveAsync(service);
        if (found.Code == ResponseCode.Success) cache.Put(name, found);
        return found.Values;
    }

    /// <param name="siblings">Where the same one may listen over TCP.</param>
    private async Task<Message?> AskAsync(NodeAddress server, Octets handle, IReadOnlyList<NodeAddress> siblings)
    {
        if (reachable.IsSelf(server) || left <= 0) return null;
        left--;
        Message? answer = await AskOnceAsync(server, handle);
        // Too long for UDP, or too much to do: over TCP it has proven where it is.
        if (answer?.Header.ResponseCode != ResponseCode.TooBusy || server.IsTcp || left <= 0) return answer;
        left--;
        return await AskOnceAsync(siblings.FirstOrDefault(other => other.IsTcp && other.EndPoint.Address.Equals(server.EndPoint.Address)) ?? server with { IsTcp = true }, handle);
    }

    private async Task<Message?> AskOnceAsync(NodeAddress server, Octets handle)
    {
        (Heard heard, Message? answer) = await client.AskAsync(server, handle, (byte)(hops + 1), options.QuestionTimeout, cancellation);
        counts.Add(heard);
        upstreams.Note(server, heard);
        trail.Add($"{server} {handle}: {(answer is null ? heard == Heard.Nothing ? "–" : "?" : $"{(uint)answer.Header.ResponseCode}")}");
        return answer;
    }

    private ForeignAnswer Answer(ResponseCode code, string text, HandleValue[]? values = null) => new(code, values ?? [], text, [.. trail]);

    /// <summary>Values that everybody may read, in their order, of each index one; copied, because what is kept must not hold the message they came in.</summary>
    private static HandleValue[] Public(IReadOnlyList<HandleValue> values) =>
    [
        .. values.Where(value => value.Permissions.HasFlag(ValuePermissions.PublicRead)).DistinctBy(value => value.Index).OrderBy(value => value.Index)
            .Select(value => value with { Type = value.Type.Copy(), Data = value.Data.Copy(), References = [.. value.References.Select(reference => reference with { Handle = reference.Handle.Copy() })] }),
    ];

    /// <summary>Whether a referral leads on: below the prefix that its sender was named for, and to the one asked for or above it.</summary>
    private static bool IsDeeper(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> zone, ReadOnlySpan<byte> asked) =>
        IsUnder(asked, prefix) && (zone.IsEmpty || (prefix.Length > zone.Length && IsUnder(prefix, zone)));

    private static bool IsUnder(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> ancestor) =>
        prefix.Length >= ancestor.Length && HandleText.EqualsFolded(prefix[..ancestor.Length], ancestor) && (prefix.Length == ancestor.Length || prefix[ancestor.Length] == (byte)'.');

    /// <summary>Whether a handle is a prefix's, and the named one is above it: then other values say who answers.</summary>
    private static bool IsAbove(Octets prefix, Octets handle) => HandleText.IsPrefixHandle(handle.Span) && prefix.Length < HandleText.HomeOf(handle.Span).Length;
}
