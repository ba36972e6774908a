using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Calculations;
using Ordo.Storage.Tests.Samples;
using Ordo.Storage.Tests.Store;
using Ordo.Testing;

namespace Ordo.Storage.Tests.Calculations;

public sealed class CalculationTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero); // the tests' clock
    private SampleServer server = null!;
    private HttpClient client = null!;
    private (long Point, string Path, int Series) a, b;

    public async ValueTask InitializeAsync()
    {
        server = await SampleServer.StartAsync();
        client = server.Client();
        (a, b) = (await server.AddPointAsync("A"), await server.AddPointAsync("B", scale: 0.001)); // B sends watts
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_sum_follows_its_inputs_and_a_correction_changes_what_it_touches()
    {
        await server.WriteAsync(a.Series, (Start, 10, SampleQuality.Good));
        JsonElement made = await CreateAsync("SUM", "[A/P] + [B/P]", computeFrom: Start);
        int result = SeriesOf(made);
        await server.WriteAsync(b.Series, (Start.AddMinutes(1), 500, SampleQuality.Good), (Start.AddMinutes(3), 700, SampleQuality.Uncertain));
        await server.WriteAsync(a.Series, (Start.AddMinutes(2), 20, SampleQuality.Good));
        Assert.Equal([(1, 10.5, "good"), (2, 20.5, "good"), (3, 20.7, "uncertain")], await ResultAsync(result));

        await server.WriteAsync(a.Series, (Start.AddMinutes(1), 11, SampleQuality.Bad)); // late
        Assert.Equal([(1, 11.5, "bad"), (2, 20.5, "good"), (3, 20.7, "uncertain")], await ResultAsync(result));
        await server.WriteAsync(a.Series, (Start.AddMinutes(2), 30, SampleQuality.Good)); // corrected
        Assert.Equal([(1, 11.5, "bad"), (2, 30.5, "good"), (3, 30.7, "uncertain")], await ResultAsync(result));
        JsonElement shown = await server.GetAsync($"/api/v1/calculations/{made.GetProperty("id").GetInt64()}");
        Assert.Equal("[A/P] + [B/P]", shown.GetProperty("formula").GetString());
        Assert.Equal(30.7, shown.GetProperty("point").GetProperty("lastValue").GetDouble());
    }

    [Fact]
    public async Task Results_feed_other_formulas_whatever_the_order_in_which_they_were_made()
    {
        int sum = SeriesOf(await CreateAsync("SUM", "[A/P] + [B/P]")), twice = SeriesOf(await CreateAsync("TWICE", "[A/SUM] × 2")), both = SeriesOf(await CreateAsync("BOTH", "[A/TWICE] - [A/P]"));
        await server.WriteAsync(a.Series, (Start, 1, SampleQuality.Good));
        await server.WriteAsync(b.Series, (Start, 2000, SampleQuality.Good));
        Assert.Equal([(0, 3.0, "good")], await ResultAsync(sum));
        Assert.Equal([(0, 6.0, "good")], await ResultAsync(twice));
        Assert.Equal([(0, 5.0, "good")], await ResultAsync(both));
    }

    [Fact]
    public async Task Whatever_the_order_of_arrival_the_stored_result_is_that_of_computing_it_at_the_end()
    {
        string[] formulas =
        [
            "[A/P] - previous([B/P])", "if([A/P] > 5, integral([B/P], hour) / 1h, min([A/P], [B/P]))", "avg([A/P], 7min) + sum([B/P], hour)", "coalesce([A/P], [B/P], 0) + delta([A/P], 10min)",
        ];
        int[] results = [.. (await Task.WhenAll(formulas.Select((formula, i) => CreateAsync($"F{i}", formula, hold: 240, every: i == 2 ? 30 : null, computeFrom: Start)))).Select(SeriesOf)];
        var random = new Random(4);
        for (int round = 0; round < 60; round++)
        {
            var sent = Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
                (Start.AddSeconds((round * 60) + random.Next(-900, 900)), Math.Round(random.NextDouble() * 10, 1), random.Next(5) == 0 ? SampleQuality.Bad : SampleQuality.Good)).ToArray();
            await server.WriteAsync(random.Next(2) == 0 ? a.Series : b.Series, sent);
            if (round % 10 == 0) await IdleAsync();
        }

        for (int i = 0; i < formulas.Length; i++)
        {
            var stored = (await ResultAsync(results[i], seconds: true)).Where(sample => sample.Time >= 0).ToList();
            JsonElement preview = await PostAsync("/api/v1/calculations/preview", new { formula = formulas[i], from = Start, to = Start.AddHours(3), quantity = "activePower", unit = "kW", holdSeconds = 240, everySeconds = i == 2 ? 30 : (int?)null });
            var computed = preview.GetProperty("times").EnumerateArray().Zip(preview.GetProperty("values").EnumerateArray(), preview.GetProperty("qualities").EnumerateArray())
                .Where(row => row.Second.ValueKind == JsonValueKind.Number)
                .Select(row => ((int)(row.First.GetDateTimeOffset() - Start).TotalSeconds, row.Second.GetDouble(), row.Third.GetString()!)).ToList();
            Assert.NotEmpty(computed);
            Assert.Equal(computed, stored.Select(sample => (sample.Time, sample.Value, sample.Quality)));
        }
    }

    [Fact]
    public async Task A_changed_formula_computes_its_history_anew_and_says_who_wrote_it()
    {
        await server.WriteAsync(a.Series, (Start, 1, SampleQuality.Good), (Start.AddMinutes(1), 2, SampleQuality.Good));
        JsonElement made = await CreateAsync("X", "[A/P] × 10", computeFrom: Start);
        Assert.Equal([(0, 10.0, "good"), (1, 20.0, "good")], await ResultAsync(SeriesOf(made)));
        long id = made.GetProperty("id").GetInt64();
        using HttpRequestMessage blind = Put(id, null, "[A/P] × 5");
        using HttpResponseMessage refused = await client.SendAsync(blind);
        Assert.Equal(428, (int)refused.StatusCode);
        using HttpRequestMessage request = Put(id, "\"1\"", "[A/P] × 5");
        using HttpResponseMessage changed = await client.SendAsync(request);
        Assert.Equal(200, (int)changed.StatusCode);
        JsonElement now = JsonDocument.Parse(await changed.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((2, "tester"), (now.GetProperty("version").GetInt32(), now.GetProperty("changedBy").GetString()));
        Assert.Equal([(0, 5.0, "good"), (1, 10.0, "good")], await ResultAsync(SeriesOf(made)));
    }

    [Fact]
    public async Task A_new_formula_is_not_lost_to_a_reading_that_began_before_it()
    {
        var held = new HeldPoints(server.Services.GetRequiredService<IPointDirectory>());
        using var engine = ActivatorUtilities.CreateInstance<CalculationEngine>(server.Services, held);
        Task before = Task.Run(() => engine.ReloadAsync(TestContext.Current.CancellationToken));
        await held.Reached.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken); // it has read that there is none
        long id = (await CreateAsync("N", "[A/P] × 10")).GetProperty("id").GetInt64();
        Task after = engine.ReloadAsync(TestContext.Current.CancellationToken);
        await Task.WhenAny(after, Task.Delay(200, TestContext.Current.CancellationToken));
        held.Release.SetResult();
        await Task.WhenAll(before, after);
        Assert.True(engine.Recompute(id, 0, 1));
    }

    [Fact]
    public async Task A_formula_that_leads_back_to_itself_is_refused()
    {
        JsonElement first = await CreateAsync("ONE", "[A/P]");
        await CreateAsync("TWO", "[A/ONE] + 1");
        using HttpRequestMessage request = Put(first.GetProperty("id").GetInt64(), "*", "[A/TWO] + 1");
        using HttpResponseMessage answer = await client.SendAsync(request);
        Assert.Equal(422, (int)answer.StatusCode);
        Assert.Contains("reads its own result", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_point_outside_the_authors_scope_looks_like_none_and_the_fault_has_its_place()
    {
        using HttpClient theirs = server.Client(a.Path);
        using HttpResponseMessage answer = await theirs.PostAsJsonAsync("/api/v1/calculations/check", new { formula = "[A/P] + [B/P]" });
        JsonElement fault = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("faults")[0];
        using HttpResponseMessage unknown = await theirs.PostAsJsonAsync("/api/v1/calculations/check", new { formula = "[A/P] + [Z/P]" });
        JsonElement other = JsonDocument.Parse(await unknown.Content.ReadAsStringAsync()).RootElement.GetProperty("faults")[0];
        Assert.Equal((8, 5), (fault.GetProperty("position").GetInt32(), fault.GetProperty("length").GetInt32()));
        Assert.Equal(other.GetProperty("reason").GetString()!.Replace("Z/P", "B/P", StringComparison.Ordinal), fault.GetProperty("reason").GetString());
        using HttpResponseMessage created = await theirs.PostAsJsonAsync("/api/v1/calculations", Draft("X", $"#{b.Point}"));
        Assert.Equal(422, (int)created.StatusCode);

        // Made by somebody who sees both, read by somebody who sees one: the other has no name.
        JsonElement made = await CreateAsync("SUM", "[A/P] + [B/P]");
        JsonElement shown = await server.GetAsync($"/api/v1/calculations/{made.GetProperty("id").GetInt64()}", scope: a.Path);
        Assert.Equal($"[A/P] + #{b.Point}", shown.GetProperty("formula").GetString());
        await server.GetAsync($"/api/v1/calculations/{made.GetProperty("id").GetInt64()}", 404, b.Path);
    }

    [Fact]
    public async Task What_is_wrong_is_said_for_every_field_at_once()
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync("/api/v1/calculations", Draft("X", "[A/P] × [A/P] +", hold: 0));
        Assert.Equal(422, (int)answer.StatusCode);
        JsonElement errors = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("errors");
        Assert.StartsWith("Character 16:", errors.GetProperty("formula")[0].GetString(), StringComparison.Ordinal);
        Assert.True(errors.TryGetProperty("holdSeconds", out _));
        using HttpResponseMessage misfit = await client.PostAsJsonAsync("/api/v1/calculations", Draft("X", "[A/P] × [A/P]"));
        Assert.Contains("unit", JsonDocument.Parse(await misfit.Content.ReadAsStringAsync()).RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task A_point_given_another_unit_stops_its_formula_until_it_is_saved_again()
    {
        JsonElement made = await CreateAsync("X", "[A/P]");
        await using (AsyncServiceScope scope = server.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<OrdoDbContext>();
            long id = made.GetProperty("point").GetProperty("id").GetInt64();
            (await db.Set<Point>().SingleAsync(point => point.Id == id)).Unit = "MW";
            await db.SaveChangesAsync();
            await scope.ServiceProvider.GetRequiredService<PointDirectory>().ReloadAsync();
        }

        await server.WriteAsync(a.Series, (Start, 3000, SampleQuality.Good));
        Assert.Empty(await ResultAsync(SeriesOf(made)));
        Assert.Contains("MW", (await server.GetAsync($"/api/v1/calculations/{made.GetProperty("id").GetInt64()}")).GetProperty("problem").GetString(), StringComparison.Ordinal);
        using HttpRequestMessage request = Put(made.GetProperty("id").GetInt64(), "*", "[A/P]");
        using HttpResponseMessage answer = await client.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal([(0, 3.0, "good")], await ResultAsync(SeriesOf(made)));
    }

    private async Task<JsonElement> CreateAsync(string code, string formula, int hold = 900, int? every = null, DateTimeOffset? computeFrom = null) =>
        await PostAsync("/api/v1/calculations", Draft(code, formula, hold, every, computeFrom));

    private object Draft(string code, string formula, int hold = 900, int? every = null, DateTimeOffset? computeFrom = null) => new
    {
        formula, holdSeconds = hold, everySeconds = every, computeFrom, assetId = long.Parse(a.Path.Trim('/'), System.Globalization.CultureInfo.InvariantCulture), code, nameZh = code, quantity = "activePower", unit = "kW",
    };

    private static HttpRequestMessage Put(long id, string? version, string formula)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"/api/v1/calculations/{id}", UriKind.Relative)) { Content = JsonContent.Create(new { formula, computeFrom = Start }) };
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", version);
        return request;
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync(path, body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private int SeriesOf(JsonElement made) =>
        server.Services.GetRequiredService<IPointDirectory>().Current.ById(made.GetProperty("point").GetProperty("id").GetInt64())!.Series!.Value;

    private async Task IdleAsync()
    {
        using CancellationTokenSource patience = Patience.Begin();
        await server.Services.GetRequiredService<CalculationEngine>().WhenIdleAsync(patience.Token);
    }

    /// <summary>What is stored of a result, in minutes or seconds since the beginning; overwritten by nothing is nothing.</summary>
    private async Task<List<(int Time, double Value, string Quality)>> ResultAsync(int series, bool seconds = false)
    {
        await IdleAsync();
        return [.. (await server.Store.AllAsync(series)).Where(sample => !double.IsNaN(sample.Value)).Select(sample =>
            ((int)((sample.TimeMs - Start.ToUnixTimeMilliseconds()) / (seconds ? 1000 : 60_000)), sample.Value, sample.Quality.ToString()))];
    }

    /// <summary>Whoever asks first waits.</summary>
    private sealed class HeldPoints(IPointDirectory points) : IPointDirectory
    {
        private int asked;

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new();

        public event Action? Changed
        {
            add => points.Changed += value;
            remove => points.Changed -= value;
        }

        public PointSnapshot Current
        {
            get
            {
                if (Interlocked.Increment(ref asked) > 1) return points.Current;
                Reached.SetResult();
                Release.Task.Wait(Patience.Limit);
                return points.Current;
            }
        }
    }
}
