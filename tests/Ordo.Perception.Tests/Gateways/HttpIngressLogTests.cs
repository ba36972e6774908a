using Microsoft.Extensions.Logging;
using Ordo.Perception.Gateways;
using Ordo.Testing;

namespace Ordo.Perception.Tests.Gateways;

public class HttpIngressLogTests
{
    [Fact]
    public void A_flood_is_one_line_that_says_how_many_it_stands_for()
    {
        var time = new FakeTime();
        var lines = new Lines();
        var log = new HttpIngressLog(time, lines);
        for (int i = 0; i < 1000; i++) log.Unreadable("10.1.2.3:4", 7, "unable to parse 'x'");
        log.TooLong("10.1.2.3:4", 100);
        Assert.Equal(2, lines.Count);
        time.Advance(TimeSpan.FromSeconds(10));
        log.Unreadable("10.1.2.3:4", 7, "unable to parse '\nx'");
        Assert.Equal(
            "A request of 10.1.2.3:4 held 7 lines or samples that were not stored, the first: unable to parse ' x'. The sender was told. 999 such requests before it were not logged.",
            lines[2]);
    }

    private sealed class Lines : List<string>, ILogger<HttpIngressLog>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Add(formatter(state, exception));
    }
}
