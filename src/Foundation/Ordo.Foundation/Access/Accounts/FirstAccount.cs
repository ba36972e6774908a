using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.Accounts;

/// <summary>Makes the account <c>admin</c> at the first start, when there is no account at all.</summary>
internal sealed partial class FirstAccount(IServiceScopeFactory scopes, AccessOptions options, TimeProvider clock, ILogger<FirstAccount> log) : IHostedService
{
    public const string UserName = "admin";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrdoDbContext>();
        if (await db.Set<OrdoAccount>().AnyAsync(cancellationToken)) return;

        bool given = options.AdminPassword is { Length: > 0 };
        string password = given ? options.AdminPassword! : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
        var account = new OrdoAccount
        {
            UserName = UserName,
            NormalizedUserName = UserName.ToUpperInvariant(),
            DisplayName = UserName,
            Language = "",
            SecurityStamp = Guid.NewGuid().ToString("N"),
            Created = clock.GetUtcNow(),
            // What was printed may be read by others later.
            MustChangePassword = !given,
            Grants = { new() { Role = Roles.Administrator } },
        };
        account.PasswordHash = scope.ServiceProvider.GetRequiredService<IPasswordHasher<OrdoAccount>>().HashPassword(account, password);
        db.Add(account);
        await db.SaveChangesAsync(cancellationToken);

        if (given) LogGiven();
        // On the terminal and nowhere else: a log may be kept and read by others.
        else await Console.Out.WriteLineAsync($"First start: sign in as {UserName} with the password {password} (shown only now).");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1101, LogLevel.Information, "First start: the account admin was made with the password from ORDO_ADMIN_PASSWORD.")]
    private partial void LogGiven();
}
