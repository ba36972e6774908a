using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Server.Cli;
using Ordo.Server.Web;

namespace Ordo.Server.Tests;

public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData(null, "127.0.0.1 http")]
    [InlineData("10.0.0.0/8", "127.0.0.1 http")]
    [InlineData("127.0.0.1", "203.0.113.7 https")]
    [InlineData("::1, 127.0.0.0/8", "203.0.113.7 https")]
    public async Task A_client_is_who_a_trusted_proxy_says_and_nobody_else(string? trusted, string expected)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Ordo:Http:TrustedProxies"] = trusted;
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        await using WebApplication app = builder.Build();
        app.UseTrustedProxies();
        app.MapGet("/", (HttpContext http) => $"{http.Connection.RemoteIpAddress} {http.Request.Scheme}");
        await app.StartAsync();

        using var client = new HttpClient { BaseAddress = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        Assert.Equal(expected, await client.GetStringAsync(new Uri("/", UriKind.Relative)));
    }

    [Fact]
    public void A_word_that_is_no_network_is_refused_by_name()
    {
        var refusal = Assert.Throws<StartRefusedException>(() => TrustedProxies.Read("127.0.0.1, proxy.local"));
        Assert.Contains("proxy.local", refusal.Message, StringComparison.Ordinal);
    }
}
