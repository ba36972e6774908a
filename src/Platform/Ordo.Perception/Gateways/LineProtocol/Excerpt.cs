using System.Text;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>Foreign bytes as a short text that can stand in an answer or a log: bounded, always valid, line ends as they are.</summary>
internal static class Excerpt
{
    public static string Of(ReadOnlySpan<byte> bytes, int maxBytes) =>
        bytes.Length <= maxBytes ? Encoding.UTF8.GetString(bytes) : Encoding.UTF8.GetString(bytes[..maxBytes]) + "…";
}
