using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Cockpit;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Resolution;
using Ordo.Identifiers.Statistics;
using Ordo.Identifiers.Tests.Registration;
using static Ordo.Identifiers.Tests.Registration.NodePeople;

namespace Ordo.Identifiers.Tests.Cockpit;

public sealed class IdentifiersPanelTests : IAsyncLifetime
{
    private NodePeople people = null!;

    public async ValueTask InitializeAsync() => people = await NodePeople.StartAsync();

    public ValueTask DisposeAsync() => people.DisposeAsync();

    [Fact]
    public async Task The_wall_tells_what_is_registered_against_the_quota_what_is_resolved_and_by_whom_and_nothing_of_strangers()
    {
        Assert.Null(await ReadAsync(Caller.Everything("wall"))); // no enterprise, no panel
        (long enterprise, string prefix) = await people.ApproveAsync(people.Own, people.OwnAsset, quota: 500);
        (_, string other) = await people.ApproveAsync(people.Neighbour, people.NeighbourAsset, quota: 70);
        await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(enterprise));
        foreach (string suffix in new[] { "SN1", "SN2" }) await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, suffix));
        var counts = people.Server.Services.GetRequiredService<ResolutionCounts>();
        foreach ((string handle, ResponseCode code) in new[] { ($"{prefix}/SN1", ResponseCode.Success), ($"{prefix}/SN2", ResponseCode.Success), ($"{prefix}/NO", ResponseCode.HandleNotFound), ($"{other}/X", ResponseCode.Success), ($"{other}/X", ResponseCode.Error) })
            counts.Add(ResolutionTransport.Udp, Encoding.UTF8.GetBytes(handle), code);
        await people.Server.Services.GetRequiredService<StatisticsKeeper>().FlushAsync(TestContext.Current.CancellationToken);

        CockpitPanel panel = (await ReadAsync(Caller.Everything("wall")))!;
        Assert.Equal((2, 570, "identifiers"), (panel.Headline.Value, panel.Beside!.Value, panel.System));
        Assert.Equal(["甲企业 解析 2", "乙企业 解析 1"], panel.Ranking.Select(row => $"{row.Label.Zh} {row.Value}"));
        Assert.Equal([people.OwnAsset, people.NeighbourAsset], panel.Ranking.Select(row => row.AssetId!.Value));
        Assert.Equal((14, 3.0, 0.0), (panel.Chart!.Values.Count, panel.Chart.Values[^1], panel.Chart.Values[0]));
        Assert.Equal(new(2026, 2, 28, 16, 0, 0, TimeSpan.Zero), panel.Chart.Times[^1].ToUniversalTime());
        Assert.Contains("80.0%", panel.Origin.Zh, StringComparison.Ordinal);
        Assert.Contains("2 enterprises", panel.Origin.En, StringComparison.Ordinal);

        Assert.Null(await ReadAsync(new(7, "stranger", null, new Dictionary<string, string[]> { [Permissions.ReadIdentifiers] = ["/99/"] })));
    }

    private async Task<CockpitPanel?> ReadAsync(Caller caller) =>
        await people.Server.Services.GetServices<ICockpitPanel>().Single().ReadAsync(new(caller, "/", people.Server.Time.GetUtcNow()), TestContext.Current.CancellationToken);
}
