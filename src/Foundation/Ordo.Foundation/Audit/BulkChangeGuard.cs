using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;

namespace Ordo.Foundation.Audit;

/// <summary>Refuses <c>ExecuteUpdate</c> and <c>ExecuteDelete</c> on audited entities and on the audit trail: they would pass by it unseen.</summary>
internal sealed class BulkChangeGuard : IQueryExpressionInterceptor
{
    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData)
    {
        if (queryExpression is MethodCallExpression { Method.Name: "ExecuteUpdate" or "ExecuteDelete" }) new Guard().Visit(queryExpression);
        return queryExpression;
    }

    private sealed class Guard : ExpressionVisitor
    {
        protected override Expression VisitExtension(Expression node)
        {
            if (node is EntityQueryRootExpression { EntityType: IEntityType type } && (type.IsAudited() || type.ClrType == typeof(AuditEntry)))
                throw new InvalidOperationException($"{type.ClrType.Name} is audited: change it through its context, not in bulk.");
            return node is EntityQueryRootExpression ? node : base.VisitExtension(node);
        }
    }
}
