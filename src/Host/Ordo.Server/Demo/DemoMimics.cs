using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Mimics;

namespace Ordo.Server.Demo;

/// <summary>The drawings of the demonstration park, kept through the same desk as a user's.</summary>
internal static class DemoMimics
{
    public static async Task AddAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        HttpConventions.Configure(json);
        string folder = Path.Combine(DemoPark.SimulatorFolder(), "data", "demo-park");
        foreach (string drawing in Directory.GetFiles(folder, "*.svg").Order(StringComparer.Ordinal))
        {
            DemoMimic described = JsonSerializer.Deserialize<DemoMimic>(await File.ReadAllTextAsync(Path.ChangeExtension(drawing, ".json"), cancellation), json)!;
            long asset = await services.GetRequiredService<OrdoDbContext>().Set<Asset>().Where(a => a.Code == described.Asset).Select(a => a.Id).SingleAsync(cancellation);
            var draft = new MimicDraft(described.Name, await File.ReadAllTextAsync(drawing, cancellation), described.Bindings, asset);
            await services.GetRequiredService<MimicDesk>().AddAsync(draft, Caller.Everything("demo"), cancellation);
        }
    }

    /// <param name="Asset">Code of the asset it belongs to.</param>
    private sealed record DemoMimic(string Name, string Asset, IReadOnlyList<MimicBinding> Bindings);
}
