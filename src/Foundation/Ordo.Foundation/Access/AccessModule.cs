using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Access.Links;
using Ordo.Foundation.Access.SignIn;
using Ordo.Foundation.Access.Tokens;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access;

/// <summary>Who may come in, what they may do, and what they did: accounts, tokens, authentication, authorization, audit. Needs the park module's assets.</summary>
public sealed class AccessModule : IModule
{
    public string Name => "access";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        AccessOptions options = AccessOptions.Read(configuration);
        services.AddSingleton(options);
        services.AddSingleton<AccessDirectory>();
        services.AddScoped(provider => provider.GetRequiredService<IHttpContextAccessor>().HttpContext?.FindCaller()
            ?? throw new InvalidOperationException("There is no caller: the route admits anonymous requests, or this is no request."));
        AddAccounts(services, options);
        AddTokens(services);
        AddLinks(services);

        services.AddOrdoAuthentication();
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationPolicyProvider, PermissionPolicies>();
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapSignIn();
        routes.MapAccounts();
        routes.MapTokens();
        routes.MapAudit();
    }

    public void ConfigureModel(ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.ApplyConfiguration(new OrdoAccountTable());
        model.ApplyConfiguration(new AccountGrantTable());
        model.ApplyConfiguration(new ApiTokenTable());
        model.ApplyConfiguration(new ShareLinkTable());
        model.ApplyConfiguration(new AuditEntryTable());
    }

    private static void AddAccounts(IServiceCollection services, AccessOptions options)
    {
        services.AddIdentityCore<OrdoAccount>(identity =>
            {
                // Any letter of any script, and length before kinds of characters: see AccountRules.
                identity.User.AllowedUserNameCharacters = "";
                identity.Password = new()
                {
                    RequiredLength = AccountRules.MinPasswordLength,
                    RequireDigit = false,
                    RequireLowercase = false,
                    RequireUppercase = false,
                    RequireNonAlphanumeric = false,
                };
                identity.Lockout.MaxFailedAccessAttempts = options.FailuresPerName;
                identity.Lockout.DefaultLockoutTimeSpan = options.FailureWindow;
            })
            .AddUserManager<AccountManager>()
            .AddUserStore<UserOnlyStore<OrdoAccount, OrdoDbContext, long>>();
        services.AddScoped<AccountDesk>();
        services.AddSingleton<SignInThrottle>();
        services.AddScoped<SignInDesk>();
        services.AddScoped(provider => new Signatures(provider.GetRequiredService<SignInDesk>(), provider.GetRequiredService<AccessDirectory>()));
        services.AddHostedService<FirstAccount>();
    }

    private static void AddTokens(IServiceCollection services)
    {
        services.AddSingleton<TokenUse>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenUse>());
        services.AddScoped<TokenDesk>();
    }

    private static void AddLinks(IServiceCollection services)
    {
        services.AddSingleton<LinkSecrets>();
        services.AddSingleton<LinkDirectory>();
        services.AddSingleton<LinkLimits>();
        services.AddSingleton<LinkUse>();
        services.AddHostedService(provider => provider.GetRequiredService<LinkUse>());
    }
}
