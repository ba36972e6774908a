using Ordo.Foundation;

namespace Ordo.Operations.Boards;

/// <summary>Sites that may show a page in a frame, as <c>frame-ancestors</c> wants them. Pure.</summary>
internal static class FrameAncestors
{
    public const int MaxSites = 10;

    /// <returns>Origins with spaces between. What is none is a fault by its place: a stray word would open the page to more than was meant.</returns>
    public static string Read(IReadOnlyList<string>? sites, List<Fault> faults)
    {
        if (sites is null || sites.Count == 0) return "";
        if (sites.Count > MaxSites) faults.Add(new("frameAncestors", $"最多 {MaxSites} 个网站。", $"At most {MaxSites} sites."));
        var origins = new List<string>();
        for (int i = 0; i < Math.Min(sites.Count, MaxSites); i++)
        {
            if (OriginOf(sites[i]?.Trim() ?? "") is { } origin) origins.Add(origin);
            else faults.Add(new($"frameAncestors[{i}]", $"“{sites[i]}”应为网站地址，如 https://portal.example.cn。", $"'{sites[i]}' should be the address of a site, such as https://portal.example.cn."));
        }
        return string.Join(' ', origins.Distinct());
    }

    private static string? OriginOf(string site)
    {
        if (!Uri.TryCreate(site, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("https" or "http") || uri.PathAndQuery != "/" || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0) return null;
        string host = uri.IdnHost;
        if (host.Length is 0 or > 90 || !host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '[' or ']')) return null;
        return $"{uri.Scheme}://{(uri.HostNameType == UriHostNameType.IPv6 && host[0] != '[' ? $"[{host}]" : host)}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}";
    }
}
