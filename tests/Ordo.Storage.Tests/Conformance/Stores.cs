using Ordo.Foundation.Telemetry;
using Ordo.Storage.ClickHouse;
using Ordo.Storage.Tests.ClickHouse;
using Ordo.Storage.Tests.Store;
using Ordo.Testing;

namespace Ordo.Storage.Tests.Conformance;

public sealed class EmbeddedConformance : StoreConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => Task.FromResult<StoreUnderTest>(new Embedded());

    private sealed class Embedded : StoreUnderTest
    {
        private readonly StoreFolder folder = new();
        private TelemetryStore? store;

        public override ISeriesCatalogue Catalogue => store!.Catalogue;

        public override IIngest Ingest => store!;

        public override ITelemetryReader Reader => store!;

        public override void Reopen()
        {
            Close();
            folder.Options = folder.Options with { MaxSeriesPerSource = MaxSeriesPerSource, TimeZone = TimeZone };
            folder.Observers.Clear();
            folder.Observers.AddRange(Observers);
            store = folder.Open();
        }

        public override void Close()
        {
            store?.Dispose();
        }

        public override Task SettleAsync()
        {
            store!.Keeper.SealAll();
            store.Keeper.RollUp();
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync()
        {
            Close();
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

public sealed class ClickHouseConformance : StoreConformance
{
    protected override async Task<StoreUnderTest> CreateAsync() => new OnClickHouse(await ClickHouseFolder.CreateAsync());

    private sealed class OnClickHouse(ClickHouseFolder folder) : StoreUnderTest
    {
        private ClickHouseStore? store;

        public override ISeriesCatalogue Catalogue => store!.Catalogue;

        public override IIngest Ingest => store!;

        public override ITelemetryReader Reader => store!;

        public override void Reopen()
        {
            Close();
            folder.Options = folder.Options with { MaxSeriesPerSource = MaxSeriesPerSource, TimeZone = TimeZone };
            folder.Observers.Clear();
            folder.Observers.AddRange(Observers);
            store = folder.Open();
        }

        public override void Close() => store?.Dispose();

        public override async Task SettleAsync()
        {
            foreach (ClickHouseProcess server in folder.Servers)
                foreach (string table in (string[])["sample", "latest"]) await server.AskAsync($"OPTIMIZE TABLE {folder.Options.ClickHouse.Database}.{table} FINAL");
        }

        public override async ValueTask DisposeAsync()
        {
            Close();
            await folder.DisposeAsync();
        }
    }
}

/// <summary>The store that tests of other rooms use must behave as the real ones do in what those tests rely on.</summary>
public sealed class MemoryConformance : DoorConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => Task.FromResult<StoreUnderTest>(new InMemory());

    private sealed class InMemory : StoreUnderTest
    {
        private readonly MemoryTelemetry store;

        public InMemory() => store = new(() => Observers);

        public override ISeriesCatalogue Catalogue => store;

        public override IIngest Ingest => store;

        public override ITelemetryReader Reader => store;

        public override void Reopen() => store.MaxSeriesPerSource = MaxSeriesPerSource;

        public override void Close()
        {
        }

        public override Task SettleAsync() => Task.CompletedTask;

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
