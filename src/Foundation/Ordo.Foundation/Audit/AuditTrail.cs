using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Audit;

/// <summary>Turns what a context is about to save into lines of the audit trail.</summary>
public sealed class AuditTrail(TimeProvider clock, CurrentActor actor)
{
    private static readonly JsonSerializerOptions Json = CreateJson();

    /// <summary>A line about something that is no change of an entity, such as a sign-in; whoever asks for it saves it.</summary>
    /// <param name="action">One of <see cref="AuditActions"/>.</param>
    /// <param name="subject">What it was done to.</param>
    /// <param name="assetPath">Who may see it: <see cref="AuditEntry.AssetPath"/>.</param>
    /// <param name="user">Who did it; default the current actor.</param>
    public AuditEntry Line(string action, AuditSubject subject, string assetPath, string? user = null) => Line(action, subject, assetPath, null, null, user);

    private AuditEntry Line(string action, AuditSubject subject, string assetPath, string? before, string? after, string? user = null)
    {
        Actor who = user is null ? actor.Value : actor.Value with { User = user };
        return new()
        {
            Time = clock.GetUtcNow(),
            User = who.User,
            Token = who.Token,
            Address = who.Address,
            Action = action,
            Entity = subject.Kind,
            EntityId = subject.Id,
            EntityName = subject.Name is { Length: > 256 } name ? name[..256] : subject.Name,
            Before = before,
            After = after,
            AssetPath = assetPath,
        };
    }

    /// <summary>The audited changes a context holds, with what will be gone after saving.</summary>
    internal static async Task<IReadOnlyList<AuditedChange>> CaptureAsync(OrdoDbContext context, CancellationToken cancellation)
    {
        var changes = new List<AuditedChange>();
        foreach (EntityEntry entry in context.ChangeTracker.Entries())
        {
            if (entry.State is not (EntityState.Added or EntityState.Modified or EntityState.Deleted)) continue;
            if (entry.Entity is AuditEntry && entry.State != EntityState.Added)
                throw new InvalidOperationException("The audit trail is append-only; a line is never changed or deleted.");
            if (!entry.Metadata.IsAudited()) continue;

            IProperty[] properties = [.. entry.Properties.Where(IsWorthALine).Select(property => property.Metadata)];
            if (properties.Length == 0) continue;
            changes.Add(new(entry, ActionOf(entry.State), properties, entry.State == EntityState.Added ? null : Describe(properties, entry.OriginalValues)));
        }

        // A server put together without the access module, as tests do, keeps no trail.
        if (changes.Count == 0 || context.Model.FindEntityType(typeof(AuditEntry)) is null) return [];
        // Afterwards there is nothing left to ask where it was.
        await AuditPaths.FillAsync(context, [.. changes.Where(change => change.Action == AuditActions.Deleted)], cancellation);
        return changes;
    }

    /// <summary>The lines of changes that are saved, with the keys the database gave.</summary>
    internal async Task<IReadOnlyList<AuditEntry>> CompleteAsync(OrdoDbContext context, IReadOnlyList<AuditedChange> changes, CancellationToken cancellation)
    {
        await AuditPaths.FillAsync(context, [.. changes.Where(change => change.Action != AuditActions.Deleted)], cancellation);
        return [.. changes.Select(LineOf)];
    }

    private AuditEntry LineOf(AuditedChange change)
    {
        EntityEntry entry = change.Entry;
        var subject = new AuditSubject(entry.Metadata.AuditKind(), KeyOf(entry), entry.CurrentValues[entry.Metadata.AuditName()] as string);
        string? after = change.Action == AuditActions.Deleted ? null : Describe(change.Properties, entry.CurrentValues);
        return Line(change.Action, subject, change.AssetPath, change.Before, after);
    }

    /// <summary>Keys, versions and what the database computes follow from the rest.</summary>
    private static bool IsWorthALine(PropertyEntry property)
    {
        IProperty metadata = property.Metadata;
        return metadata.IsAudited() && !metadata.IsPrimaryKey() && !metadata.IsConcurrencyToken && metadata.GetComputedColumnSql() is null
            && (property.EntityEntry.State != EntityState.Modified || IsDifferent(property));
    }

    /// <summary>By value: a store may mark a whole entity as modified.</summary>
    private static bool IsDifferent(PropertyEntry property) =>
        !property.Metadata.GetValueComparer().Equals(property.OriginalValue, property.CurrentValue);

    private static string ActionOf(EntityState state) => state switch
    {
        EntityState.Added => AuditActions.Created,
        EntityState.Deleted => AuditActions.Deleted,
        _ => AuditActions.Updated,
    };

    private static string KeyOf(EntityEntry entry) => string.Join(',', entry.Metadata.FindPrimaryKey()!.Properties
        .Select(key => Convert.ToString(entry.CurrentValues[key], CultureInfo.InvariantCulture)));

    private static string Describe(IEnumerable<IProperty> properties, PropertyValues values)
    {
        var json = new JsonObject();
        foreach (IProperty property in properties)
        {
            object? value = values[property];
            json[JsonNamingPolicy.CamelCase.ConvertName(property.Name)] =
                property.IsSecret() && value is not null ? "***" : JsonSerializer.SerializeToNode(value, Json);
        }

        return json.ToJsonString(Json);
    }

    private static JsonSerializerOptions CreateJson()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Chinese names stay readable; the text is data, never part of a page.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        HttpConventions.Configure(json);
        json.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        return json;
    }
}

/// <summary>What a line of the audit trail is about.</summary>
/// <param name="Kind">Kind of thing: <c>account</c>.</param>
/// <param name="Id">Its key.</param>
/// <param name="Name">What people know it by.</param>
public sealed record AuditSubject(string Kind, string Id, string? Name);

/// <summary>A change between being made and being saved.</summary>
internal sealed record AuditedChange(EntityEntry Entry, string Action, IReadOnlyList<IProperty> Properties, string? Before)
{
    /// <summary>Where it belongs; see <see cref="AuditEntry.AssetPath"/>.</summary>
    public string AssetPath { get; set; } = "/";
}
