using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Park.Import;

/// <summary>Between the text of a cell and values, always with a decimal point and without grouping, so that a file means the same everywhere.</summary>
internal static class Cells
{
    public static readonly Text NotANumber = new("应为数字（小数点为“.”，无千分位）。", "Must be a number (decimal point, no grouping).");

    public static double? Number(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;

    public static string ToCell(this double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    public static string ToCell(this int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    public static string ToCell(this JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>Raises the version of what really differs from what is stored, and counts it.</summary>
    public static int RaiseVersions<T>(this OrdoDbContext database, Action<T> raise)
        where T : class
    {
        List<EntityEntry<T>> changed = [.. database.ChangeTracker.Entries<T>().Where(entry => entry.State == EntityState.Modified)];
        foreach (EntityEntry<T> entry in changed) raise(entry.Entity);
        return changed.Count;
    }
}
