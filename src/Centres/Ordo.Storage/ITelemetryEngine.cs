using Ordo.Foundation.Telemetry;
using Ordo.Storage.Reading;

namespace Ordo.Storage;

/// <summary>A telemetry store as the server opens and closes it: the embedded one, or the one on ClickHouse.</summary>
internal interface ITelemetryEngine : IIngest, ITelemetryReader, IStorageStatus, IDisposable
{
    ISeriesCatalogue Catalogue { get; }

    ParkCalendar Calendar { get; }

    /// <exception cref="StoreRefusedException">It cannot be opened; the message says what to do.</exception>
    void Start();

    /// <summary>Answers every writer and leaves nothing behind that is not safe.</summary>
    void Stop();
}
