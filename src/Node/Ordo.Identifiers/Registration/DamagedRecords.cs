using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Http;
using Ordo.Identifiers.Records;

namespace Ordo.Identifiers.Registration;

/// <summary>Says in words that a record cannot be read, wherever it was asked for with a browser.</summary>
internal sealed partial class DamagedRecords(ILogger<DamagedRecords> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not RecordDamagedException || httpContext.RequestAborted.IsCancellationRequested) return false;
        LogDamaged(httpContext.Request.Method, httpContext.Request.Path, exception.Message);
        await Problems.Of(StatusCodes.Status500InternalServerError, "record-damaged", new(
            "该标识的记录在节点的磁盘上已损坏，节点运营方恢复之前无法读取。",
            "The record of this identifier is damaged on the node's disk and cannot be read until its operator restores it.")).ExecuteAsync(httpContext);
        return true;
    }

    [LoggerMessage(6105, LogLevel.Error, "{Method} {Path}: {Damage}")]
    private partial void LogDamaged(string method, string path, string damage);
}
