using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Resolution;

namespace Ordo.Identifiers.Rest;

/// <summary>
/// Reads of a handle over REST by somebody who shows no credentials and asks for nothing in particular, which nearly all are: answered in front of routing and sign-in, from the record
/// as it stands on disk and from its public values alone. Everything else goes on to <see cref="HandleDesk"/>, and a test holds both to the same bytes.
/// </summary>
internal sealed class PublicReads(HandleStore store, ResolutionCounts counts)
{
    private const string Base = "/api/handles/";

    // What a thread answers with; used up before the request leaves it.
    [ThreadStatic]
    private static Workbench? bench;

    /// <returns>False when the request is for somebody else to answer; nothing was done then.</returns>
    public bool TryAnswer(HttpContext http)
    {
        HttpRequest request = http.Request;
        if (!HttpMethods.IsGet(request.Method) || request.Path.Value?.StartsWith(Base, StringComparison.Ordinal) is not true || request.QueryString.HasValue) return false;
        IHeaderDictionary headers = request.Headers;
        if (headers.Authorization.Count > 0 || headers.Cookie.Count > 0) return false;
        long begun = Stopwatch.GetTimestamp();
        if (HandleQuery.Handle(http) is not { } handle || !handle.Span.Contains((byte)'/') || !store.IsHome(handle.Span)) return false;
        Workbench with = bench ??= new();
        ResponseCode code;
        try
        {
            if (!TryWrite(handle, with, out code)) return false;
        }
        catch (Exception damaged) when (damaged is RecordDamagedException or IOException)
        {
            return false; // it finds the same, and says it
        }

        counts.Add(ResolutionTransport.Rest, handle.Span, code, begun);
        HttpResponse response = http.Response;
        response.StatusCode = code == ResponseCode.Success ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        response.Headers.AccessControlAllowOrigin = "*";
        response.ContentType = HandleAnswers.JsonType;
        response.ContentLength = with.Body.WrittenCount;
        response.BodyWriter.Write(with.Body.WrittenSpan);
        return true;
    }

    private bool TryWrite(Octets handle, Workbench with, out ResponseCode code)
    {
        HandleValue[] values = [];
        code = ResponseCode.HandleNotFound;
        if (store.TryRead(handle.Span, with.Record, out RecordFrame record))
        {
            code = ResponseCode.Success;
            values = record.Decode();
            if (values.Length > 0 && !values.Any(IsPublic)) return false;
        }

        with.Body.ResetWrittenCount();
        Utf8JsonWriter json = with.Json;
        json.Reset(with.Body);
        json.WriteStartObject();
        json.WriteNumber(ValueJson.ResponseCode, (int)code);
        json.WriteString(ValueJson.Handle, handle.Span);
        if (code == ResponseCode.Success)
        {
            json.WriteStartArray(ValueJson.Values);
            foreach (HandleValue value in values)
                if (IsPublic(value)) ValueJson.Write(json, value);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        return true;
    }

    private static bool IsPublic(HandleValue value) => value.Permissions.HasFlag(ValuePermissions.PublicRead);

    private sealed class Workbench
    {
        public Workbench() => Json = new(Body, HandleAnswers.Plain);

        public RecordBuffer Record { get; } = new();

        public ArrayBufferWriter<byte> Body { get; } = new(2048);

        public Utf8JsonWriter Json { get; }
    }
}
