using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Ordo.EndToEnd.Browser;

/// <summary>One Chromium for all browser tests; every person in a test gets a window with cookies and storage of its own.</summary>
public sealed class ConsoleBrowser : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? playwright;
    private IBrowser? chromium;

    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Path.Combine(ServerProcess.Repository, "web", "dist", "index.html")), "The console is not built: run `npm ci && npm run build` in web/, or `./ordo test`.");
        // The machine may be busy with other tests; what is expected must come, not come fast.
        Assertions.SetDefaultExpectTimeout(25_000);
        playwright = await Playwright.CreateAsync();
        chromium = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Flags });
    }

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null) await chromium.CloseAsync();
        playwright?.Dispose();
    }

    /// <summary>Opens a window for one person. <paramref name="language"/> is the browser's, <c>zh-CN</c> or <c>en-GB</c>; <paramref name="wall"/> is a screen that moves what it moves.</summary>
    public async Task<Window> OpenAsync(ServerProcess server, string language = "zh-CN", bool wall = false)
    {
        IBrowserContext context = await chromium!.NewContextAsync(new()
        {
            BaseURL = server.Address.GetLeftPart(UriPartial.Authority),
            Locale = language,
            TimezoneId = "Asia/Shanghai",
            ViewportSize = wall ? new() { Width = 1920, Height = 1080 } : new() { Width = 1440, Height = 900 },
            ReducedMotion = wall ? ReducedMotion.NoPreference : ReducedMotion.Reduce, // a click aims at where a dialog stands, not at where it was on its way
        });
        context.SetDefaultTimeout(25_000);
        await context.AddInitScriptAsync(
            """
            window.violations = [];
            addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
            """);
        return new Window(context, await context.NewPageAsync(), server) { English = language.StartsWith("en", StringComparison.Ordinal) };
    }
}

[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<ConsoleBrowser>
{
    public const string Name = "browser";
}

/// <summary>What one person has on the screen, and everything the page did that a person does not see.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ServerProcess server;

    internal Window(IBrowserContext context, IPage page, ServerProcess server)
    {
        this.context = context;
        this.server = server;
        Page = page;
        page.Console += (_, message) => { if (message.Type == "error") Complaints.Enqueue($"{message.Text} ({message.Location})"); };
        page.PageError += (_, error) => Complaints.Enqueue(error);
        page.Request += (_, request) => Requests.Enqueue(request);
    }

    public IPage Page { get; }

    /// <summary>Errors of the page's console and exceptions nobody caught.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public ConcurrentQueue<IRequest> Requests { get; } = new();

    /// <summary>Does what a person does; when it fails, the message says what was on the screen.</summary>
    public async Task DoAsync(Func<IPage, Task> steps)
    {
        try
        {
            await steps(Page);
        }
        catch (Exception e)
        {
            string picture = Path.Combine(Directory.CreateTempSubdirectory("ordo-browser-").FullName, "screen.png");
            await Page.ScreenshotAsync(new() { Path = picture, Timeout = 10_000 });
            string complaints = Complaints.IsEmpty ? "" : "\nConsole: " + string.Join('\n', Complaints.Take(10));
            throw new InvalidOperationException($"{e.Message}\nPage: {Page.Url}\nScreenshot: {picture}{complaints}\nServer: {Tail(server.Output)}", e);
        }
    }

    public async Task SignInAsync(string userName = "admin", string password = ServerProcess.AdminPassword)
    {
        await Page.GotoAsync("/signin");
        await Page.GetByLabel(Either("账号", "User name"), new() { Exact = true }).FillAsync(userName);
        await Page.GetByLabel(Either("密码", "Password"), new() { Exact = true }).FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = Either("登录", "Sign in"), Exact = true }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Navigation, new() { NameRegex = new("主导航|Main navigation") })).ToBeVisibleAsync();
    }

    /// <summary>From here on, <see cref="AssertNotReloadedAsync"/> knows whether the page was loaded again.</summary>
    public Task RememberLoadAsync() => Page.EvaluateAsync("() => { window.loadedOnce = true; }");

    public async Task AssertNotReloadedAsync() => Assert.True(await Page.EvaluateAsync<bool>("() => window.loadedOnce === true"), "The page was loaded again.");

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    internal bool English { get; init; }

    private string Either(string chinese, string english) => English ? english : chinese;

    private static string Tail(string text) => text.Length <= 2_000 ? text : "…" + text[^2_000..];
}
