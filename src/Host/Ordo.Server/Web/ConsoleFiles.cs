using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Ordo.Foundation.Access.Links;

namespace Ordo.Server.Web;

/// <summary>
/// Serves the built console (<c>web/dist</c>): hashed assets for ever, <c>index.html</c> never cached and answered for every page address,
/// the <c>.gz</c> beside a file sent as it is to whoever accepts it. The console is public; its data is not.
/// </summary>
public static class ConsoleFiles
{
    /// <summary>
    /// Everything from this server alone. <c>blob:</c> workers are MapLibre's; inline styles are the component library's;
    /// no inline script, so that a name entered by one user can never run in another's browser.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; child-src blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ";

    private const string NoSite = "'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        if (context.Request.Path.StartsWithSegments("/shared", out PathString page)) return SharedPage(context, page.Value!.Trim('/'), next);
        headers.ContentSecurityPolicy = ContentSecurityPolicy + NoSite;
        headers["Referrer-Policy"] = "same-origin";
        return next(context);
    });

    /// <summary>The page of a link may stand in the frames of the sites that its maker named; no search engine keeps it.</summary>
    private static async Task SharedPage(HttpContext context, string publicId, RequestDelegate next)
    {
        OpenLink? open = context.RequestServices.GetService<LinkDirectory>() is { } links ? await links.FindAsync(publicId, context.RequestAborted) : null;
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy + (open?.Link.FrameAncestors is { Length: > 0 } sites ? sites : NoSite);
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow";
        await next(context);
    }

    /// <param name="app">The server.</param>
    /// <param name="folder">The built console, or a path that does not exist: then only the API answers.</param>
    public static void UseConsole(this WebApplication app, string folder)
    {
        if (!File.Exists(Path.Combine(folder, "index.html"))) return;
        var files = new PhysicalFileProvider(Path.GetFullPath(folder));
        var types = new FileExtensionContentTypeProvider { Mappings = { [".geojson"] = "application/geo+json", [".mjs"] = "text/javascript" } };
        app.Use((context, next) => Serve(context, files, types, next));
    }

    private static Task Serve(HttpContext context, PhysicalFileProvider files, FileExtensionContentTypeProvider types, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) return next(context);
        if (context.GetEndpoint() is not null) return next(context);
        string path = request.Path.Value ?? "/";
        IFileInfo file = files.GetFileInfo(path);
        if (!file.Exists || file.IsDirectory)
        {
            if (!IsPage(request, path)) return next(context);
            path = "/index.html";
            file = files.GetFileInfo(path);
            if (!file.Exists) return next(context); // the console is being built anew under a running server
        }

        return Send(context, files, file, path, types);
    }

    /// <summary>An address a person typed or reloaded, not a forgotten file or a wrong API path. The page behind a code is one whatever stands in the code, and the first page is one whoever asks.</summary>
    private static bool IsPage(HttpRequest request, string path) => path is "/" || (
        !path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase) && (path.StartsWith("/id/", StringComparison.Ordinal) || !Path.HasExtension(path))
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase));

    private static Task Send(HttpContext context, PhysicalFileProvider files, IFileInfo file, string path, FileExtensionContentTypeProvider types)
    {
        HttpResponse response = context.Response;
        response.ContentType = types.TryGetContentType(path, out string? type) ? type : "application/octet-stream";
        if (response.ContentType.StartsWith("text/", StringComparison.Ordinal)) response.ContentType += "; charset=utf-8";
        response.Headers.CacheControl = path.StartsWith("/assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase) && files.GetFileInfo(path + ".gz") is { Exists: true } packed)
        {
            response.Headers.ContentEncoding = "gzip";
            file = packed;
        }

        var tag = new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{file.LastModified.UtcTicks:x}-{file.Length:x}\"");
        response.GetTypedHeaders().ETag = tag;
        if (context.Request.GetTypedHeaders().IfNoneMatch is { Count: > 0 } known && known.Any(k => k.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentLength = file.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.SendFileAsync(file, context.RequestAborted);
    }
}
