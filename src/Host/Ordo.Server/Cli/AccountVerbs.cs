using System.CommandLine;
using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Access.Tokens;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Server.Cli;

/// <summary><c>ordo user</c> and <c>ordo token</c>: what an operator needs when nobody can sign in. They work beside a running server.</summary>
public static class AccountVerbs
{
    public static Command CreateUser()
    {
        var command = new Command("user", "Accounts, without the console.");
        var name = new Argument<string>("NAME") { Description = "Sign-in name." };
        Option<string> data = Verb.Data();
        var password = new Command("password", "Set a new password, read from the first line of standard input; ends the account's sessions and its lock.") { name, data };
        password.SetAction((parsed, cancellation) => OfflineServices.UseAsync(parsed.GetRequiredValue(data), async services =>
        {
            OrdoAccount account = await FindAsync(services, parsed.GetRequiredValue(name), cancellation);
            if (!Console.IsInputRedirected) await Console.Error.WriteAsync($"New password of {account.UserName}: ");
            string entered = await Console.In.ReadLineAsync(cancellation) ?? "";
            IdentityResult result = await services.GetRequiredService<AccountManager>().SetPasswordAsync(account, entered, mustChange: true);
            if (!result.Succeeded) throw new StartRefusedException(string.Join(' ', result.Errors.Select(e => e.Description)));
            await Console.Out.WriteLineAsync($"{account.UserName} has a new password and must change it at the next sign-in.");
        }));
        command.Subcommands.Add(password);
        return command;
    }

    public static Command CreateToken()
    {
        var command = new Command("token", "API tokens, without the console.");
        var name = new Argument<string>("NAME") { Description = "What it is for." };
        var role = new Option<string>("--role") { Description = "Role of the token.", DefaultValueFactory = _ => Roles.Ingest };
        var owner = new Option<string>("--owner") { Description = "Account it acts for; it never has more rights than that one.", DefaultValueFactory = _ => "admin" };
        var scope = new Option<string?>("--scope") { Description = "Code of the asset at the root of its part of the park; without it everywhere the owner reaches." };
        var days = new Option<int>("--days") { Description = "Valid for so many days.", DefaultValueFactory = _ => 365 };
        Option<string> data = Verb.Data();
        var create = new Command("create", "Make a token; it is printed once.") { name, role, owner, scope, days, data };
        create.SetAction((parsed, cancellation) => OfflineServices.UseAsync(parsed.GetRequiredValue(data), async services =>
        {
            OrdoAccount account = await FindAsync(services, parsed.GetRequiredValue(owner), cancellation);
            string secret = await IssueAsync(services, account, parsed.GetRequiredValue(name), parsed.GetRequiredValue(role), parsed.GetValue(scope), TimeSpan.FromDays(parsed.GetRequiredValue(days)), cancellation);
            await Console.Out.WriteLineAsync(secret);
        }));
        command.Subcommands.Add(create);
        return command;
    }

    /// <summary>Writes a token of an account; the secret is returned and kept nowhere.</summary>
    internal static async Task<string> IssueAsync(
        IServiceProvider services, OrdoAccount account, string name, string role, string? scope, TimeSpan life, CancellationToken cancellation)
    {
        if (Roles.Find(role) is null) throw new StartRefusedException($"There is no role '{role}'.");
        var context = services.GetRequiredService<OrdoDbContext>();
        long? asset = null;
        if (scope is not null)
        {
            asset = (await context.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(a => a.Code == scope, cancellation))?.Id
                ?? throw new StartRefusedException($"There is no asset with the code '{scope}'.");
        }

        DateTimeOffset now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        string secret = ApiToken.NewSecret();
        context.Add(new ApiToken { AccountId = account.Id, Name = name, Hash = ApiToken.HashOf(secret), Role = role, AssetId = asset, Created = now, Expires = now + life });
        await context.SaveChangesAsync(cancellation);
        return secret;
    }

    internal static async Task<OrdoAccount> FindAsync(IServiceProvider services, string name, CancellationToken cancellation)
    {
        string normalized = name.ToUpper(CultureInfo.InvariantCulture);
        return await services.GetRequiredService<OrdoDbContext>().Set<OrdoAccount>().SingleOrDefaultAsync(a => a.NormalizedUserName == normalized, cancellation)
            ?? throw new StartRefusedException($"There is no account '{name}' in this data folder.");
    }
}
