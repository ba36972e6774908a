using static Ordo.Foundation.Access.Permissions;

namespace Ordo.Foundation.Access;

/// <summary>A named set of permissions (角色). Roles are part of the product; where one holds is the grant's business.</summary>
/// <param name="Code">Stable name: <c>energyManager</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="Permissions">What it may do.</param>
public sealed record Role(string Code, Text Name, IReadOnlyList<string> Permissions);

/// <summary>All roles.</summary>
public static class Roles
{
    public const string Administrator = "administrator";
    public const string Ingest = "ingest";

    private static readonly string[] Read = [ReadPark, ReadTelemetry, ReadSources, ReadAlarms, ReadReports];

    /// <summary>What the control room does beside the alarms.</summary>
    private static readonly string[] Desk = [ReadDuty, PlanDuty, HandOverDuty, ReadIncidents, WorkIncidents, ConfigureNotifications];

    public static IReadOnlyList<Role> All { get; } =
    [
        new(Administrator, new("管理员", "Administrator"), Access.Permissions.All),
        // May write telemetry so that a device just connected can be given its ingest token.
        new("operator", new("运行人员", "Operator"),
            [.. Read, .. Desk, WriteReports, ShareBoards, WritePark, WriteTelemetry, WriteSources, CommandSources, AcknowledgeAlarms, ConfigureAlarms, ShelveAlarms, ServiceAlarms, OwnTokens, ReadSystem, ReadIdentifiers, WriteIdentifiers, ReviewIdentifiers, ReadPlans, CorrectPlans]),
        new("energyManager", new("能源管理员", "Energy manager"), [.. Read, WriteReports, ShareBoards, ReadDuty, ReadIncidents, AcknowledgeAlarms, ShelveAlarms, OwnTokens]),
        new("environmentOfficer", new("环保专员", "Environment officer"), [.. Read, WriteReports, ReadDuty, ReadIncidents, AcknowledgeAlarms, ConfigureAlarms, ShelveAlarms, ApproveAlarms, OwnTokens]),
        new("safetyOfficer", new("安全专员", "Safety officer"), [.. Read, .. Desk, WriteReports, AcknowledgeAlarms, ConfigureAlarms, ShelveAlarms, ServiceAlarms, ApproveAlarms, OwnTokens]),
        new("enterpriseUser", new("企业用户", "Enterprise user"), [.. Read, ReadDuty, ReadIncidents, AcknowledgeAlarms, OwnTokens, ReadPlans, ReadEconomy, ReadFilings, FileEconomy, ReadIdentifiers, RegisterIdentifiers]),
        new("gateKeeper", new("门卫", "Gate keeper"), [ReadPark, ReadAlarms, ReadDuty]),
        new("analyst", new("分析人员", "Analyst"), [.. Read, WriteReports, ShareBoards, OwnTokens, ReadPlans, WritePlans, CorrectPlans, ReadEconomy]),
        new("statistician", new("园区统计员", "Park statistician"), [ReadPark, OwnTokens, ReadPlans, ReadEconomy, ReadFilings, CheckFilings, ConfigureEconomy]),
        new("regionStatistician", new("区域统计审核员", "Region statistician"), [ReadPark, OwnTokens, ReadPlans, ReadEconomy, ReadFilings, AcceptFilings, ConfigureEconomy]),
        new(Ingest, new("数据接入", "Ingest"), [WriteTelemetry]),
    ];

    public static Role? Find(string code) => All.FirstOrDefault(role => role.Code == code);
}
