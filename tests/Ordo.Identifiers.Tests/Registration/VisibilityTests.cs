using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Statistics;
using static Ordo.Identifiers.Tests.Registration.NodePeople;

namespace Ordo.Identifiers.Tests.Registration;

/// <summary>Who reads which field, over every transport.</summary>
public sealed class VisibilityTests : IAsyncLifetime
{
    private NodePeople people = null!;
    private string prefix = "", handle = "";
    private long own, neighbour;

    public async ValueTask InitializeAsync()
    {
        people = await NodePeople.StartAsync();
        (own, prefix) = await people.ApproveAsync(people.Own, people.OwnAsset);
        (neighbour, _) = await people.ApproveAsync(people.Neighbour, people.NeighbourAsset);
        await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(own));
        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN1"));
        handle = prefix + "/SN1";
    }

    public ValueTask DisposeAsync() => people.DisposeAsync();

    [Fact]
    public async Task Private_fields_are_on_no_transport_without_the_right()
    {
        string[] answers =
        [
            await people.Anybody.GetStringAsync($"/api/handles/{handle}"),
            await people.Neighbour.GetStringAsync($"/api/handles/{handle}"),
            (await AskAsync("/api/handles/" + handle + "?index=2003")).ToString(),
            (await AskAsync("/api/handles/" + handle + "?type=cost&publicOnly=false")).ToString(),
            await people.Anybody.GetStringAsync(Code()),
            await people.Neighbour.GetStringAsync(Code()),
            .. (await Task.WhenAll(NativeAsync(true), NativeAsync(false), NativeAsync(true, 2003), NativeAsync(false, 2003))).SelectMany(pair => pair),
        ];
        Assert.All(answers, answer => Assert.DoesNotContain("918273.645", answer, StringComparison.Ordinal));
        Assert.All(answers, answer => Assert.DoesNotContain("F-77", answer, StringComparison.Ordinal));
        Assert.Contains("阀门", answers[0], StringComparison.Ordinal);
        Assert.Contains("918273.645", await people.Own.GetStringAsync($"/api/handles/{handle}"), StringComparison.Ordinal);
        Assert.Contains("918273.645", await people.Own.GetStringAsync("/api/v1/identifiers/" + Of(handle)), StringComparison.Ordinal);
        Assert.Contains("918273.645", await people.Operator.GetStringAsync($"/api/handles/{handle}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Partners_read_what_is_for_partners_and_no_more()
    {
        Assert.Equal(422, (await SendAsync(people.Own, HttpMethod.Put, $"enterprises/{own}/partners", null, new { enterprises = new[] { own } })).Status);
        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Put, $"enterprises/{own}/partners", null, new { enterprises = new[] { neighbour } })).Status);
        await OkAsync(people.Own, HttpMethod.Put, $"enterprises/{own}/partners", null, new { enterprises = new[] { neighbour } });
        foreach (string address in new[] { $"/api/handles/{handle}", Code() })
        {
            string answer = await people.Neighbour.GetStringAsync(address);
            Assert.Contains("F-77", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("918273.645", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("F-77", await people.Anybody.GetStringAsync(address), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("retired")]
    public async Task A_suspended_or_retired_identifier_says_its_state_and_nothing_else(string state)
    {
        await OkAsync(people.Own, HttpMethod.Put, $"enterprises/{own}/partners", null, new { enterprises = new[] { neighbour } });
        await OkAsync(people.Own, HttpMethod.Post, "item/state?handle=" + Uri.EscapeDataString(handle), null, new { state, remark = "召回检查" });
        string[] answers =
        [
            await people.Anybody.GetStringAsync($"/api/handles/{handle}"), await people.Neighbour.GetStringAsync($"/api/handles/{handle}"), await people.Anybody.GetStringAsync(Code()),
            .. await NativeAsync(true),
        ];
        Assert.All(answers, answer => Assert.Contains(state, answer, StringComparison.Ordinal));
        Assert.All(answers, answer => Assert.DoesNotContain("阀门", answer, StringComparison.Ordinal));
        Assert.All(answers, answer => Assert.DoesNotContain("F-77", answer, StringComparison.Ordinal));
        if (state == "retired") return;
        await OkAsync(people.Own, HttpMethod.Post, "item/state?handle=" + Uri.EscapeDataString(handle), null, new { state = "active" });
        Assert.Contains("阀门", await people.Anybody.GetStringAsync(Code()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_prefix_answers_on_no_transport()
    {
        JsonElement detail = await GetAsync(people.Own, $"enterprises/{own}");
        await OkAsync(people.Admin, HttpMethod.Put, $"prefixes/{detail.GetProperty("prefix").GetProperty("id").GetInt64()}", "*", new { state = "suspended", quota = 10, contract = "", remark = "欠费暂停" });
        Assert.Equal((400, 301), (await SendAsync(people.Anybody, HttpMethod.Get, "/api/handles/" + handle)) is var (status, answer) ? (status, answer.GetProperty("responseCode").GetInt32()) : default);
        Assert.Equal(404, (await SendAsync(people.Anybody, HttpMethod.Get, Code())).Status);
        Assert.All(await NativeAsync(true), text => Assert.Contains("That prefix doesn't live here", text, StringComparison.Ordinal));
        Assert.Equal("/problems/prefix-closed", (await SendAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN2"))).Answer.GetProperty("type").GetString());
    }

    [Fact]
    public async Task What_was_resolved_is_counted_by_transport_and_day()
    {
        await people.Anybody.GetStringAsync($"/api/handles/{handle}");
        await SendAsync(people.Anybody, HttpMethod.Get, $"/api/handles/{prefix}/NOPE");
        await people.Anybody.GetStringAsync($"/api/handles/{prefix}/SN1");
        await people.Anybody.GetStringAsync(Code());
        await NativeAsync(true);
        string counted = (await GetAsync(people.Admin, "overview")).GetProperty("today").GetRawText(); // the running minute, which no row has yet
        await people.Server.Services.GetRequiredService<StatisticsKeeper>().FlushAsync(TestContext.Current.CancellationToken);
        JsonElement overview = await GetAsync(people.Admin, "overview");
        Assert.Equal(counted, overview.GetProperty("today").GetRawText());
        Assert.Equal((5, 1, 0, 2), (overview.GetProperty("resolved").GetInt64(), overview.GetProperty("notFound").GetInt64(), overview.GetProperty("failed").GetInt64(), overview.GetProperty("enterprises").GetInt32()));
        Assert.Equal(["udp 1 0", "tcp 1 0", "rest 2 1", "page 1 0"], overview.GetProperty("today").EnumerateArray().Select(row =>
            $"{row.GetProperty("transport").GetString()} {row.GetProperty("succeeded").GetInt64()} {row.GetProperty("notFound").GetInt64()}"));
        Assert.Equal(1, overview.GetProperty("registered").GetInt64());
        Assert.Equal(0, (await GetAsync(people.Neighbour, "overview")).GetProperty("registered").GetInt64());
    }

    private string Code() => "/api/v1/identifiers/code?handle=" + Uri.EscapeDataString(handle);

    private async Task<JsonElement> AskAsync(string path) => (await SendAsync(people.Anybody, HttpMethod.Get, path)).Answer;

    /// <summary>The answers over UDP and over TCP as text.</summary>
    private async Task<string[]> NativeAsync(bool publicOnly, params uint[] indexes)
    {
        OpFlags flags = OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.KeepConnection | (publicOnly ? OpFlags.PublicOnly : OpFlags.None);
        byte[] request = new Message(
            new(ProtocolVersion.Newest, EnvelopeFlags.None, ProtocolVersion.Newest, 0, 7, 0, 0), new(OpCode.Resolution, ResponseCode.Request, flags, 0xffff, 0, uint.MaxValue, 0), null,
            new ResolutionRequest(handle, indexes, []), null).ToArray();
        using var udp = new UdpClient(AddressFamily.InterNetwork);
        await udp.SendAsync(request, people.Server.Services.GetRequiredService<UdpServer>().EndPoint!);
        byte[] datagram = (await udp.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer;
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(people.Server.Services.GetRequiredService<TcpServer>().EndPoint!);
        NetworkStream stream = tcp.GetStream();
        await stream.WriteAsync(request);
        byte[] head = new byte[Envelope.Size];
        await stream.ReadExactlyAsync(head);
        Assert.True(Envelope.TryRead(head, out Envelope envelope));
        byte[] rest = new byte[envelope.Length];
        await stream.ReadExactlyAsync(rest);
        return [Encoding.UTF8.GetString(datagram), Encoding.UTF8.GetString(rest)];
    }
}
