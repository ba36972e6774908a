using System.Globalization;
using Ordo.Simulator.Hj212;
using Ordo.Simulator.Replay;
using Ordo.Testing;

namespace Ordo.Simulator.Tests.Hj212;

public sealed class Hj212LoggerTests : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10), Interval = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 15, 0, 0, Recording.China);
    private readonly FakeTime time = new(Start);
    private readonly FakePlatform platform = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Tally tally = new();
    private Task running = Task.CompletedTask;

    public void Dispose()
    {
        stop.Cancel();
        platform.Dispose();
        try
        {
            running.Wait(Patience.Limit, CancellationToken.None);
        }
        catch (AggregateException)
        {
        }
        stop.Dispose();
    }

    [Fact]
    public async Task It_announces_itself_and_then_sends_the_measured_values_of_the_hour()
    {
        Station station = await StartAsync(history: TimeSpan.Zero);
        Assert.Equal(2081, (await AcknowledgedAsync()).Cn);

        Hj212Frame realTime = await AcknowledgedAsync();
        Assert.Equal((2011, "22", 5, "123456", TestFleet.AirMn), (realTime.Cn, realTime.St, realTime.Flag, realTime.Pw, realTime.Mn));
        Assert.Equal("20261123150000", realTime.DataFields()["DataTime"]);
        // Aotizhongxin, 23 November 2015, 15:00: the row of the file, as it stands there.
        Assert.Equal(TestFleet.MeasuredPm25(2015, 11, 23, 15), realTime.DataFields()["a34004-Rtd"]);
        Assert.Equal("N", realTime.DataFields()["a34004-Flag"]);
        Assert.Equal(station.RealTime(Start), realTime.Data[(realTime.Data.IndexOf(';', StringComparison.Ordinal) + 1)..]);
    }

    [Fact]
    public async Task It_sends_again_until_it_is_acknowledged()
    {
        await StartAsync(history: TimeSpan.Zero);
        Hj212Frame first = await platform.ReadAsync();
        for (int resend = 0; resend < 3; resend++)
        {
            await time.WhenWaiting(AnswerTimeout);
            time.Advance(AnswerTimeout);
            Assert.Equal(first, await platform.ReadAsync());
        }
        await platform.AcknowledgeAsync(first);
        Assert.NotEqual(first.Qn, (await platform.ReadAsync()).Qn);
        Assert.Equal((1, 3), ((int)tally.Messages, (int)tally.Resent));
    }

    [Fact]
    public async Task After_the_last_resend_it_dials_again_and_loses_nothing()
    {
        await StartAsync(history: TimeSpan.Zero);
        Hj212Frame first = await platform.ReadAsync();
        for (int wait = 0; wait < 4; wait++)
        {
            await time.WhenWaiting(AnswerTimeout);
            time.Advance(AnswerTimeout);
            if (wait < 3) await platform.ReadAsync();
        }
        Assert.Null(await platform.ReadLineAsync());
        await time.WhenWaiting(TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(2));
        await platform.AcceptAsync();

        Hj212Frame again = await platform.ReadAsync();
        Assert.Equal((first.Cn, first.Mn), (again.Cn, again.Mn));
    }

    [Fact]
    public async Task Stored_history_comes_first_with_its_old_times()
    {
        await StartAsync(history: TimeSpan.FromHours(24));
        Dictionary<int, List<string>> times = [];
        while (!times.GetValueOrDefault(2061, []).Contains("20261123140000"))
        {
            Hj212Frame frame = await AcknowledgedAsync();
            if (!times.TryGetValue(frame.Cn, out List<string>? seen)) times[frame.Cn] = seen = [];
            seen.Add(frame.DataFields()["DataTime"]);
        }
        string[] hours = [.. Enumerable.Range(0, 24).Select(i => Start.AddHours(i - 24).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture))];
        Assert.Equal(hours, times[2061]);
        Assert.Equal(hours[..23], times[2011][..23]); // one real-time value per measured hour, then the live ones
        Assert.Equal(["20261122000000"], times[2031]);
    }

    [Fact]
    public async Task It_answers_what_the_platform_asks()
    {
        await StartAsync(history: TimeSpan.Zero);
        await platform.ReadUntilAsync(2011);

        Assert.Equal(["9011 QnRtn=1", "1011 SystemTime=20261123150000", "9012 ExeRtn=1"], await AskAsync(1011, ""));
        Assert.Equal(["9011 QnRtn=1", "1061 RtdInterval=30", "9012 ExeRtn=1"], await AskAsync(1061, ""));
        Assert.Equal(["9011 QnRtn=1", "9012 ExeRtn=1"], await AskAsync(1062, "RtdInterval=60"));
        Assert.Equal(["9011 QnRtn=1", "9012 ExeRtn=3"], await AskAsync(1062, "RtdInterval=5"));
        Assert.Equal(["9011 QnRtn=1", "1061 RtdInterval=60", "9012 ExeRtn=1"], await AskAsync(1061, ""));
        Assert.Equal(["9011 QnRtn=8"], await AskAsync(3012, "PolId=a34004"));
        Assert.Equal(["9011 QnRtn=3"], await AskAsync(1011, "", password: "wrong"));
        Assert.Equal(["9013 "], await AskAsync(2012, ""));
        Assert.Equal(["9011 QnRtn=1", "9012 ExeRtn=1"], await AskAsync(1012, "SystemTime=20261123151000"));
        Assert.Equal(["9011 QnRtn=1", "1011 SystemTime=20261123151000", "9012 ExeRtn=1"], await AskAsync(1011, ""));
    }

    [Fact]
    public async Task Asked_for_history_it_sends_every_interval_and_then_the_result()
    {
        await StartAsync(history: TimeSpan.Zero);
        await platform.ReadUntilAsync(2011);

        string[] answers = await AskAsync(2061, "BeginTime=20261120080000;EndTime=20261120100000");
        Assert.Equal(5, answers.Length);
        Assert.Equal(["20261120080000", "20261120090000", "20261120100000"], answers[1..4].Select(answer => answer.Split('=', ';')[1]));
        Assert.Contains($"a34004-Avg={TestFleet.MeasuredPm25(2015, 11, 20, 9)},", answers[2], StringComparison.Ordinal);
        Assert.Equal("9012 ExeRtn=1", answers[4]);
        Assert.Equal(["9011 QnRtn=1", "9012 ExeRtn=100"], await AskAsync(2061, "BeginTime=20300101000000;EndTime=20300101000000"));
    }

    [Fact]
    public async Task A_damaged_frame_is_followed_by_the_sound_one()
    {
        await StartAsync(history: TimeSpan.FromHours(24), "crc=0.3");
        int damaged = 0;
        for (int sound = 0; sound < 12;)
        {
            string line = (await ReadLineWhileTimePassesAsync())!;
            if (Hj212Frame.Parse(System.Text.Encoding.UTF8.GetBytes(line)) is { } frame)
            {
                sound++;
                await platform.AcknowledgeAsync(frame);
            }
            else
            {
                damaged++;
            }
        }
        Assert.True(damaged > 0);
    }

    [Fact]
    public async Task A_duplicated_frame_comes_twice_with_one_number()
    {
        await StartAsync(history: TimeSpan.Zero, "duplicate=1");
        Hj212Frame first = await platform.ReadAsync();
        Assert.Equal(first, await platform.ReadAsync());
    }

    [Fact]
    public async Task A_dropped_connection_ends_in_the_middle_of_a_frame()
    {
        await StartAsync(history: TimeSpan.Zero, "drop=1");
        string half = (await platform.ReadLineAsync())!;
        Assert.StartsWith("##", half, StringComparison.Ordinal);
        Assert.DoesNotContain("&&", half[^4..], StringComparison.Ordinal);
        Assert.Null(await platform.ReadLineAsync());
    }

    [Fact]
    public async Task A_late_message_is_sent_after_younger_ones()
    {
        await StartAsync(history: TimeSpan.FromHours(24), "late=0.4");
        List<string> hours = [];
        while (hours.Count < 16)
        {
            Hj212Frame frame = await AcknowledgedAsync();
            if (frame.Cn == 2061) hours.Add(frame.DataFields()["DataTime"]);
        }
        Assert.NotEqual(hours.Order(), hours);
    }

    [Fact]
    public async Task A_skewed_clock_is_wrong_until_the_platform_sets_it()
    {
        await StartAsync(history: TimeSpan.Zero, "skew=1");
        Assert.NotEqual("20261123150000", (await platform.ReadUntilAsync(2011)).DataFields()["DataTime"]);
        await AskAsync(1012, "SystemTime=20261123150000");
        Hj212Frame next = Hj212Frame.Parse(System.Text.Encoding.UTF8.GetBytes((await ReadLineWhileTimePassesAsync())!))!;
        Assert.Equal("20261123150030", next.DataFields()["DataTime"]);
    }

    private async Task<Station> StartAsync(TimeSpan history, string faults = "", int seed = 1)
    {
        Station station = TestFleet.AirStation(new ReplayClock(Start, Start, 1));
        var options = new Hj212LoggerOptions { Platform = platform.Address, History = history, RealTimeInterval = Interval };
        running = new Hj212Logger(station, options, Misbehaviour.Parse(faults, seed), tally, time).RunAsync(stop.Token);
        await platform.AcceptAsync();
        return station;
    }

    private async Task<string?> ReadLineWhileTimePassesAsync()
    {
        Task<string?> line = platform.ReadLineAsync();
        while (await Task.WhenAny(line, Task.Delay(20)) != line) time.Advance(TimeSpan.FromSeconds(1));
        return await line;
    }

    private async Task<Hj212Frame> AcknowledgedAsync()
    {
        Hj212Frame frame = await platform.ReadAsync();
        await platform.AcknowledgeAsync(frame);
        return frame;
    }

    /// <summary>Sends a request and collects the answers up to 9012, 9013 or a refusal, as "CN data".</summary>
    private async Task<string[]> AskAsync(int cn, string data, string password = "123456")
    {
        await platform.SendAsync(new("20261123150000001", "22", cn, password, TestFleet.AirMn, 5, data));
        List<string> answers = [];
        while (true)
        {
            Hj212Frame answer = await platform.ReadAsync();
            if (answer.WantsAnswer) await platform.AcknowledgeAsync(answer);
            answers.Add($"{answer.Cn} {answer.Data}");
            if (answer.Cn is 9012 or 9013 || (answer.Cn == 9011 && answer.Data != "QnRtn=1")) return [.. answers];
        }
    }
}
