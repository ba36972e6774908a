using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.Tokens;

/// <summary>When each token was last used.</summary>
public sealed class TokenUse(IDbContextFactory<OrdoDbContext> database, TimeProvider clock, ILogger<TokenUse> log) : LastUses<ApiToken>(database, clock, log);
