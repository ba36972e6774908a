using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Modules;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Recursion;
using Ordo.Identifiers.Replicas;
using Ordo.Identifiers.Resolution;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Tests.Serving;
using Ordo.Testing;

namespace Ordo.Identifiers.Tests.Recursion;

/// <summary>Nodes that the park's asks; they are the same for all tests.</summary>
public sealed class OtherNodes : IAsyncLifetime
{
    /// <summary>With two enterprises' handles.</summary>
    internal NodeServer Enterprise { get; private set; } = null!;

    /// <summary>Knows where they are: of the first by its site, of the second by a service.</summary>
    internal NodeServer Top { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Enterprise = await NodeServer.StartAsync();
        foreach (int number in new[] { 1, 2 })
        {
            await Enterprise.Store.SetHomeAsync($"86.7.{number}", true);
            foreach (string suffix in new[] { "pump", "valve" })
                await Enterprise.PutAsync($"86.7.{number}/{suffix}", HandleValue.Of(1, "URL", $"of {number}"), HandleValue.Of(2, "NAME", suffix), HandleValue.Of(3, "SECRET", "s", permissions: ValuePermissions.AdminRead));
        }

        Top = await NodeServer.StartAsync();
        await Top.Store.SetHomeAsync("86.7", true);
        await Top.PutAsync("0.NA/86.7.1", SiteOf(Enterprise));
        await Top.PutAsync("0.NA/86.7.2", HandleValue.Of(1, "HS_SERV", "86.7/service"));
        await Top.PutAsync("86.7/service", SiteOf(Enterprise));
    }

    public async ValueTask DisposeAsync()
    {
        await Top.DisposeAsync();
        await Enterprise.DisposeAsync();
    }

    internal static HandleValue SiteOf(NodeServer node) => HandleValue.Of(1, "HS_SITE", node.Server.Services.GetRequiredService<SiteRecord>().Current.ToArray());
}

/// <summary>Several nodes on real sockets: the park's, which asks, and those that it asks.</summary>
public sealed class RecursionTests(OtherNodes others) : IClassFixture<OtherNodes>, IAsyncLifetime
{
    private readonly List<IAsyncDisposable> started = [];
    private readonly NodeServer enterprise = others.Enterprise, top = others.Top;
    private (int Enterprise, int Top) before;

    public ValueTask InitializeAsync()
    {
        before = (Requests(enterprise), Requests(top));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable one in Enumerable.Reverse(started)) await one.DisposeAsync();
    }

    [Fact]
    public async Task A_handle_is_found_along_referrals_and_the_way_is_known_the_next_time()
    {
        NodeServer park = await ParkAsync(Udp(top));
        Message answer = await AskAsync(park, "86.7.1/pump");
        var body = Assert.IsType<ValuesBody>(answer.Body);
        Assert.Equal(("86.7.1/pump", "of 1"), (body.Handle.ToString(), body.Values[0].Data.ToString()));
        Assert.False(answer.Header.Flags.HasFlag(OpFlags.Authoritative)); // it is another node's word
        Assert.Equal((2, 1), (Asked.Top, Asked.Enterprise));

        await AskAsync(park, "86.7.1/PUMP"); // kept
        await AskAsync(park, "86.7.1/valve"); // straight to who has it
        Assert.Equal((2, 2), (Asked.Top, Asked.Enterprise));
        Assert.Equal("of 2", Assert.IsType<ValuesBody>((await AskAsync(park, "86.7.2/pump")).Body).Values[0].Data.ToString()); // by a service handle
        RecursionState state = Recursion(park).State;
        Assert.Equal((1, 3, 0, 0, 0), (state.FromCache, state.Asked, state.Shared, state.Silent, state.Nonsense));
        Assert.Equal(0, park.Server.Services.GetRequiredService<ResolutionCounts>().Total().All); // not of this node's figures
    }

    [Fact]
    public async Task It_works_over_every_transport_and_for_a_signed_answer()
    {
        NodeServer park = await ParkAsync(Udp(top));
        byte[] question = Question("86.7.1/pump").ToArray();
        using TcpClient tcp = await park.ConnectAsync();
        await tcp.GetStream().WriteAsync(question);
        Assert.Equal(ResponseCode.Success, (await ResolutionTests.ReadAsync(tcp.GetStream())).Header.ResponseCode);
        Assert.Equal(0, await tcp.GetStream().ReadAsync(new byte[1])); // and closed, as this family of clients expects

        using HttpClient http = park.Server.CreateClient();
        using var content = new ByteArrayContent(Question("86.7.1/valve").ToArray());
        content.Headers.ContentType = new("application/x-hdl-message");
        using HttpResponseMessage tunnelled = await http.PostAsync("86.7.1%2Fvalve", content);
        Message.TryRead(await tunnelled.Content.ReadAsByteArrayAsync(), out Message? answer);
        Assert.Equal(ResponseCode.Success, answer!.Header.ResponseCode);

        answer = await AskAsync(park, "86.7.1/pump", flags: ResolutionFlags | OpFlags.Certify);
        Assert.Equal("HS_SIGNED", answer.Credential!.Type.ToString());
        Assert.Equal(ResponseCode.Success, answer.Header.ResponseCode);
    }

    [Fact]
    public async Task What_is_delegated_here_is_resolved_without_anybody_above()
    {
        NodeServer park = await ParkAsync("");
        await park.Store.SetHomeAsync("86.7", true);
        await park.PutAsync("0.NA/86.7.1", OtherNodes.SiteOf(enterprise));
        Assert.Equal(ResponseCode.Success, (await AskAsync(park, "86.7.1/pump")).Header.ResponseCode);
        Assert.Equal(ResponseCode.HandleNotFound, (await AskAsync(park, "86.7.1/none")).Header.ResponseCode);
        Assert.Equal(ResponseCode.NotResponsible, (await AskAsync(park, "86.7.9/x")).Header.ResponseCode);
    }

    [Fact]
    public async Task A_filter_picks_from_what_is_kept_and_only_who_may_asks()
    {
        NodeServer park = await ParkAsync(Udp(top));
        await AskAsync(park, "86.7.1/pump");
        Assert.Equal([2u], Assert.IsType<ValuesBody>((await AskAsync(park, "86.7.1/pump", types: ["NAME"])).Body).Values.Select(value => value.Index));
        Assert.Equal(ResponseCode.ValuesNotFound, (await AskAsync(park, "86.7.1/pump", types: ["NONE"])).Header.ResponseCode);
        Assert.Equal(1, Asked.Enterprise);
        // Who does not ask for it, or wants values that need a proof, is told where it stands.
        Assert.Equal(ResponseCode.NotResponsible, (await AskAsync(park, "86.7.1/pump", flags: OpFlags.CacheCertify | OpFlags.PublicOnly)).Header.ResponseCode);
        Assert.Equal(ResponseCode.NotResponsible, (await AskAsync(park, "86.7.1/pump", flags: OpFlags.CacheCertify | OpFlags.Recursive)).Header.ResponseCode);
        // Who wants it from the source gets it from there.
        await AskAsync(park, "86.7.1/pump", flags: ResolutionFlags | OpFlags.Authoritative);
        Assert.Equal(2, Asked.Enterprise);

        NodeServer closed = await ParkAsync(Udp(enterprise), ("Networks", "10.0.0.0/8"));
        Assert.Equal(ResponseCode.NotResponsible, (await AskAsync(closed, "86.7.1/pump")).Header.ResponseCode);
        using TcpClient tcp = await closed.ConnectAsync();
        await tcp.GetStream().WriteAsync(Question("86.7.1/pump").ToArray());
        Assert.Equal(ResponseCode.NotResponsible, (await ResolutionTests.ReadAsync(tcp.GetStream())).Header.ResponseCode);
        NodeServer off = await NodeServer.StartAsync();
        started.Add(off);
        Assert.Equal(ResponseCode.NotResponsible, (await AskAsync(off, "86.7.1/pump")).Header.ResponseCode);
    }

    [Fact]
    public async Task Two_nodes_that_send_each_other_in_a_circle_end_it_at_once()
    {
        int port = FreePorts.Take();
        NodeServer second = await ParkAsync($"udp://127.0.0.1:{port}"), first = await ParkAsync(Udp(second), ("Identifiers:Port", $"{port}"));
        long begun = TimeProvider.System.GetTimestamp();
        Assert.Equal(ResponseCode.RecursionTooDeep, (await AskAsync(first, "86.9.9/x")).Header.ResponseCode);
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 0, 9); // nobody waited for himself
        Assert.Equal((4, 4), (Recursion(first).State.Asked, Recursion(second).State.Asked)); // hops 0, 2, 4, 6 and 1, 3, 5, 7
        Assert.Equal(ResponseCode.Success, (await AskAsync(first, "88.999.1/SN1")).Header.ResponseCode);
    }

    [Fact]
    public async Task It_never_asks_itself()
    {
        int port = FreePorts.Take();
        NodeServer park = await ParkAsync($"udp://127.0.0.1:{port}, tcp://127.0.0.1:{port}", ("Identifiers:Port", $"{port}"));
        await park.Store.SetHomeAsync("86.7", true);
        await park.PutAsync("0.NA/86.7.1", OtherNodes.SiteOf(park));
        Assert.Equal(ResponseCode.Error, (await AskAsync(park, "86.7.1/pump")).Header.ResponseCode);
        Assert.Equal(ResponseCode.Error, (await AskAsync(park, "86.8.1/pump")).Header.ResponseCode);
        RecursionState state = Recursion(park).State;
        Assert.Equal((0, 0), (state.Answered, state.Silent));
    }

    [Fact]
    public async Task A_node_that_is_dead_costs_its_time_once_and_no_local_answer()
    {
        await using ScriptedNode silent = ScriptedNode.Silent();
        NodeServer park = await ParkAsync($"{silent.Address}, {Udp(enterprise)}", ("QuestionTimeout", "00:00:03"));
        Task<Message> slow = AskAsync(park, "86.7.1/pump");
        for (int i = 0; i < 50; i++) Assert.Equal(ResponseCode.Success, (await AskAsync(park, "88.999.1/SN1")).Header.ResponseCode);
        Assert.False(slow.IsCompleted);
        Assert.Equal(ResponseCode.Success, (await slow).Header.ResponseCode);
        int before = silent.Asked;
        Assert.Equal(3, before); // once, and again twice as UDP needs
        Assert.Equal(ResponseCode.Success, (await AskAsync(park, "86.7.1/valve")).Header.ResponseCode);
        Assert.Equal(before, silent.Asked); // the one that answers is asked first now
        Assert.True(Recursion(park).State.Upstreams[0].IsSilent);
    }

    [Fact]
    public async Task Where_nobody_answers_the_client_is_told_and_nobody_is_asked_again_for_a_while()
    {
        await using ScriptedNode silent = ScriptedNode.Silent();
        NodeServer park = await ParkAsync(silent.Address, ("QuestionTimeout", "00:00:00.6"));
        Assert.Equal(ResponseCode.Error, (await AskAsync(park, "86.7.1/pump")).Header.ResponseCode);
        Assert.Equal(ResponseCode.Error, (await AskAsync(park, "86.7.1/pump")).Header.ResponseCode);
        Assert.Equal(3, silent.Asked);
        park.Server.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(ResponseCode.Error, (await AskAsync(park, "86.7.1/pump")).Header.ResponseCode);
        Assert.Equal(6, silent.Asked);
    }

    [Fact]
    public async Task A_liar_is_not_believed_and_his_noise_does_not_hide_the_answer()
    {
        await using var liar = new ScriptedNode(question =>
        [
            ScriptedNode.Values(question, "86.7.1/other", "for another handle"),
            ScriptedNode.Values(question, ScriptedNode.HandleOf(question), "for another question", question.Envelope.RequestId + 1),
            [1, 2, 3],
        ]);
        NodeServer park = await ParkAsync(liar.Address, ("QuestionTimeout", "00:00:00.6"));
        Assert.Equal(ResponseCode.Error, (await AskAsync(park, "86.7.1/pump")).Header.ResponseCode);
        Assert.Equal((0, 1), (Recursion(park).State.Answered, Recursion(park).State.Nonsense));

        await using var noisy = new ScriptedNode(question =>
            [ScriptedNode.Values(question, "86.7.1/other", "wrong"), ScriptedNode.Values(question, ScriptedNode.HandleOf(question), "wrong", 7), ScriptedNode.Values(question, ScriptedNode.HandleOf(question), "right")]);
        park = await ParkAsync(noisy.Address);
        Assert.Equal("right", Assert.IsType<ValuesBody>((await AskAsync(park, "86.7.1/pump")).Body).Values[0].Data.ToString());
    }

    [Fact]
    public async Task Nobody_refers_to_what_is_not_his()
    {
        await using ScriptedNode victim = ScriptedNode.Silent();
        // The one who has 86.7.1 would like to speak for all of 86, or for somebody else.
        string[] targets = ["0.NA/86", "0.NA/86.7", "0.NA/86.7.1", "0.NA/99.1", "0.NA/86.7.11"];
        int next = 0;
        await using var enterprise = new ScriptedNode(question => ScriptedNode.HandleOf(question).ToString().StartsWith("0.NA/", StringComparison.Ordinal)
            ? [ScriptedNode.Answer(question, ResponseCode.Success, new ValuesBody(ScriptedNode.HandleOf(question), [SiteAt(victim.Address)]))]
            : [ScriptedNode.Answer(question, ResponseCode.PrefixReferral, new ReferralBody(targets[next++]))]);
        NodeServer park = await ParkAsync("");
        await park.Store.SetHomeAsync("86.7", true);
        await park.PutAsync("0.NA/86.7.1", SiteAt(enterprise.Address));
        for (int i = 0; i < targets.Length; i++) Assert.Equal(ResponseCode.Error, (await AskAsync(park, $"86.7.1/{i}")).Header.ResponseCode);
        Assert.Equal((targets.Length, 0), (enterprise.Asked, victim.Asked));
        Assert.Null(Recursion(park).Cache.Find("0.NA/86", _ => true));
    }

    [Fact]
    public async Task A_record_of_anybody_does_not_lead_into_this_machine_unless_it_may()
    {
        NodeServer park = await ParkAsync(Udp(top), ("ReferralNetworks", ""));
        Assert.Equal(ResponseCode.Error, (await AskAsync(park, "86.7.1/pump")).Header.ResponseCode);
        Assert.Equal(0, Asked.Enterprise);
    }

    [Fact]
    public async Task A_flood_of_one_question_is_one_question_to_others_and_too_many_different_ones_are_refused()
    {
        using var wait = new ManualResetEventSlim();
        await using var slow = new ScriptedNode(question =>
        {
            wait.Wait();
            return [ScriptedNode.Values(question, ScriptedNode.HandleOf(question), "late")];
        });
        NodeServer park = await ParkAsync(slow.Address, ("MaxParallel", "1"), ("QuestionTimeout", "00:00:20"), ("Patience", "00:00:30"));
        try
        {
            Task<Message>[] flood = [.. Enumerable.Range(1, 100).Select(i => AskAsync(park, "86.7.1/pump", requestId: (uint)i))];
            await Patience.UntilAsync(() => Recursion(park).State is { } state && state.Asked + state.Shared >= 100);
            Assert.Equal(ResponseCode.TooBusy, (await AskAsync(park, "86.7.1/other")).Header.ResponseCode);
            await Patience.UntilAsync(() => slow.Asked > 0); // it is on its way
            Assert.Equal(1, slow.Asked);
            wait.Set();
            foreach (Task<Message> one in flood) Assert.Equal(ResponseCode.Success, (await one).Header.ResponseCode);
        }
        finally
        {
            wait.Set(); // a test that has failed must not wait for what it holds back
        }

        Assert.Equal((1, 99, 1), (Recursion(park).State.Asked, Recursion(park).State.Shared, Recursion(park).State.Refused));
        Assert.Equal(1, slow.Asked);
    }

    [Fact]
    public async Task Values_grow_old_where_they_are_kept_and_are_asked_for_again()
    {
        NodeServer park = await ParkAsync(Udp(enterprise));
        await enterprise.PutAsync("86.7.1/t", HandleValue.Of(1, "URL", "u") with { Ttl = 60 }, HandleValue.Of(2, "SHORT", "s") with { Ttl = 10 });
        await AskAsync(park, "86.7.1/t");
        park.Server.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal([51u, 1], Assert.IsType<ValuesBody>((await AskAsync(park, "86.7.1/t")).Body).Values.Select(value => value.Ttl));
        park.Server.Time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(park, "86.7.1/t", types: ["URL"]);
        Assert.Equal(1, Asked.Enterprise);
        await AskAsync(park, "86.7.1/t");
        Assert.Equal(2, Asked.Enterprise);

        Assert.Equal(ResponseCode.HandleNotFound, (await AskAsync(park, "86.7.1/new")).Header.ResponseCode);
        await enterprise.PutAsync("86.7.1/new", HandleValue.Of(1, "URL", "u"));
        Assert.Equal(ResponseCode.HandleNotFound, (await AskAsync(park, "86.7.1/new")).Header.ResponseCode);
        park.Server.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(ResponseCode.Success, (await AskAsync(park, "86.7.1/new")).Header.ResponseCode);
    }

    [Fact]
    public async Task An_answer_too_long_for_UDP_is_fetched_over_TCP()
    {
        NodeServer park = await ParkAsync(Udp(top));
        await enterprise.PutAsync("86.7.1/long", HandleValue.Of(1, "TEXT", new string('x', 3000)), HandleValue.Of(2, "TEXT", new string('y', 50_000)));
        using TcpClient tcp = await park.ConnectAsync();
        await tcp.GetStream().WriteAsync(Question("86.7.1/long").ToArray());
        Assert.Equal(50_000, Assert.IsType<ValuesBody>((await ResolutionTests.ReadAsync(tcp.GetStream())).Body).Values[1].Data.Length);
        Message answer = await AskAsync(park, "86.7.1/long", types: ["NONE", "URL"]);
        Assert.Equal(ResponseCode.ValuesNotFound, answer.Header.ResponseCode);
        Assert.Equal(ResponseCode.TooBusy, (await AskAsync(park, "86.7.1/long")).Header.ResponseCode); // as any answer that is too long for an address nobody has proven
    }

    [Fact]
    public async Task On_a_kept_connection_local_answers_do_not_wait_for_others()
    {
        using var wait = new ManualResetEventSlim();
        await using var slow = new ScriptedNode(question =>
        {
            wait.Wait();
            return [ScriptedNode.Values(question, ScriptedNode.HandleOf(question), "late")];
        });
        NodeServer park = await ParkAsync(slow.Address, ("QuestionTimeout", "00:00:20"), ("Patience", "00:00:30"));
        using TcpClient tcp = await park.ConnectAsync();
        NetworkStream stream = tcp.GetStream();
        await stream.WriteAsync(Question("86.7.1/pump", requestId: 1, flags: ResolutionFlags | OpFlags.KeepConnection).ToArray());
        await stream.WriteAsync(Question("88.999.1/SN1", requestId: 2, flags: ResolutionFlags | OpFlags.KeepConnection).ToArray());
        Assert.Equal(2u, (await ResolutionTests.ReadAsync(stream)).Envelope.RequestId);
        tcp.Client.Shutdown(SocketShutdown.Send);
        wait.Set();
        Assert.Equal(1u, (await ResolutionTests.ReadAsync(stream)).Envelope.RequestId);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task The_heartbeat_of_a_pool_is_nobodys_question()
    {
        await using ScriptedNode upstream = ScriptedNode.Silent();
        NodeServer park = await ParkAsync(upstream.Address);
        Assert.Equal(ResponseCode.NotResponsible, (await AskAsync(park, "0")).Header.ResponseCode);
        Assert.Equal(0, upstream.Asked);
    }

    [Fact]
    public async Task The_test_bench_tells_where_an_answer_came_from()
    {
        NodeServer park = await ParkAsync(Udp(top));
        TestBench bench = park.Server.Services.GetRequiredService<TestBench>();
        var question = new AskNode("86.7.1/pump", ResolutionTransport.Udp, true, [], []);
        BenchAnswer first = await bench.AskAsync(question, CancellationToken.None), second = await bench.AskAsync(question, CancellationToken.None);
        Assert.Null(first.Foreign!.AgeSeconds);
        Assert.Equal(["86.7.1/pump: 303", "0.NA/86.7.1: 1", "86.7.1/pump: 1"], first.Foreign.Trail.Select(step => step[(step.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
        Assert.Equal((0.0, 3), (second.Foreign!.AgeSeconds!.Value, second.Foreign.Trail.Count));
        Assert.Null((await bench.AskAsync(question with { Handle = "88.999.1/SN1" }, CancellationToken.None)).Foreign);
    }

    [Fact]
    public void Every_fault_of_the_settings_is_told_at_once()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Identifiers:Recursion:Networks"] = "10.0.0.0/8, everybody", ["Identifiers:Recursion:Upstreams"] = "udp://192.0.2.1, top.example.cn, http://192.0.2.1", ["Identifiers:Recursion:MaxHops"] = "0",
        }).Build();
        string faults = Assert.Throws<SettingsRefusedException>(() => RecursionOptions.Read(configuration)).Message;
        foreach (string word in new[] { "'everybody'", "'top.example.cn'", "'http://192.0.2.1'", "MaxHops" }) Assert.Contains(word, faults, StringComparison.Ordinal);
        Assert.DoesNotContain("'udp://192.0.2.1'", faults, StringComparison.Ordinal);
        Assert.Equal(new NodeAddress(new(IPAddress.Parse("2001:db8::1"), 2641), true), NodeAddress.Parse("tcp://[2001:db8::1]"));
    }

    private const OpFlags ResolutionFlags = OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.PublicOnly;

    /// <summary>A node that asks others.</summary>
    private async Task<NodeServer> ParkAsync(string upstreams, params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Identifiers:Recursion:Enabled"] = "true", ["Identifiers:Recursion:Upstreams"] = upstreams, ["Identifiers:Recursion:ReferralNetworks"] = "127.0.0.0/8", ["Identifiers:Recursion:QuestionTimeout"] = "00:00:10", ["Identifiers:Recursion:Patience"] = "00:00:20",
        };
        foreach ((string key, string value) in more) settings[key.Contains(':', StringComparison.Ordinal) ? key : $"Identifiers:Recursion:{key}"] = value;
        return Started(await NodeServer.StartAsync(settings: settings));
    }

    private NodeServer Started(NodeServer node)
    {
        started.Add(node);
        return node;
    }

    private static HandleValue SiteAt(string address)
    {
        IPEndPoint at = NodeAddress.Parse(address)!.EndPoint;
        return HandleValue.Of(1, "HS_SITE", new SiteInfo(1, ProtocolVersion.Newest, 1, SiteInfo.Primary, HashOption.ByHandle, Octets.Empty, [], [new(1, SiteServer.AddressOf(at.Address), Octets.Empty, [new(3, 0, (uint)at.Port)])]).ToArray());
    }

    private static string Udp(NodeServer node) => $"udp://{node.Udp}";

    private static RecursiveResolver Recursion(NodeServer node) => node.Server.Services.GetRequiredService<RecursiveResolver>();

    /// <summary>Requests over UDP that they answered in this test.</summary>
    private (int Enterprise, int Top) Asked => (Requests(enterprise) - before.Enterprise, Requests(top) - before.Top);

    private static int Requests(NodeServer node)
    {
        RequestCounts counts = node.Server.Services.GetRequiredService<RequestCounts>();
        return (int)Enum.GetValues<ResponseCode>().Sum(code => counts.Of(Transport.Udp, code));
    }

    private static Message Question(string handle, uint requestId = 1, OpFlags flags = ResolutionFlags, IReadOnlyList<Octets>? types = null) => ResolutionTests.Resolution(handle, requestId, flags, types: types);

    private static async Task<Message> AskAsync(NodeServer node, string handle, OpFlags flags = ResolutionFlags, IReadOnlyList<Octets>? types = null, uint requestId = 1)
    {
        byte[] answer = await node.AskUdpAsync(Question(handle, requestId, flags, types).ToArray());
        Assert.Equal(MessageVerdict.Message, Message.TryRead(answer, out Message? message));
        return message!;
    }
}
