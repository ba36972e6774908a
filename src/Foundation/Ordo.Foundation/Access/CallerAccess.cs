using Microsoft.AspNetCore.Http;

namespace Ordo.Foundation.Access;

/// <summary>Where a request keeps its <see cref="Caller"/>: set once by authentication.</summary>
public static class CallerAccess
{
    private static readonly object Key = typeof(Caller);

    /// <summary>Who is asking, or <c>null</c> when nobody is signed in.</summary>
    public static Caller? FindCaller(this HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Items.TryGetValue(Key, out object? caller) ? (Caller?)caller : null;
    }

    internal static void SetCaller(this HttpContext http, Caller? caller) => http.Items[Key] = caller;
}
