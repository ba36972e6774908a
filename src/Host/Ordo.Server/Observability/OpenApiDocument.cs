using Microsoft.OpenApi;

namespace Ordo.Server.Observability;

/// <summary>The API's description of itself, <c>/openapi/v1.json</c>: true for every route because it is made from them.</summary>
public static class OpenApiDocumentation
{
    public static void AddOrdoOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Ordo",
                Version = "v1",
                Description = "Smart-park platform. Times are RFC 3339, errors RFC 9457 problem details in the language of Accept-Language.",
            };
            document.Servers = [];
            return Task.CompletedTask;
        });
    });
}
