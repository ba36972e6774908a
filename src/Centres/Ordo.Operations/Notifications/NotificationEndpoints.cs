using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Operations.Notifications.Channels;
using Ordo.Operations.Notifications.Rules;

namespace Ordo.Operations.Notifications;

/// <summary>Channels, rules, contacts and the delivery log over HTTP.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/notifications").WithTags("Notifications").RequireAuthorization(Permissions.ConfigureNotifications).ProducesProblem(404);
        group.MapGet("/channels", ListChannels).WithName("ListChannels");
        group.MapPost("/channels", AddChannel).WithName("CreateChannel").ProducesProblem(422);
        group.MapGet("/channels/{id:long}", GetChannel).WithName("GetChannel");
        group.MapPut("/channels/{id:long}", ChangeChannel).WithName("UpdateChannel").ProducesProblem(403).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        group.MapDelete("/channels/{id:long}", DeleteChannel).WithName("DeleteChannel").ProducesProblem(403).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);
        group.MapPost("/channels/{id:long}/test", TestChannel).WithName("TestChannel").ProducesProblem(403).ProducesProblem(422);
        group.MapGet("/rules", ListRules).WithName("ListRules");
        group.MapPost("/rules", AddRule).WithName("CreateRule").ProducesProblem(422);
        group.MapGet("/rules/{id:long}", GetRule).WithName("GetRule");
        group.MapPut("/rules/{id:long}", ChangeRule).WithName("UpdateRule").ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        group.MapDelete("/rules/{id:long}", DeleteRule).WithName("DeleteRule").ProducesProblem(412).ProducesProblem(428);
        group.MapGet("/deliveries", ListDeliveries).WithName("ListDeliveries").ProducesProblem(400);
        group.MapPost("/deliveries/{id:long}/repetition", Repeat).WithName("RepeatDelivery").ProducesProblem(403).ProducesProblem(409);
        group.MapGet("/contacts", ListContacts).WithName("ListContacts");
        group.MapPut("/contacts/{accountId:long}", ChangeContact).WithName("UpdateContact").ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);

        var own = routes.MapGroup("/api/v1/notifications/me").WithTags("Notifications").RequireAuthorization(Permissions.SignedIn);
        own.MapGet("", GetOwn).WithName("GetOwnContact");
        own.MapPut("", ChangeOwn).WithName("UpdateOwnContact").ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        routes.MapGet("/api/v1/alarms/{id:long}/notifications", OfAlarm).WithName("ListAlarmNotifications").WithTags("Alarms")
            .RequireAuthorization(Permissions.ReadAlarms).ProducesProblem(404);
    }

    private static async Task<Ok<IReadOnlyList<ChannelItem>>> ListChannels(ChannelDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.ListAsync(caller, cancellation));

    private static async Task<Created<ChannelItem>> AddChannel(ChannelDraft draft, ChannelDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        ChannelItem channel = await desk.AddAsync(draft, caller, cancellation);
        response.SetVersion(channel.Version);
        return TypedResults.Created($"/api/v1/notifications/channels/{channel.Id}", channel);
    }

    private static async Task<Ok<ChannelItem>> GetChannel(long id, ChannelDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        ChannelItem channel = await desk.GetAsync(id, caller, cancellation);
        response.SetVersion(channel.Version);
        return TypedResults.Ok(channel);
    }

    private static async Task<Ok<ChannelItem>> ChangeChannel(long id, ChannelDraft draft, ChannelDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        ChannelItem channel = await desk.ChangeAsync(id, draft, caller, http.Request.CheckVersion, cancellation);
        http.Response.SetVersion(channel.Version);
        return TypedResults.Ok(channel);
    }

    private static async Task<NoContent> DeleteChannel(long id, ChannelDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        await desk.DeleteAsync(id, caller, request.CheckVersion, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ChannelTestResult>> TestChannel(long id, ChannelTest request, ChannelDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.TestAsync(id, request, caller, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? "en" : "zh-CN", cancellation));

    private static async Task<Ok<IReadOnlyList<RuleItem>>> ListRules(RuleDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.ListAsync(caller, cancellation));

    private static async Task<Created<RuleItem>> AddRule(RuleDraft draft, RuleDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        RuleItem rule = await desk.AddAsync(draft, caller, cancellation);
        response.SetVersion(rule.Version);
        return TypedResults.Created($"/api/v1/notifications/rules/{rule.Id}", rule);
    }

    private static async Task<Ok<RuleItem>> GetRule(long id, RuleDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        RuleItem rule = await desk.GetAsync(id, caller, cancellation);
        response.SetVersion(rule.Version);
        return TypedResults.Ok(rule);
    }

    private static async Task<Ok<RuleItem>> ChangeRule(long id, RuleDraft draft, RuleDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        RuleItem rule = await desk.ChangeAsync(id, draft, caller, http.Request.CheckVersion, cancellation);
        http.Response.SetVersion(rule.Version);
        return TypedResults.Ok(rule);
    }

    private static async Task<NoContent> DeleteRule(long id, RuleDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        await desk.DeleteAsync(id, caller, request.CheckVersion, cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>Newest first.</summary>
    private static async Task<Ok<PageOf<DeliveryItem>>> ListDeliveries(
        DeliveryDesk desk, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, Word<DeliveryState>? state = null, long? alarm = null, string? q = null) =>
        TypedResults.Ok(await desk.ListAsync(state?.Value, alarm, q, paging, caller, cancellation));

    private static async Task<NoContent> Repeat(long id, DeliveryDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.RepeatAsync(id, caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<IReadOnlyList<ContactItem>>> ListContacts(DeliveryDesk desk, Caller caller, CancellationToken cancellation, string? q = null) =>
        TypedResults.Ok(await desk.ContactsAsync(q, caller, cancellation));

    private static async Task<Ok<ContactItem>> ChangeContact(long accountId, ContactDraft draft, DeliveryDesk desk, Caller caller, HttpContext http, CancellationToken cancellation) =>
        Answer(await desk.ChangeContactAsync(accountId, draft, caller, http.Request.CheckVersion, cancellation), http.Response);

    private static async Task<Ok<ContactItem>> GetOwn(DeliveryDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation) =>
        Answer(await desk.OwnContactAsync(caller, cancellation), response);

    private static async Task<Ok<ContactItem>> ChangeOwn(ContactDraft draft, DeliveryDesk desk, Caller caller, HttpContext http, CancellationToken cancellation) =>
        Answer(await desk.ChangeContactAsync(caller.AccountId, draft, caller, http.Request.CheckVersion, cancellation), http.Response);

    private static async Task<Results<Ok<AlarmNotices>, ProblemHttpResult>> OfAlarm(long id, DeliveryDesk desk, Caller caller, CancellationToken cancellation) =>
        await desk.OfAlarmAsync(id, caller, cancellation) is { } notices ? TypedResults.Ok(notices) : Problems.NotFound(new("没有这条报警。", "There is no such alarm."));

    private static Ok<ContactItem> Answer(ContactItem contact, HttpResponse response)
    {
        response.SetVersion(contact.Version);
        return TypedResults.Ok(contact);
    }
}
