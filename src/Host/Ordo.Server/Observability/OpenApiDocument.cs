using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using Ordo.Foundation.Access.Tokens;
using Ordo.Foundation.Http;

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
        options.AddOperationTransformer((operation, _, _) =>
        {
            // Parameters bound to a record carry the names of its properties; their case does not matter to the server, but it does to a reader.
            foreach (OpenApiParameter parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Query))
            {
                parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
                // A list that is not there is an empty one, which the framework calls required.
                if (parameter.Schema?.Type?.HasFlag(JsonSchemaType.Array) == true) parameter.Required = false;
            }

            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // What a converter of ours reads and writes, the framework cannot know.
            if (JsonTypeOf(context.JsonTypeInfo.Type) is { } type) schema.Type = type;
            if (context.JsonTypeInfo.Type is { IsGenericType: true } word && word.GetGenericTypeDefinition() == typeof(Word<>))
            {
                // In a list the framework takes it for an object with a value; it is the word itself.
                (schema.Type, schema.Properties) = (JsonSchemaType.String, null);
                schema.Enum = [.. Enum.GetNames(word.GetGenericArguments()[0]).Select(name => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(name))];
            }
            if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Enumerable } list && list.ElementType == typeof(DateTimeOffset)) schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" };
            return Task.CompletedTask;
        });
    });

    private static JsonSchemaType? JsonTypeOf(Type type) =>
        type == typeof(DateTimeOffset) ? JsonSchemaType.String
        : type == typeof(DateTimeOffset?) ? JsonSchemaType.String | JsonSchemaType.Null
        : type == typeof(AssetReference) ? JsonSchemaType.String | JsonSchemaType.Integer | JsonSchemaType.Null
        : null;
}
