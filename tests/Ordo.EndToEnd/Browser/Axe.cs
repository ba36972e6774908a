using System.Text.Json;
using Microsoft.Playwright;

namespace Ordo.EndToEnd.Browser;

/// <summary>axe-core (MPL 2.0, a development dependency of the console) looks at a page as it stands: WCAG 2.2, levels A and AA.</summary>
internal static class Axe
{
    private static readonly Lazy<string> Script = new(() => File.ReadAllText(Path.Combine(ServerProcess.Repository, "web", "node_modules", "axe-core", "axe.min.js")));

    /// <returns>A line for each violation, with the places it is at; none when all is well.</returns>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window")) await page.EvaluateAsync(Script.Value);
        string found = await page.EvaluateAsync<string>(
            """
            async () => {
              const { violations, passes } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations', 'passes'] });
              return JSON.stringify({ passes: passes.length, violations: violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n${v.nodes.slice(0, 4).map((n) => `    ${n.target.join(' ')} ${n.failureSummary?.split('\n').slice(1, 3).join(' ')}`).join('\n')}`) });
            }
            """);
        using JsonDocument result = JsonDocument.Parse(found);
        Assert.True(result.RootElement.GetProperty("passes").GetInt32() > 5, "axe looked at nothing.");
        return [.. result.RootElement.GetProperty("violations").EnumerateArray().Select(v => $"{page.Url}: {v.GetString()}")];
    }
}
