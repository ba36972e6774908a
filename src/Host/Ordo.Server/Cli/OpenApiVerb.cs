using System.CommandLine;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ordo.Server.Cli;

/// <summary><c>ordo openapi</c>: writes the API's description without starting a server; the console's client is made from it.</summary>
public static class OpenApiVerb
{
    public static Command Create()
    {
        var output = new Option<string>("--output") { Description = "File to write.", HelpName = "FILE", DefaultValueFactory = _ => Path.Combine("web", "openapi.json") };
        var command = new Command("openapi", "Write the OpenAPI document of the API.") { output };
        command.SetAction(async (parsed, cancellation) =>
        {
            await File.WriteAllTextAsync(parsed.GetRequiredValue(output), await WriteAsync(cancellation), cancellation);
            return 0;
        });
        return command;
    }

    /// <summary>The document as JSON, ending in a line feed.</summary>
    public static async Task<string> WriteAsync(CancellationToken cancellation)
    {
        string data = Directory.CreateTempSubdirectory("ordo-openapi-").FullName;
        try
        {
            await using WebApplication app = ServerApp.Build(new ServerSettings { Data = data });
            IOpenApiDocumentProvider provider = app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1");
            // This gathers the routes, which otherwise happens at the start of the server.
            app.UseEndpoints(_ => { });
            OpenApiDocument document = await provider.GetOpenApiDocumentAsync(cancellation);
            return (await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellation)).ReplaceLineEndings("\n") + "\n";
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
