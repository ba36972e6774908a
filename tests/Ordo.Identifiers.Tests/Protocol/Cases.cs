namespace Ordo.Identifiers.Tests.Protocol;

/// <summary>Messages that the reference library decoded and encoded again byte for byte; one file each.</summary>
internal static class Cases
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Protocol", "cases");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.hex").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static byte[] Read(string name) => Convert.FromHexString(File.ReadAllText(Path.Combine(Folder, $"{name}.hex")).ReplaceLineEndings(""));
}
