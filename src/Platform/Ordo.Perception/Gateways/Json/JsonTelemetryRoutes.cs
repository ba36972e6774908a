using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Telemetry;

namespace Ordo.Perception.Gateways.Json;

/// <summary>One source's samples, as <c>POST /api/v1/telemetry</c> takes them; an array of these is taken too.</summary>
/// <param name="Source">The sender's own name for itself, 1 … 1024 bytes of UTF-8 without control characters.</param>
/// <param name="Samples">Any number.</param>
public sealed record TelemetryMessage(string Source, IReadOnlyList<TelemetrySample> Samples);

/// <param name="Channel">The value within the source, for example <c>activePower</c>.</param>
/// <param name="Time">RFC 3339 with its offset; a number is taken as milliseconds since 1970.</param>
/// <param name="Value">Any finite number; <c>true</c> and <c>false</c> are 1 and 0.</param>
/// <param name="Quality"><c>good</c> (default), <c>uncertain</c> or <c>bad</c>, with a protocol's flag behind a colon: <c>bad:D</c>.</param>
public sealed record TelemetrySample(string Channel, DateTimeOffset Time, double Value, string? Quality = null);

/// <summary><c>POST /api/v1/telemetry</c>: 204 when every sample is durable. Good samples are stored also when others are bad.</summary>
internal static class JsonTelemetryRoutes
{
    public static IServiceCollection AddJsonTelemetry(this IServiceCollection services) => services.AddGateway<JsonTelemetryGateway>();

    public static void MapJsonTelemetry(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/telemetry", WriteTelemetry).RequireAuthorization(Permissions.WriteTelemetry).WithName("WriteTelemetry").WithTags("Write")
            .Accepts<TelemetryMessage>("application/json", "*/*").ProducesProblem(400).ProducesProblem(403).ProducesProblem(413).ProducesProblem(415)
            .ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);

    private static async Task<Results<NoContent, ProblemHttpResult>> WriteTelemetry(
        HttpContext context, JsonTelemetryGateway gateway, HttpIngress ingress, Caller caller, TimeProvider clock)
    {
        Refusal refusal = ingress.TryEnter(context, out TimeSpan wait);
        if (refusal != Refusal.None) return ProblemOf(refusal, wait, ingress.Options);
        try
        {
            Sender sender = ingress.SenderOf(context);
            JsonOutcome outcome = await gateway.WriteAsync(
                ingress.OpenBody(context), sender, clock.GetUtcNow().ToUnixTimeMilliseconds(), HttpIngress.ScopeOf(caller), context.RequestAborted);
            Report(outcome, sender, ingress);
            return ProblemOf(outcome, ingress.Options) is { } problem ? problem : TypedResults.NoContent();
        }
        catch (IngestRefusedException)
        {
            ingress.NoteRefused();
            throw;
        }
        catch (JsonException json)
        {
            return Problems.BadRequest("$", new(
                $"不是有效的 JSON（第 {json.LineNumber + 1} 行，第 {json.BytePositionInLine + 1} 字节）。",
                $"Not valid JSON (line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1})."));
        }
        catch (InvalidDataException)
        {
            return Problems.BadRequest("$", new("gzip 数据损坏或不完整。", "The gzip data is damaged or incomplete."));
        }
        finally
        {
            ingress.Leave();
        }
    }

    private static void Report(JsonOutcome outcome, Sender sender, HttpIngress ingress)
    {
        if (!outcome.IsComplete) ingress.Log.TooLong(sender.Remote, ingress.Options.MaxBodyBytes);
        if (outcome.Limited > 0) ingress.Log.Limited(sender.Remote);
        if (outcome.Forbidden is { } source) ingress.Log.Forbidden(sender.Remote, source);
        if (outcome.Faults is { Count: > 0 } faults) ingress.Log.Unreadable(sender.Remote, faults.Count, $"{faults.Kept[0].Field}: {faults.Kept[0].Reason.En}");
    }

    private static ProblemHttpResult? ProblemOf(JsonOutcome outcome, HttpIngressOptions options)
    {
        if (!outcome.IsComplete) return ProblemOf(Refusal.TooLarge, default, options);
        ProblemHttpResult? problem = null;
        if (outcome.Limited > 0)
        {
            problem = Problems.TooMany(new(
                $"{outcome.Limited} 组采样未存储：其来源发送过多。请稍后重新发送。",
                $"{outcome.Limited} objects were not stored because their source sends more than it may. Send the request again later."), outcome.Wait);
        }
        else if (outcome.Forbidden is { } source)
        {
            problem = Problems.Forbidden(new(
                $"令牌无权写入来源“{source}”；其他来源已存储。",
                $"The token may not write to source \"{source}\"; others were stored."));
        }
        else if (outcome.Faults.Count > 0)
        {
            problem = Problems.Validation(outcome.Faults.Kept);
            problem.ProblemDetails.Extensions["faults"] = outcome.Faults.Count;
        }
        if (problem is not null) problem.ProblemDetails.Extensions["stored"] = outcome.Stored;
        return problem;
    }

    private static ProblemHttpResult ProblemOf(Refusal refusal, TimeSpan wait, HttpIngressOptions options) => refusal switch
    {
        Refusal.Encoding => Problems.Of(415, "media-type", new("不支持的 Content-Encoding：请使用 gzip 或不压缩。", "Unsupported content encoding: send gzip or none.")),
        Refusal.TooLarge => Problems.Of(413, "too-large", new(
            string.Create(CultureInfo.InvariantCulture, $"解压后的请求体超过 {options.MaxBodyBytes} 字节，请分次发送。"),
            string.Create(CultureInfo.InvariantCulture, $"The body is longer than {options.MaxBodyBytes} bytes after decompression; send it in parts."))),
        Refusal.Address => Problems.TooMany(new("该地址发送过多，请稍后再试。", "This address sends more than it may; try again later."), wait),
        _ => Problems.Unavailable(new("暂时无法写入，请稍后重试。", "Nothing can be stored at the moment; send it again later."), wait),
    };
}
