using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Ordo.Foundation.Persistence;

/// <summary>Keeps the models of different sets of modules apart; EF by itself keeps one per context type.</summary>
internal sealed class ModuleModelCacheKeyFactory : IModelCacheKeyFactory
{
    public object Create(DbContext context, bool designTime) =>
        (context.GetType(), ((OrdoDbContext)context).ModuleNames, designTime);
}
