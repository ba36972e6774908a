using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ordo.Foundation.Access;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Park;
using Ordo.Testing;

namespace Ordo.Economy.Tests.Calculators;

/// <summary>The calculators as a colleague's program or page calls them.</summary>
public sealed class CalculatorTests : IClassFixture<CalculatorTests.Server>
{
    private const string Password = "first-steppe-password";
    private readonly Server _server;

    public CalculatorTests(Server server) => _server = server;

    public sealed class Server : IAsyncLifetime
    {
        private TestServer _server = null!;

        public HttpClient Person { get; private set; } = null!;

        public HttpClient Stranger { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            IModule[] modules = [new AccessModule(), new ParkModule(), new EconomyModule()];
            _server = await TestServer.StartAsync(modules, new Dictionary<string, string?> { ["Access:AdminPassword"] = Password });
            (Person, Stranger) = (_server.CreateClient(), _server.CreateClient());
            using HttpResponseMessage signedIn = await Person.PostAsJsonAsync("/api/v1/auth/login", new { userName = "admin", password = Password });
            signedIn.EnsureSuccessStatusCode();
        }

        public async ValueTask DisposeAsync()
        {
            Person.Dispose();
            Stranger.Dispose();
            await _server.DisposeAsync();
        }
    }

    /// <summary>Name, request, path into the answer, expected number to four decimals.</summary>
    [Theory]
    [InlineData("growth", """{"current":500,"base":465.549}""", "result.nominal", 7.4001)]
    [InlineData("growth", """{"current":120,"base":100,"priceIndex":103.5}""", "result.real", 15.9420)]
    [InlineData("months", """{"current":[null,222.6,353.1],"lastYear":[null,210.0,330.0]}""", "result.1.growth", 8.75)]
    [InlineData("mean-growth", """{"rates":[8.1,8.2,7.4],"target":6,"years":5}""", "result.required", 3.2134)]
    [InlineData("contributions", """{"parts":[{"name":"a","base":40,"current":40.84},{"name":"b","base":45,"current":50.265},{"name":"c","base":15,"current":17.445}]}""", "result.parts.1.share", 61.5789)]
    [InlineData("concentration", """{"values":[50,30,20],"largest":2}""", "result.ratio", 80)]
    [InlineData("location-quotient", """{"localIndustry":30,"localTotal":100,"wideIndustry":150,"wideTotal":1000}""", "result", 2)]
    [InlineData("efficiency", """{"output":120000000,"landSquareMetres":5077800000}""", "result.outputPerMu", 15.7549)]
    [InlineData("pmi", """{"newOrders":{"up":30,"same":52,"down":18},"production":{"up":0,"same":1,"down":0},"employment":{"up":0,"same":1,"down":0},"supplierDelivery":{"up":0,"same":1,"down":0},"rawMaterialStock":{"up":0,"same":1,"down":0}}""", "result.pmi", 51.8)]
    [InlineData("composite-index", """{"components":[{"name":"A","values":[100,101.2,100.8,102,103.1]},{"name":"B","values":[50,50.6,50.1,51,50.7]},{"name":"C","values":[3.2,3.25,3.15,3.3,3.4],"isRate":true}]}""", "result.levels.4", 100.6062)]
    [InlineData("lights", """{"indicators":[{"name":"a","value":10.1,"mean":7.2,"deviation":1.6},{"name":"b","value":7,"limits":{"blue":1,"lightBlue":2,"yellow":8,"red":9}}]}""", "result.composite.sum", 8)]
    [InlineData("park-evaluation", """{"parks":["甲","乙","丙","丁"],"values":[[78,6.2,1.1,0.62],[55,4.1,0.8,0.95],[102,5.0,0.5,1.40],[41,2.6,1.6,0.48]],"weights":[35,30,15,20],"lowIsGood":[false,false,false,true]}""", "result.parks.0.topsis", 0.7153)]
    [InlineData("unit-slip", """{"value":9130000,"history":[820,900,760,1010,870]}""", "result.finding.corrected", 913)]
    [InlineData("plan-target", """{"target":{"kind":"ratio","base":46.8,"target":60,"start":"2021-01-01","end":"2025-12-31"},"actual":{"asOf":"2023-12-31","value":49.6}}""", "result.index", 0.3535)]
    [InlineData("spring-festival", """{"year":2026}""", "result.months.2.after", 0.7)]
    [InlineData("nowcast", """{"steps": [{"period": "2025-01..2025-02", "base": 100, "output": 2, "electricity": 1}, {"period": "2025-03", "base": 100, "output": 3.5, "electricity": 2}, {"period": "2025-04", "base": 100, "output": 3.9, "electricity": 3}, {"period": "2025-05", "base": 100, "output": 1.2, "electricity": 0}, {"period": "2025-06", "base": 100, "output": -0.4, "electricity": -2}, {"period": "2025-07", "base": 100, "output": 5.3, "electricity": 4}, {"period": "2025-08", "base": 100, "output": 6.1, "electricity": 5}, {"period": "2025-09", "base": 100, "output": 2.4, "electricity": 1.5}, {"period": "2025-10", "base": 100, "output": 0.2, "electricity": -1}, {"period": "2025-11", "base": 100, "output": 3.2, "electricity": 2.5}, {"period": "2025-12", "base": 100, "output": 4.8, "electricity": 3.5}, {"period": "2026-01..2026-02", "base": 100, "output": 1.6, "electricity": 0.5}], "period": "2026-03", "base": 100, "electricity": 3}""", "result.value", 104.0974)]
    [InlineData("nowcast", """{"steps": [{"period": "2025-01..2025-02", "base": 100, "output": 2, "electricity": 1}, {"period": "2025-03", "base": 100, "output": 3.5, "electricity": 2}, {"period": "2025-04", "base": 100, "output": 3.9, "electricity": 3}, {"period": "2025-05", "base": 100, "output": 1.2, "electricity": 0}, {"period": "2025-06", "base": 100, "output": -0.4, "electricity": -2}, {"period": "2025-07", "base": 100, "output": 5.3, "electricity": 4}, {"period": "2025-08", "base": 100, "output": 6.1, "electricity": 5}, {"period": "2025-09", "base": 100, "output": 2.4, "electricity": 1.5}, {"period": "2025-10", "base": 100, "output": 0.2, "electricity": -1}, {"period": "2025-11", "base": 100, "output": 3.2, "electricity": 2.5}, {"period": "2025-12", "base": 100, "output": 4.8, "electricity": 3.5}, {"period": "2026-01..2026-02", "base": 100, "output": 1.6, "electricity": 0.5}], "period": "2026-03", "base": 100, "electricity": 3}""", "result.elasticity", 0.9496)]
    [InlineData("series-marks", """{"series":[-1,2,-1,2,-1,2,-1,2,11,12,11,12,11,12,11,12],"period":1}""", "result.breaks.0.index", 8)]
    [InlineData("forecast", """{"series":[10,12,11,13,12,14,13,15],"period":1,"horizon":2,"method":"naive"}""", "result.forecast.mean.1", 15)]
    public async Task A_calculator_answers_with_steps_and_clause(string name, string request, string path, double expected)
    {
        (HttpStatusCode status, JsonElement answer) = await PostAsync(_server.Person, name, request);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEmpty(answer.GetProperty("clause").GetString()!);
        if (name != "forecast") Assert.NotEqual(0, answer.GetProperty("steps").GetArrayLength());
        Assert.Equal(expected, Math.Round(At(answer, path).GetDouble(), 4));
    }

    [Fact]
    public async Task A_small_cell_takes_a_second_one_with_it()
    {
        (_, JsonElement answer) = await PostAsync(_server.Person, "suppression",
            """{"cells":[[{"total":100,"contributors":5},{"total":20,"contributors":2},{"total":60,"contributors":4},{"total":500,"contributors":9}]]}""");
        Assert.Equal(["shown", "primary", "secondary", "shown", "shown"], At(answer, "result.states.0").EnumerateArray().Select(state => state.GetString()));
    }

    [Fact]
    public async Task A_status_is_a_word()
    {
        (_, JsonElement answer) = await PostAsync(_server.Person, "plan-target",
            """{"target":{"kind":"rising","base":120,"target":300,"start":"2021-01-01","end":"2025-12-31"},"actual":{"asOf":"2023-12-31","value":260,"isLowerBound":true}}""");
        Assert.Equal("ahead", At(answer, "result.status").GetString());
        Assert.True(At(answer, "result.isLowerBound").GetBoolean());
    }

    [Theory]
    [InlineData("growth", """{"current":1e20,"base":1}""", "current")]
    [InlineData("growth", """{"current":1,"base":1,"priceIndex":0}""", "priceIndex")]
    [InlineData("growth", """{"current":1e15,"base":1e-28}""", "")]
    [InlineData("months", """{"current":[1],"lastYear":[1,2]}""", "current")]
    [InlineData("mean-growth", """{"rates":[-100]}""", "rates[0]")]
    [InlineData("mean-growth", """{"rates":[5],"target":6}""", "years")]
    [InlineData("contributions", """{"parts":[{"name":"a","base":0,"current":1}]}""", "parts")]
    [InlineData("concentration", """{"values":[0,0]}""", "values")]
    [InlineData("location-quotient", """{"localIndustry":1,"localTotal":0,"wideIndustry":1,"wideTotal":1}""", "localTotal")]
    [InlineData("pmi", """{"newOrders":{"up":0,"same":0,"down":0},"production":{"up":0,"same":1,"down":0},"employment":{"up":0,"same":1,"down":0},"supplierDelivery":{"up":0,"same":1,"down":0},"rawMaterialStock":{"up":0,"same":1,"down":0}}""", "newOrders")]
    [InlineData("composite-index", """{"components":[{"name":"still","values":[1,1,1]}]}""", "components")]
    [InlineData("composite-index", """{"components":[{"name":"a","values":[1,2,3]},{"name":"b","values":[1,2]}]}""", "components[1].values")]
    [InlineData("lights", """{"indicators":[{"name":"a","value":1}]}""", "indicators[0]")]
    [InlineData("park-evaluation", """{"parks":["a","b"],"values":[[1],[2,3]],"weights":[1],"lowIsGood":[false]}""", "values[1]")]
    [InlineData("suppression", """{"cells":[[{"total":1,"contributors":5}],[]]}""", "cells[1]")]
    [InlineData("unit-slip", """{"value":1e20,"history":[]}""", "value")]
    [InlineData("plan-target", """{"target":{"kind":"ratio","base":1,"target":2,"start":"2025-01-01","end":"2021-12-31"},"actual":{"asOf":"2023-12-31","value":1}}""", "target.end")]
    [InlineData("series-marks", """{"series":[1,2],"period":0}""", "period")]
    [InlineData("forecast", """{"series":[1],"period":12,"horizon":3}""", "series")]
    [InlineData("forecast", """{"series":[1,2,3,4,5],"period":12,"horizon":3,"method":"oracle"}""", "method")]
    [InlineData("forecast", """{"series":[1,2,3,4,5],"period":0,"horizon":3}""", "period")]
    public async Task What_cannot_be_calculated_is_refused_with_place_and_reason(string name, string request, string field)
    {
        (HttpStatusCode status, JsonElement answer) = await PostAsync(_server.Person, name, request);
        Assert.Equal((HttpStatusCode)422, status);
        Assert.NotEmpty(answer.GetProperty("errors").GetProperty(field)[0].GetString()!);
    }

    [Fact]
    public async Task Text_for_a_number_is_a_request_that_cannot_be_read() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(_server.Person, "growth", """{"current":"五百","base":1}""")).Status);

    [Theory]
    [InlineData("values?q=EQUIPRATE", "total", 3)]
    [InlineData("values?type=target&pageSize=1", "items.0.year", 2025)]
    [InlineData("indicators/im.dig.equiprate", "0.year", 2020)]
    [InlineData("board?main=true", "total", 16)]
    [InlineData("board?status=missed", "items.0.assessment.timeProgress", 100)]
    public async Task The_figures_of_the_plan_can_be_read(string address, string path, double expected) =>
        Assert.Equal(expected, At(JsonDocument.Parse(await _server.Person.GetStringAsync(new Uri($"/api/v1/economy/plan/{address}", UriKind.Relative))).RootElement, path).GetDouble());

    [Fact]
    public async Task An_indicator_that_nobody_published_is_not_found()
    {
        using HttpResponseMessage answer = await _server.Person.GetAsync(new Uri("/api/v1/economy/plan/indicators/IM.NOTHING", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_stranger_is_asked_to_sign_in() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(_server.Stranger, "growth", """{"current":1,"base":1}""")).Status);

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(HttpClient client, string name, string request)
    {
        using var content = new StringContent(request, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.PostAsync($"/api/v1/economy/calculate/{name}", content);
        string text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length > 0 ? JsonDocument.Parse(text).RootElement.Clone() : default);
    }

    private static JsonElement At(JsonElement element, string path) =>
        path.Split('.').Aggregate(element, (at, part) => at.ValueKind == JsonValueKind.Array ? at[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)] : at.GetProperty(part));
}
