using Microsoft.Playwright;

namespace Ordo.EndToEnd.Browser;

internal static class ConsoleRail
{
    /// <summary>Enters a room by the rail, whether or not its group is folded.</summary>
    public static async Task EnterAsync(this IPage page, string group, string room)
    {
        ILocator rail = page.GetByRole(AriaRole.Navigation, new() { NameRegex = new("主导航|Main navigation") });
        ILocator heading = rail.GetByRole(AriaRole.Button, new() { NameRegex = new("^" + group) });
        if (await heading.GetAttributeAsync("aria-expanded") == "false") await heading.ClickAsync();
        await rail.GetByRole(AriaRole.Link, new() { NameRegex = new("^" + room) }).First.ClickAsync();
    }
}
