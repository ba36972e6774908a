using System.Text;
using System.Text.Json;

namespace Ordo.Perception.Tests.Gateways.Hj212;

/// <summary>
/// A folder under <c>cases/</c>: <c>frames.txt</c>, one line with the bytes as sent (<c>\r</c>, <c>\n</c> and <c>\0</c> written out), and
/// <c>expected.json</c>, what the gateway makes of them. To add a case, add a folder.
/// </summary>
internal sealed record Hj212Case(
    string About, string[] Verdicts, string[] Answers, JsonElement[][] Samples, Dictionary<string, string>? Passwords = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Gateways", "Hj212", "cases");

    public static IEnumerable<string> Names => Directory.GetDirectories(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public static Hj212Case Read(string name) => JsonSerializer.Deserialize<Hj212Case>(File.ReadAllText(Path.Combine(Folder, name, "expected.json")), Json)!;

    public static byte[] Bytes(string name) => Encoding.UTF8.GetBytes(
        File.ReadAllText(Path.Combine(Folder, name, "frames.txt")).TrimEnd('\n').Replace("\\r", "\r").Replace("\\n", "\n").Replace("\\0", "\0"));

    /// <summary>Samples as lines, in an order that can be compared.</summary>
    public string[] SampleLines => [.. Samples.Select(s => string.Join(' ',
        s[0].GetString(), s[1].GetString(), s[2].GetString(), s[3].ValueKind == JsonValueKind.Null ? "null" : s[3].GetDouble(), s[4].GetString())).Order(StringComparer.Ordinal)];
}
