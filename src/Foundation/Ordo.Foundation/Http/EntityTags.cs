using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Ordo.Foundation.Http;

/// <summary>Optimistic concurrency over HTTP: the version of an entity is its ETag, and an edit names the version it was made on.</summary>
public static class EntityTags
{
    /// <summary>Sends the version with a representation.</summary>
    public static void SetVersion(this HttpResponse response, int version)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
    }

    /// <summary>Compares <c>If-Match</c> with the version that is stored.</summary>
    /// <returns><c>null</c> to go on, else the answer: 428 without the header, 412 when it names another version. <c>*</c> matches any.</returns>
    public static ProblemHttpResult? CheckVersion(this HttpRequest request, int version)
    {
        ArgumentNullException.ThrowIfNull(request);
        var wanted = request.GetTypedHeaders().IfMatch;
        if (wanted.Count == 0)
            return request.Headers.IfMatch.Count == 0 ? Problems.PreconditionRequired() : Problems.PreconditionFailed();
        string own = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
        return wanted.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || !tag.IsWeak && tag.Tag == own) ? null : Problems.PreconditionFailed();
    }
}
