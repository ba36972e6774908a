using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Replicas;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Templates;

namespace Ordo.Identifiers.Resolution;

/// <summary>What stands behind a code (扫码页).</summary>
/// <param name="State">A suspended or retired identifier shows no fields.</param>
/// <param name="Fields">Those that the asking person may read; without sign-in the public ones.</param>
public sealed record CodePageContent(
    string Handle, IdentifierState State, string EnterpriseNameZh, string EnterpriseNameEn, string TemplateNameZh, string TemplateNameEn, IReadOnlyList<IdentifierField> Fields, DateTimeOffset Registered, DateTimeOffset Changed);

/// <summary><c>/api/v1/identifiers/code</c>: open to everybody, a limited number of times a second for each network.</summary>
internal static class CodePageEndpoints
{
    public static void MapCodePage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/identifiers/code", Get).WithName("OpenIdentifierCode").WithTags("Identifier codes").AllowAnonymous().ProducesProblem(404).ProducesProblem(429);

    private static async Task<Ok<CodePageContent>> Get(string handle, CodePageReader reader, HttpContext http, CancellationToken cancellation) =>
        TypedResults.Ok(await reader.ReadAsync(handle, http.FindCaller(), http.Connection.RemoteIpAddress ?? IPAddress.None, cancellation));
}

internal sealed class CodePageReader(NodeBook book, PublicBookCopy copy, HandleStore store, ResolutionCounts counts, IdentifiersOptions options, TimeProvider clock)
{
    private readonly NetworkGate gate = new(options.PublicPagesPerSecond, clock);

    public async Task<CodePageContent> ReadAsync(string handle, Caller? caller, IPAddress from, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        if (from.IsIPv4MappedToIPv6) from = from.MapToIPv4();
        if (!gate.TryPass(new IPEndPoint(from, 0).Serialize())) throw new ProblemException(Problems.TooMany(new("访问过于频繁，请稍后再试。", "Too many pages at once; try again in a moment."), TimeSpan.FromSeconds(1)));
        CodePageContent? content;
        try
        {
            content = Valid(handle) ? await FindAsync(handle, caller, cancellation) : null;
        }
        catch (RecordDamagedException)
        {
            Count(ResponseCode.Error);
            throw;
        }

        if (Valid(handle)) Count(content is null ? ResponseCode.HandleNotFound : ResponseCode.Success);
        return content ?? throw new ProblemException(Problems.NotFound(new("没有这个标识，请核对编码。", "There is no such identifier; compare the code.")));

        void Count(ResponseCode code) => counts.Add(ResolutionTransport.Page, System.Text.Encoding.UTF8.GetBytes(handle), code, begun);
    }

    private async Task<CodePageContent?> FindAsync(string handle, Caller? caller, CancellationToken cancellation)
    {
        bool isReplica = options.Follow is not null;
        NodeSnapshot snapshot = isReplica ? copy.Current : await book.CurrentAsync(cancellation);
        Octets asked = handle;
        // A prefix that is suspended answers here as little as over the Handle protocol.
        if (snapshot.PrefixOf(handle) is not { } prefix || !store.IsHome(asked.Span) || store.Find(asked) is not { } record || LifeCycle.StateOf(record.Values) is not { } state
            || LifeCycle.TemplateOf(record.Values) is not { } key || !prefix.Enterprise.Templates.TryGetValue(key, out Template? template)) return null;
        IReadOnlyList<IdentifierField> fields = state is IdentifierState.Suspended or IdentifierState.Retired ? [] : RegistrationDesk.FieldsOf(template, record.Values, isReplica ? FieldVisibility.Public : snapshot.MostVisible(prefix.Enterprise, caller)); // accounts of a replica are not the enterprise's
        IdentifierItem item = RegistrationDesk.ItemOf(record);
        return new(item.Handle, state, prefix.Enterprise.NameZh, prefix.Enterprise.NameEn, template.NameZh, template.NameEn, fields, item.Registered, item.Changed);
    }

    private static bool Valid(string handle) => handle.Length is > 2 and <= HandleText.MaxBytes && !handle.Any(char.IsSurrogate);
}
