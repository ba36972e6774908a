using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access.Accounts;

namespace Ordo.Foundation.Tests.Access.Accounts;

[Collection(nameof(FirstAccountTests))]
[CollectionDefinition(nameof(FirstAccountTests), DisableParallelization = true)] // the terminal is everybody's
public sealed partial class FirstAccountTests
{
    [Fact]
    public async Task Without_a_given_password_a_random_one_is_printed_that_works_and_is_to_be_changed()
    {
        TextWriter terminal = Console.Out;
        using var printed = new StringWriter();
        Console.SetOut(printed);
        try
        {
            await using AccessServer server = await AccessServer.StartAsync(null, ("Access:AdminPassword", null));
            string password = Password.Match(printed.ToString()).Groups[1].Value;
            using HttpClient admin = await server.SignedInAsync("admin", password);
            JsonElement me = await admin.ReadAsync("/api/v1/auth/me");
            Assert.True(me.GetProperty("mustChangePassword").GetBoolean());
        }
        finally
        {
            Console.SetOut(terminal);
        }
    }

    [Fact]
    public async Task A_second_start_makes_no_second_administrator()
    {
        await using AccessServer server = await AccessServer.StartAsync();
        Assert.Equal(1, await server.InDatabaseAsync(db => db.Set<OrdoAccount>().CountAsync()));
        await server.RestartAccessAsync();
        Assert.Equal(1, await server.InDatabaseAsync(db => db.Set<OrdoAccount>().CountAsync()));
    }

    [GeneratedRegex("the password ([A-Za-z0-9_-]{16}) ")]
    private static partial Regex Password { get; }
}
