using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Access.Tokens;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.Links;

/// <summary>When each link was last used.</summary>
public sealed class LinkUse(IDbContextFactory<OrdoDbContext> database, TimeProvider clock, ILogger<LinkUse> log) : LastUses<ShareLink>(database, clock, log);
