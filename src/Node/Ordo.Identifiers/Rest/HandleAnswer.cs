using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Rest;

/// <summary>Body of every answer under <c>/api/handles</c>: members that say nothing are left out.</summary>
/// <param name="ResponseCode">As in the Handle protocol: 1 success, 100 no such handle, 101 exists, 200 no such values …</param>
/// <param name="Message">Words for an error.</param>
/// <param name="Values">By rising index.</param>
/// <param name="Handle">As it was spelled in the request.</param>
public sealed record HandleAnswer(int ResponseCode, string? Message, IReadOnlyList<HandleAnswerValue>? Values, string? Handle);

/// <summary>A value of a handle.</summary>
/// <param name="Index">1 … 2³¹−1.</param>
/// <param name="Type"><c>URL</c>, <c>HS_ADMIN</c> …</param>
/// <param name="Data">How it is written, and the value.</param>
/// <param name="Permissions">Four digits: admin read, admin write, public read, public write; left out when 1110.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="Timestamp">When it was last changed.</param>
public sealed record HandleAnswerValue(long Index, string Type, HandleAnswerData Data, string? Permissions, long Ttl, DateTimeOffset? Timestamp);

/// <summary>Data of a value.</summary>
/// <param name="Format"><c>string</c>, <c>base64</c>, <c>hex</c>, <c>admin</c>, <c>vlist</c>, <c>site</c>, <c>key</c>.</param>
/// <param name="Value">A string, or the members of its format.</param>
public sealed record HandleAnswerData(string Format, JsonElement Value);

/// <summary>Writes the answers of Handle.Net's REST interface.</summary>
internal static class HandleAnswers
{
    // Chinese stays readable; the entity is data, never part of a page.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public const string JsonType = "application/json;charset=UTF-8";

    public static JsonWriterOptions Plain { get; } = new() { Encoder = Encoder };

    public static Task CodeAsync(HttpContext http, ResponseCode code, string? handle, string? message = null, int? status = null, bool emptyValues = false) =>
        WriteAsync(http, status ?? StatusOf(http, code), json =>
        {
            json.WriteNumber("responseCode", (int)code);
            if (!string.IsNullOrEmpty(message)) json.WriteString("message", message);
            if (emptyValues)
            {
                json.WriteStartArray("values");
                json.WriteEndArray();
            }

            if (handle is not null) json.WriteString("handle", handle);
        });

    public static async Task WriteAsync(HttpContext http, int status, Action<Utf8JsonWriter> members)
    {
        HttpRequest request = http.Request;
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body, Plain with { Indented = HandleQuery.Flag(request, "pretty") is true }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        HttpResponse response = http.Response;
        response.StatusCode = status;
        // Browsers of any site may ask, and never send who they are.
        response.Headers.AccessControlAllowOrigin = "*";
        string? callback = request.Query["callback"];
        bool wrapped = !string.IsNullOrEmpty(callback) && callback.Length <= 128 && callback.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or '.');
        response.ContentType = wrapped ? "application/javascript;charset=UTF-8" : JsonType;
        if (!wrapped)
        {
            response.ContentLength = body.WrittenCount;
            await response.Body.WriteAsync(body.WrittenMemory, http.RequestAborted);
            return;
        }

        await response.WriteAsync(callback + "(", http.RequestAborted);
        await response.Body.WriteAsync(body.WrittenMemory, http.RequestAborted);
        await response.WriteAsync(");", http.RequestAborted);
    }

    private static int StatusOf(HttpContext http, ResponseCode code) => code switch
    {
        ResponseCode.Success => 200,
        ResponseCode.HandleNotFound => 404,
        ResponseCode.HandleExists or ResponseCode.ValueExists => 409,
        ResponseCode.ValuesNotFound => HttpMethods.IsPut(http.Request.Method) || HttpMethods.IsDelete(http.Request.Method) ? 400 : 200,
        ResponseCode.ProtocolError or ResponseCode.InvalidHandle or ResponseCode.InvalidValue or ResponseCode.NotResponsible => 400,
        ResponseCode.ServiceReferral or ResponseCode.PrefixReferral => 300,
        ResponseCode.AuthenticationNeeded => 401,
        ResponseCode.NotAuthorized or ResponseCode.InsufficientPermission or ResponseCode.AuthenticationFailed or ResponseCode.InvalidCredential => 403,
        ResponseCode.NotSupported => 501,
        ResponseCode.TooBusy or ResponseCode.ReadOnly => 503,
        _ => 500,
    };
}
