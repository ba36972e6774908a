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
            "该标识的记录在磁盘上已损坏，无法读取。请节点管理员运行 ordo verify 并从备份或副本节点恢复。",
            "The record of this identifier is damaged on the disk and cannot be read. The node's administrator should run ordo verify and restore it from a backup or a replica.")).ExecuteAsync(httpContext);
        return true;
    }

    [LoggerMessage(6105, LogLevel.Error, "{Method} {Path}: {Damage}")]
    private partial void LogDamaged(string method, string path, string damage);
}
