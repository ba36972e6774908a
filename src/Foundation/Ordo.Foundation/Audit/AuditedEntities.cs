using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ordo.Foundation.Audit;

/// <summary>How an entity's configuration says that its changes go into the audit trail, and what of it must not.</summary>
public static class AuditedEntities
{
    private const string Kind = "Ordo:Audit:Kind", Name = "Ordo:Audit:Name", Asset = "Ordo:Audit:Asset", Account = "Ordo:Audit:Account", Value = "Ordo:Audit:Value";

    /// <summary>
    /// Every change of this entity is written down: created, updated, deleted, with the values that differ. What the database deletes by itself is
    /// not seen, so what hangs below it is loaded and removed with it, or its key refuses (<c>DeleteBehavior.NoAction</c>).
    /// </summary>
    /// <param name="builder">The entity's.</param>
    /// <param name="kind">Kind of thing, as shown and searched: <c>asset</c>.</param>
    /// <param name="name">The property that people know it by.</param>
    /// <param name="asset">The property with the id of its asset, so that those responsible for the asset see the change; without it only those responsible for everything do.</param>
    public static EntityTypeBuilder<T> IsAudited<T>(
        this EntityTypeBuilder<T> builder, string kind, Expression<Func<T, string?>> name, Expression<Func<T, long?>>? asset = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.HasAnnotation(Kind, kind).HasAnnotation(Name, PropertyOf(name));
        if (asset is not null) builder.HasAnnotation(Asset, PropertyOf(asset));
        return builder;
    }

    /// <summary>Belongs to an account: those responsible for all that the account may see, see the change.</summary>
    internal static EntityTypeBuilder<T> IsAuditedFor<T>(
        this EntityTypeBuilder<T> builder, string kind, Expression<Func<T, string?>> name, Expression<Func<T, long?>> account)
        where T : class => builder.IsAudited(kind, name).HasAnnotation(Account, PropertyOf(account));

    /// <summary>Its changes are nobody's decision: measurements, journals, bookkeeping of the server. Every entity says either this or <see cref="IsAudited{T}"/>.</summary>
    public static EntityTypeBuilder<T> IsNotAudited<T>(this EntityTypeBuilder<T> builder)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.HasAnnotation(Value, "none");
    }

    /// <summary>Entities of which nobody said whether their changes are written down; a test keeps this empty.</summary>
    public static IEnumerable<string> Undecided(IReadOnlyModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.GetEntityTypes().Where(type => !type.IsAudited() && type[Value] is null).Select(type => type.DisplayName());
    }

    /// <summary>That it changed is written down, the value never is.</summary>
    public static PropertyBuilder<T> IsSecret<T>(this PropertyBuilder<T> property)
    {
        ArgumentNullException.ThrowIfNull(property);
        return property.HasAnnotation(Value, "secret");
    }

    /// <summary>Bookkeeping that nobody decided, such as the time of the last sign-in; a change of nothing else is not written down.</summary>
    public static PropertyBuilder<T> IsNotAudited<T>(this PropertyBuilder<T> property)
    {
        ArgumentNullException.ThrowIfNull(property);
        return property.HasAnnotation(Value, "none");
    }

    internal static bool IsAudited(this IReadOnlyEntityType type) => type.FindAnnotation(Kind) is not null;

    internal static string AuditKind(this IReadOnlyEntityType type) => (string)type[Kind]!;

    internal static string AuditName(this IReadOnlyEntityType type) => (string)type[Name]!;

    internal static string? AuditAsset(this IReadOnlyEntityType type) => (string?)type[Asset];

    internal static string? AuditAccount(this IReadOnlyEntityType type) => (string?)type[Account];

    internal static bool IsSecret(this IReadOnlyProperty property) => property[Value] is "secret";

    internal static bool IsAudited(this IReadOnlyProperty property) => property[Value] is not "none";

    private static string PropertyOf<T, TValue>(Expression<Func<T, TValue>> selector)
    {
        Expression body = selector.Body;
        while (body is UnaryExpression conversion) body = conversion.Operand;
        return ((MemberExpression)body).Member.Name;
    }
}
