using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;

namespace Ordo.Foundation.Http;

/// <summary>What holds for every route: JSON, the caller's language, problem details.</summary>
public static class HttpConventions
{
    public static IServiceCollection AddHttpConventions(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.ConfigureHttpJsonOptions(json => Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.AddSingleton<OwnToken>();
        services.AddSingleton<FirstQuestions>();
        return services.AddRequestLocalization(localization =>
        {
            localization.SetDefaultCulture("zh-CN").AddSupportedCultures("zh-CN", "en").AddSupportedUICultures("zh-CN", "en");
            // "zh" and "zh-TW" read Chinese, "en-US" reads English: the parents of a culture count. Nothing in the address or a cookie does.
            localization.RequestCultureProviders = [new AcceptLanguageHeaderRequestCultureProvider()];
        });
    }

    /// <summary>The JSON of the API: camelCase, enums as words, strict numbers, UTC times, and what a record does not make optional is required.</summary>
    public static void Configure(JsonSerializerOptions json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.NumberHandling = JsonNumberHandling.Strict;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        json.Converters.Add(new UtcTimeJsonConverter());
    }

    /// <summary>First in the pipeline, so that every later answer is in the caller's language and every failure is a problem.</summary>
    public static IApplicationBuilder UseHttpConventions(this IApplicationBuilder app) => app
        .UseRequestLocalization()
        .UseExceptionHandler(_ => { })
        .UseStatusCodePages(pages => Problems.OfStatus(pages.HttpContext.Response.StatusCode).WriteAsync(pages.HttpContext));

    /// <summary>The group under which all modules map their routes.</summary>
    internal static RouteGroupBuilder MapConventionalGroup(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("").AddEndpointFilter(ProblemWriter.FilterAsync);
}
