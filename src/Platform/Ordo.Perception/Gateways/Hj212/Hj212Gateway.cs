using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Http;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>Data loggers of environmental monitoring (污染物在线监控): HJ 212-2017, HJ/T 212-2005 and what is known of 2025, over TCP.</summary>
public sealed partial class Hj212Gateway : ICommandingGateway, IDisposable
{
    internal const string ShortName = "hj212";
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Hj212Session, byte> sessions = new();
    private readonly Hj212Context context;
    private readonly ConnectionSeats seats;
    private readonly ITimer timer;
    private ListenOptions? listening;

    public Hj212Gateway(
        Hj212Options options, SourceRegistry registry, ISeriesCatalogue catalogue, IIngest ingest, IngressLimits limits, RequestBook requests,
        TimeProvider clock, ILogger<Hj212Gateway> logger)
    {
        ArgumentNullException.ThrowIfNull(clock);
        context = new Hj212Context(options, registry, catalogue, ingest, limits, requests, clock, new Hj212Log(logger));
        seats = new(Math.Min(context.Options.MaxConnections, OpenFiles.ForDevices), limits.Options.ConnectionsPerAddress, (address, total) =>
        {
            limits.CountRefused(1);
            context.Log.ConnectionRefused(address, total);
        });
        timer = clock.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
    }

    public string Name => ShortName;

    public IReadOnlyList<SourceSetting> Settings => Hj212Settings.All;

    public IReadOnlyList<SourceCommand> Commands { get; } =
        [.. Hj212Commands.All.Select(c => new SourceCommand($"{c.Number}", c.Name, [.. c.Arguments.Select(a => new SourceCommandArgument(a.Name, a.Label, a.Required, a.Expected, a.IsSecret))]))];

    /// <summary>Where it listens, once the server has started; <c>null</c> when it is off.</summary>
    public IPEndPoint? EndPoint => listening?.IPEndPoint;

    /// <summary>Connections open now.</summary>
    public int Connections => sessions.Count;

    /// <summary>Connections refused because there were too many.</summary>
    public long ConnectionsRefused => seats.Refused;

    public void Listen(KestrelServerOptions kestrel)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        Hj212Options options = context.Options;
        if (!options.Enabled) return;
        kestrel.Listen(IPAddress.Parse(options.Bind), options.Port, listen =>
        {
            listening = listen;
            seats.Guard(listen);
            listen.Run(ServeAsync);
        });
    }

    /// <inheritdoc/>
    public string Show(ReadOnlySpan<byte> frame) => Password.Replace(FrameText.Of(frame), "${name}=******");

    public RequestOutcome Ask(Source source, string command, IReadOnlyDictionary<string, string> arguments, string by)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!int.TryParse(command, out int number) || Hj212Commands.Find(number) is not { } known)
            return RequestOutcome.Wrong([("command", new("没有这个命令。", "There is no such command."))]);
        return context.DeviceOf(source).Ask(known, arguments, by);
    }

    public void Dispose()
    {
        timer.Dispose();
        context.Dispose();
    }

    private async Task ServeAsync(ConnectionContext connection)
    {
        using var session = new Hj212Session(connection, context);
        sessions.TryAdd(session, 0);
        try
        {
            await session.RunAsync();
        }
        catch (Exception fault)
        {
            context.Log.Failed(fault, session.Remote); // a fault of ours in one connection is no reason to disturb another
        }
        finally
        {
            sessions.TryRemove(session, out _);
            if (session.Closed is { } reason) context.Log.Closed(session.Remote, reason);
        }
    }

    private void Tick()
    {
        DateTimeOffset now = context.Clock.GetUtcNow();
        foreach ((Hj212Session session, _) in sessions) session.Tick(now.ToUnixTimeMilliseconds());
        foreach (Hj212Device device in context.Devices)
        {
            try
            {
                device.Tick(now);
            }
            catch (Exception fault)
            {
                context.Log.TickFailed(fault, device.Source.Key);
            }
        }
    }

    /// <summary>In the header, and in a data area that sets a new one.</summary>
    [GeneratedRegex("(?<=[;&]|^.{0,6})(?<name>PW|NewPW)=[^;&]+", RegexOptions.IgnoreCase)]
    private static partial Regex Password { get; }

}
