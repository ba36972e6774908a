using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Access.Tokens;
using Ordo.Foundation.Persistence;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Access;

public sealed class AccessDirectoryTests
{
    [Fact]
    public async Task A_change_made_by_another_process_is_seen_when_the_copy_has_grown_old()
    {
        await using AccessServer server = await AccessServer.StartAsync();
        using HttpClient admin = await server.SignedInAsync();
        using HttpClient program = server.ClientWith(await admin.CreateTokenAsync("analyst"));
        Assert.Equal(HttpStatusCode.OK, await program.StatusAsync("/doors/park"));

        await server.InDatabaseAsync(db => db.Database.ExecuteSqlRawAsync("DELETE FROM access_token"));
        server.Time.Advance(AccessDirectory.MaxAge);
        Assert.Equal(HttpStatusCode.OK, await program.StatusAsync("/doors/park"));
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        using CancellationTokenSource patience = Patience.Begin();
        while (await program.StatusAsync("/doors/park") == HttpStatusCode.OK) patience.Token.ThrowIfCancellationRequested();
        Assert.Equal(HttpStatusCode.Unauthorized, await program.StatusAsync("/doors/park"));
    }

    [Fact]
    public async Task Rights_hold_as_long_as_the_change_is_not_committed()
    {
        await using AccessServer server = await AccessServer.StartAsync();
        var directory = server.Services.GetRequiredService<AccessDirectory>();
        AccessSnapshot before = await directory.GetAsync();
        await using OrdoDbContext db = await server.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync();
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            (await db.Set<OrdoAccount>().SingleAsync()).Disabled = true;
            await db.SaveChangesAsync();
            Assert.Same(before, await directory.GetAsync());
            await transaction.RollbackAsync();
        }

        db.ChangeTracker.Clear();
        Assert.Same(before, await directory.GetAsync());
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            (await db.Set<OrdoAccount>().SingleAsync()).Disabled = true;
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
        }

        Assert.True((await directory.GetAsync()).Account(1)!.Disabled);
    }

    [Fact]
    public async Task A_token_made_by_another_process_is_known_with_its_first_use()
    {
        await using AccessServer server = await AccessServer.StartAsync();
        using HttpClient admin = await server.SignedInAsync();
        await admin.CreateTokenAsync("analyst");
        using HttpClient program = server.ClientWith("ordo_elsewhere");
        Assert.Equal(HttpStatusCode.Unauthorized, await program.StatusAsync("/doors/park"));

        await server.InDatabaseAsync(db => db.Database.ExecuteSqlAsync($"""UPDATE access_token SET "Hash" = {ApiToken.HashOf("ordo_elsewhere")}"""));
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await program.StatusAsync("/doors/park"));
    }

    [Fact]
    public async Task Unknown_tokens_read_the_database_once_a_second()
    {
        await using AccessServer server = await AccessServer.StartAsync();
        var directory = server.Services.GetRequiredService<AccessDirectory>();
        AccessSnapshot before = await directory.GetAsync();
        for (int i = 0; i < 10; i++) Assert.Null(await directory.FindTokenAsync(ApiToken.HashOf($"none {i}")));
        Assert.Same(before, await directory.GetAsync());
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await directory.FindTokenAsync(ApiToken.HashOf("none")));
        Assert.NotSame(before, await directory.GetAsync());
    }
}
