using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Ordo.Testing;

/// <summary>Signed-in people of a server with the access module, which was started with <see cref="Settings"/>. Names carry a mark, because tests share databases.</summary>
public sealed class TestPeople(TestServer server) : IDisposable
{
    public const string Password = "First-steppe-1-password";
    private readonly List<(HttpClient Client, string User)> people = [];

    /// <summary>The administrator's password.</summary>
    public static KeyValuePair<string, string?> Settings { get; } = new("Access:AdminPassword", Password);

    /// <summary>Six characters that names and codes of this test end with.</summary>
    public string Mark { get; } = Guid.NewGuid().ToString("N")[..6];

    public HttpClient Admin { get; private set; } = null!;

    public async Task StartAsync() => Admin = await SignInAsync("admin");

    /// <summary>Somebody without an account.</summary>
    public HttpClient Anybody()
    {
        HttpClient client = server.CreateClient();
        people.Add((client, ""));
        return client;
    }

    /// <summary>An account with one role over one asset, signed in.</summary>
    public async Task<HttpClient> PersonAsync(string name, string role, long asset)
    {
        await CreateAsync("accounts", new { userName = name + Mark, displayName = name, password = Password, grants = new[] { new { role, assetId = asset } } });
        return await SignInAsync(name + Mark);
    }

    /// <summary>By the administrator.</summary>
    /// <returns>The id.</returns>
    public async Task<long> CreateAsync(string what, object body)
    {
        using HttpResponseMessage answer = await Admin.PostAsJsonAsync("/api/v1/" + what, body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"POST {what}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetInt64();
    }

    /// <summary>Time passes, more than a session lasts, so all sign in again.</summary>
    public async Task AdvanceAsync(TimeSpan time)
    {
        server.Time.Advance(time);
        foreach ((HttpClient client, string user) in people)
            if (user.Length > 0) await SignInAsync(client, user);
    }

    public void Dispose()
    {
        foreach ((HttpClient client, _) in people) client.Dispose();
    }

    private async Task<HttpClient> SignInAsync(string user)
    {
        HttpClient client = server.CreateClient();
        people.Add((client, user));
        await SignInAsync(client, user);
        return client;
    }

    private static async Task SignInAsync(HttpClient client, string user)
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync("/api/v1/auth/login", new { userName = user, password = Password });
        answer.EnsureSuccessStatusCode();
    }
}
