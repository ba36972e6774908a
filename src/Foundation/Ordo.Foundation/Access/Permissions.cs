namespace Ordo.Foundation.Access;

/// <summary>
/// What a role may do. Each value is the name of an authorization policy: a route states the one it needs with
/// <c>RequireAuthorization(Permissions.ReadPark)</c>, and a route that states none is refused.
/// </summary>
public static class Permissions
{
    public const string ReadPark = "park.read";
    public const string WritePark = "park.write";
    public const string ImportPark = "park.import";
    public const string ReadTelemetry = "telemetry.read";
    public const string WriteTelemetry = "telemetry.write";
    public const string ReadSources = "sources.read";
    public const string WriteSources = "sources.write";

    /// <summary>Send a request to a device: set its clock, change its interval, fetch its history.</summary>
    public const string CommandSources = "sources.command";
    public const string ReadAlarms = "alarms.read";
    public const string AcknowledgeAlarms = "alarms.acknowledge";
    public const string ConfigureAlarms = "alarms.configure";

    /// <summary>Silence an alarm for a time, with a reason.</summary>
    public const string ShelveAlarms = "alarms.shelve";

    /// <summary>Take alarms out of service for maintenance, and say in which state a plant is.</summary>
    public const string ServiceAlarms = "alarms.service";

    /// <summary>Agree, as the second person, to changes of alarms whose priority demands it.</summary>
    public const string ApproveAlarms = "alarms.approve";

    /// <summary>Say who is told of alarms, by which channel, and read what was sent.</summary>
    public const string ConfigureNotifications = "notifications.configure";

    /// <summary>See who is on duty, and hand-overs.</summary>
    public const string ReadDuty = "duty.read";

    /// <summary>Write rosters and say who stands in for whom.</summary>
    public const string PlanDuty = "duty.plan";

    /// <summary>Write hand-overs and sign them.</summary>
    public const string HandOverDuty = "duty.handover";
    public const string ReadIncidents = "incidents.read";

    /// <summary>Open incidents, write into them, close them.</summary>
    public const string WorkIncidents = "incidents.work";

    /// <summary>See reports and what they were filled with, boards, drawings and notes.</summary>
    public const string ReadReports = "reports.read";

    /// <summary>Upload templates of reports, say when they are written and who gets them; write boards, drawings and notes.</summary>
    public const string WriteReports = "reports.write";

    /// <summary>Give out links with which anybody may look at a board.</summary>
    public const string ShareBoards = "boards.share";
    public const string ManageAccounts = "accounts.manage";

    /// <summary>Make and revoke one's own API tokens; never beyond one's own rights.</summary>
    public const string OwnTokens = "tokens.own";
    public const string ReadAudit = "audit.read";
    public const string ReadSystem = "system.read";

    /// <summary>Copy the whole data folder, to a folder of the server that the caller names.</summary>
    public const string ManageBackups = "backups.manage";

    /// <summary>Decide how long telemetry is kept.</summary>
    public const string ManageStorage = "storage.manage";

    /// <summary>List identifiers and read what is said about them; resolving what is public needs nothing.</summary>
    public const string ReadIdentifiers = "identifiers.read";

    /// <summary>Register, change and delete identifiers, and read their values that are not public.</summary>
    public const string WriteIdentifiers = "identifiers.write";

    /// <summary>Act for an enterprise at the node: apply, make templates, register identifiers under its own prefix.</summary>
    public const string RegisterIdentifiers = "identifiers.register";

    /// <summary>The first check of an enterprise's application (企业审核).</summary>
    public const string ReviewIdentifiers = "identifiers.review";

    /// <summary>Approve enterprises and allot their prefixes and quotas; take prefixes home to this node, or send them away.</summary>
    public const string ManageIdentifiers = "identifiers.manage";

    /// <summary>Plans, targets of parts, correction cases and frozen reports; published figures need nothing but an account.</summary>
    public const string ReadPlans = "plans.read";

    /// <summary>Enter plans, targets and figures, and freeze reports.</summary>
    public const string WritePlans = "plans.write";

    /// <summary>Open correction cases (纠偏) and follow them to their end.</summary>
    public const string CorrectPlans = "plans.correct";

    /// <summary>Totals of the economy, small cells hidden.</summary>
    public const string ReadEconomy = "economy.read";

    /// <summary>Single forms of enterprises, and figures with nothing hidden.</summary>
    public const string ReadFilings = "economy.filings.read";

    /// <summary>Fill in and submit the forms of an enterprise.</summary>
    public const string FileEconomy = "economy.file";

    /// <summary>The park's check of a form (园区审核).</summary>
    public const string CheckFilings = "economy.check";

    /// <summary>The region's check (区域审核): with it a figure counts.</summary>
    public const string AcceptFilings = "economy.accept";

    /// <summary>Indicators, calendar, thresholds, figures from outside.</summary>
    public const string ConfigureEconomy = "economy.configure";

    /// <summary>Any signed-in caller: own account, catalogues without park data.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>Only the page of a link holds it; no role does.</summary>
    public const string FollowLink = "link.follow";

    /// <summary>Every permission a role can hold.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ReadPark, WritePark, ImportPark, ReadTelemetry, WriteTelemetry, ReadSources, WriteSources, CommandSources,
        ReadAlarms, AcknowledgeAlarms, ConfigureAlarms, ShelveAlarms, ServiceAlarms, ApproveAlarms, ConfigureNotifications,
        ReadDuty, PlanDuty, HandOverDuty, ReadIncidents, WorkIncidents, ReadReports, WriteReports, ShareBoards, ManageAccounts, OwnTokens, ReadAudit, ReadSystem,
        ManageBackups, ManageStorage,
        ReadIdentifiers, WriteIdentifiers, RegisterIdentifiers, ReviewIdentifiers, ManageIdentifiers,
        ReadPlans, WritePlans, CorrectPlans,
        ReadEconomy, ReadFilings, FileEconomy, CheckFilings, AcceptFilings, ConfigureEconomy,
    ];
}
