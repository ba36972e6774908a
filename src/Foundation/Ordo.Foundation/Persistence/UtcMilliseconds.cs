using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Ordo.Foundation.Persistence;

/// <summary>
/// Times in the database: UTC milliseconds since 1970-01-01 in a <c>long</c>, because SQLite cannot order a <see cref="DateTimeOffset"/>.
/// Holds for every property of that type; nothing needs to be said in an entity's configuration.
/// </summary>
public sealed class UtcMilliseconds() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeMilliseconds(),
    milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
