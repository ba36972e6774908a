using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Alarms;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Statistics;

namespace Ordo.Identifiers.Enterprises;

/// <param name="DaysLeft">Whole days from now; negative when it has ended.</param>
public sealed record ContractEnding(long EnterpriseId, string NameZh, string NameEn, string Prefix, DateTimeOffset Ends, int DaysLeft);

/// <summary>
/// Reminds of contracts that end: an alarm of the lowest priority at the enterprise, thirty days before, which goes away when the contract is renewed. So the reminder takes the ways that people
/// have chosen for alarms. Without an operations centre there is only the list on the overview.
/// </summary>
internal sealed partial class ContractWatch(NodeBook book, IEnumerable<IAlarmRaiser> alarms, TimeProvider clock, ILogger<ContractWatch> logger) : BackgroundService
{
    public const int DaysAhead = 30;
    private const string System = "identifiers";
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private readonly HashSet<string> quiet = [];
    private readonly SemaphoreSlim oneAtATime = new(1); // a look that began before a renewal must not raise the alarm after another has cleared it
    private readonly ILogger logger = logger;

    /// <summary>Contracts of prefixes in use that have ended or will within so many days, the first first.</summary>
    public static IEnumerable<ContractEnding> Ending(IEnumerable<PrefixEntry> prefixes, DateTimeOffset now, int days = DaysAhead) =>
        from prefix in prefixes
        where prefix.State == PrefixState.Allotted && prefix.ContractEnds <= now.AddDays(days)
        orderby prefix.ContractEnds
        select new ContractEnding(prefix.Enterprise.Id, prefix.Enterprise.NameZh, prefix.Enterprise.NameEn, prefix.Name, prefix.ContractEnds!.Value, (int)Math.Floor((prefix.ContractEnds.Value - now).TotalDays));

    public async Task WorkAsync(CancellationToken cancellation)
    {
        if (alarms.FirstOrDefault() is not { } raiser) return;
        await oneAtATime.WaitAsync(cancellation);
        try
        {
            await LookAsync(raiser, cancellation);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public override void Dispose()
    {
        oneAtATime.Dispose();
        base.Dispose();
    }

    private async Task LookAsync(IAlarmRaiser raiser, CancellationToken cancellation)
    {
        NodeSnapshot snapshot = await book.CurrentAsync(cancellation);
        Dictionary<string, ContractEnding> ending = Ending(snapshot.Prefixes, clock.GetUtcNow()).ToDictionary(contract => contract.Prefix);
        foreach (PrefixEntry prefix in snapshot.Prefixes)
        {
            var key = new RaisedAlarmKey(System, $"contract-{prefix.Name}");
            if (ending.TryGetValue(prefix.Name, out ContractEnding? contract))
            {
                await raiser.RaiseAsync(new(key, prefix.Enterprise.AssetId, new($"标识前缀 {prefix.Name} 的合同将到期", $"The contract of the identifier prefix {prefix.Name} ends"), 4)
                {
                    Detail = new Foundation.Text($"到期日 {StatisticsKeeper.DateOf(contract.Ends):yyyy-MM-dd}", $"It ends on {StatisticsKeeper.DateOf(contract.Ends):yyyy-MM-dd}").ToString(),
                    Consequence = new Foundation.Text("到期后不能再注册标识，已注册的仍可解析。", "Nothing more is registered then; what is registered is still answered.").ToString(),
                    Response = new Foundation.Text("续签合同，并在“企业前缀”中更新期限。", "Renew the contract and enter its new end under 'Prefixes'.").ToString(),
                }, cancellation);
                quiet.Remove(prefix.Name);
            }
            else if (quiet.Add(prefix.Name)) await raiser.ClearAsync(key, cancellation);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFailed(fault);
            }
        }
    }

    [LoggerMessage(6070, LogLevel.Warning, "Contracts of the identifier node could not be looked through; the next try is in an hour")]
    private partial void LogFailed(Exception fault);
}
