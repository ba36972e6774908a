using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Foundation.Cockpit;
using Ordo.Foundation.Identifiers;
using Ordo.Foundation.Modules;
using Ordo.Identifiers.Bulk;
using Ordo.Identifiers.Changes;
using Ordo.Identifiers.Cockpit;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Recursion;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Replicas;
using Ordo.Identifiers.Reporting;
using Ordo.Identifiers.Resolution;
using Ordo.Identifiers.Rest;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Statistics;
using Ordo.Identifiers.Templates;
using Ordo.Identifiers.Things;
using Ordo.Identifiers.Vendor;

namespace Ordo.Identifiers;

/// <summary>The identifier-resolution secondary node (标识解析二级节点): handles, their values, and every door through which they are asked for.</summary>
public sealed class IdentifiersModule : IModule
{
    public string Name => "identifiers";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        IdentifiersOptions options = IdentifiersOptions.Read(configuration);
        var recursion = RecursionOptions.Read(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider => new HandleStore(
            Path.Combine(ModuleHosting.DataFolder(configuration), "identifiers"), provider.GetRequiredService<ILogger<HandleStore>>(), isCopy: options.Follow is not null));
        services.AddSingleton<Followers>();
        services.AddSingleton(_ => new PublicBookCopy(Path.Combine(ModuleHosting.DataFolder(configuration), "identifiers")));
        services.AddSingleton<ReplicaFollower>();
        services.AddHostedService(provider => provider.GetRequiredService<ReplicaFollower>());
        services.AddSingleton(_ => NodeKey.Open(Path.Combine(ModuleHosting.DataFolder(configuration), "identifiers")));
        services.AddSingleton<Sessions>();
        services.AddSingleton(provider => new SiteRecord(options, provider.GetRequiredService<NodeKey>, provider.GetRequiredService<UdpServer>, provider.GetRequiredService<TcpServer>));
        services.AddSingleton(provider => new Responder(
            provider.GetRequiredService<HandleStore>(), () => provider.GetRequiredService<SiteRecord>().Current, provider.GetRequiredService<ResolutionCounts>(),
            provider.GetRequiredService<RequestCounts>(), recursion.Enabled, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Responder>>()));
        services.AddSingleton(provider => new RecursiveResolver(
            recursion, provider.GetRequiredService<HandleStore>(), new(recursion, options, () => provider.GetRequiredService<UdpServer>().EndPoint, () => provider.GetRequiredService<TcpServer>().EndPoint),
            provider.GetRequiredService<RequestCounts>(), () => provider.GetRequiredService<SiteRecord>().Current, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RecursiveResolver>>()));
        services.AddSingleton<RequestCounts>();
        services.AddSingleton<Challenges>();
        services.AddSingleton<Identities>();
        services.AddSingleton<AdminRights>();
        services.AddSingleton<CostlyWork>();
        services.AddSingleton(provider => new Administration(
            provider.GetRequiredService<Responder>(), provider.GetRequiredService<HandleStore>(), provider.GetRequiredService<ChangeTrail>(), provider.GetRequiredService<Challenges>(),
            provider.GetRequiredService<Sessions>(), provider.GetRequiredService<NodeKey>(), provider.GetRequiredService<RequestCounts>(), provider.GetRequiredService<RecursiveResolver>(),
            provider.GetRequiredService<Identities>(), provider.GetRequiredService<AdminRights>(), provider.GetRequiredService<CostlyWork>(), () => provider.GetRequiredService<SiteRecord>().Current, options,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<UdpServer>();
        services.AddHostedService(provider => provider.GetRequiredService<UdpServer>());
        services.AddSingleton(provider => new TcpServer(
            options, provider.GetRequiredService<Responder>, provider.GetRequiredService<Administration>, provider.GetRequiredService<RecursiveResolver>, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TcpServer>>()));
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(provider => provider.GetRequiredService<TcpServer>());
        services.AddSingleton<IStartupFilter, HttpTunnel>();
        services.AddSingleton(provider => new ChangeTrail(
            provider.GetRequiredService<HandleStore>(), Path.Combine(ModuleHosting.DataFolder(configuration), "identifiers", "changes"), options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ChangeTrail>>()));
        services.AddSingleton<HandleDesk>();
        services.AddSingleton<RestSessions>();
        services.AddSingleton<HandleCredentials>();
        services.AddSingleton<HttpsPort>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(provider => provider.GetRequiredService<HttpsPort>());
        // Asked before the one that knows what every module throws.
        services.Insert(0, ServiceDescriptor.Singleton<IExceptionHandler, HandleFaults>());
        services.Insert(1, ServiceDescriptor.Singleton<IExceptionHandler, DamagedRecords>());
        services.AddSingleton<PublicReads>();
        services.AddSingleton<ResolutionCounts>();
        services.AddSingleton<StatisticsKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<StatisticsKeeper>());
        services.AddScoped<StatisticsReader>();
        var reporting = ReportingOptions.Read(configuration);
        services.AddSingleton(reporting);
        services.AddSingleton(_ => new ReportFolder(Path.Combine(ModuleHosting.DataFolder(configuration), "identifiers", "reports")));
        if (reporting.Folder is { } folder) services.AddSingleton<IReportReceiver>(new FolderReceiver(folder));
        services.AddSingleton<ReportKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<ReportKeeper>());
        services.AddScoped<ReportDesk>();
        services.AddSingleton<ICockpitPanel, IdentifiersPanel>();
        services.AddSingleton<ICodedThings, AssetThings>();
        services.AddScoped<ThingDesk>();
        services.AddSingleton<NodeBook>();
        services.AddSingleton<Registrar>();
        services.AddSingleton<PrefixHomes>();
        services.AddHostedService(provider => provider.GetRequiredService<PrefixHomes>());
        services.AddSingleton<CodePageReader>();
        services.AddSingleton(_ => new JobFolder(Path.Combine(ModuleHosting.DataFolder(configuration), "identifiers", "jobs")));
        services.AddSingleton<BulkRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<BulkRunner>());
        services.AddScoped<BulkDesk>();
        services.AddSingleton<TestBench>();
        services.AddScoped<LabelDesk>();
        services.AddScoped<EnterpriseDesk>();
        services.AddScoped<DocumentDesk>();
        services.AddSingleton<ContractWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ContractWatch>());
        services.AddScoped<TemplateDesk>();
        services.AddScoped<RegistrationDesk>();
        services.AddScoped<OverviewReader>();
    }

    public void UseFront(IApplicationBuilder app)
    {
        PublicReads? reads = null;
        app.Use((http, next) => (reads ??= app.ApplicationServices.GetRequiredService<PublicReads>()).TryAnswer(http) ? Task.CompletedTask : next(http));
    }

    /// <summary>Opens the store, whose index takes longest of all that a node alone does at its start.</summary>
    public void BeginStart(IServiceProvider services) => Task.Run(services.GetRequiredService<HandleStore>);

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        HandleRoutes.Map(routes);
        routes.MapIdentifierOverview();
        routes.MapStatistics();
        routes.MapNodeReports();
        routes.MapThings();
        routes.MapIdentityProfile();
        routes.MapEnterprises();
        routes.MapDocuments();
        routes.MapTemplates();
        routes.MapRegistrations();
        routes.MapBulk();
        routes.MapNodes();
        routes.MapTestBench();
        routes.MapChanges();
        routes.MapCodePage();
        routes.MapLabels();
    }
}

/// <summary>The site record of this node, as its options and ports make it.</summary>
internal sealed class SiteRecord(IdentifiersOptions options, Func<NodeKey> key, Func<UdpServer> udp, Func<TcpServer> tcp)
{
    private const byte Both = 3;
    private SiteInfo? made;

    /// <summary>Made when it is first asked for, because port 0 is only known then.</summary>
    public SiteInfo Current => made ??= Make();

    private SiteInfo Make()
    {
        var interfaces = new List<SiteInterface>();
        if (udp().EndPoint is { } datagrams) interfaces.Add(new(Both, 0, (uint)datagrams.Port));
        if (tcp().EndPoint is { } streams) interfaces.Add(new(Both, 1, (uint)streams.Port));
        var server = new SiteServer(1, SiteServer.AddressOf(IPAddress.Parse(options.PublicAddress ?? options.Bind)), key().PublicKey, interfaces);
        return new(1, ProtocolVersion.Newest, options.SiteSerial, options.Follow is null ? SiteInfo.Primary : (byte)0, HashOption.ByHandle, Octets.Empty, [("desc", options.SiteDescription)], [server]);
    }
}
