using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Ordo.Foundation.Http;

/// <summary>Files that people send as the body of a request, and that others fetch.</summary>
public static class Uploads
{
    /// <summary>Reads the whole body.</summary>
    /// <param name="request">Whose body is the file.</param>
    /// <param name="most">Bytes; more are answered with 413.</param>
    /// <param name="tooLarge">What to say then.</param>
    /// <param name="cancellation">The request's.</param>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int most, Text tooLarge, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var content = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellation)) > 0)
        {
            if (content.Length + read > most) throw new ProblemException(Problems.Of(StatusCodes.Status413PayloadTooLarge, "too-large", tooLarge));
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    /// <summary>A name to show and to save under, whatever path the sender's machine had.</summary>
    public static string PlainName(string name, int maxLength, string otherwise)
    {
        ArgumentNullException.ThrowIfNull(name);
        string last = name.Split('/', '\\')[^1];
        string plain = string.Concat(last.Where(c => !char.IsControl(c) && c is not ('"' or '<' or '>' or ':' or '|' or '?' or '*'))).Trim();
        return plain.Length == 0 ? otherwise : plain.Length <= maxLength ? plain : plain[^maxLength..];
    }

    /// <summary>A stranger's file: only what its bytes were found to be, and nothing in it may run.</summary>
    public static FileContentHttpResult Answer(HttpResponse response, byte[] content, string contentType, string name, bool inline = false)
    {
        ArgumentNullException.ThrowIfNull(response);
        var disposition = new ContentDispositionHeaderValue(inline ? "inline" : "attachment");
        disposition.SetHttpFileName(name);
        response.Headers[HeaderNames.ContentDisposition] = disposition.ToString();
        response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        response.Headers[HeaderNames.ContentSecurityPolicy] = "default-src 'none'; sandbox";
        return TypedResults.Bytes(content, contentType);
    }
}

/// <summary>Lets a route take a file that is larger than an ordinary body.</summary>
/// <param name="most">Bytes that <see cref="Uploads.ReadAsync"/> takes; a little more is let through, so that it is the one to refuse.</param>
public sealed class UploadLimit(int most) : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => most + 1024;
}
