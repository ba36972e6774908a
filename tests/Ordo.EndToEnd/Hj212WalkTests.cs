using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>
/// The frames of the standard's notes, from the socket to the API of the real server: what <c>cases/</c> of the gateway's own tests say a
/// frame means is what <c>/api/v1</c> gives back.
/// </summary>
public sealed partial class Hj212WalkTests
{
    private static readonly string Cases = Path.Combine(ServerProcess.Repository, "tests", "Ordo.Perception.Tests", "Gateways", "Hj212", "cases");

    [Fact]
    public async Task Every_sample_frame_is_answered_as_stated_and_its_values_are_read_back_through_the_API()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient reader = await server.SignInAsync();
        int frames = 0, samples = 0;
        foreach (string folder in Directory.GetDirectories(Cases).Order(StringComparer.Ordinal))
        {
            using JsonDocument expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "expected.json")));
            if (expected.RootElement.TryGetProperty("passwords", out _)) continue; // needs a source that was set up before
            string[] answers = await SendAsync(server, Bytes(folder));
            string[] wanted = [.. expected.RootElement.GetProperty("answers").EnumerateArray().Select(a => a.GetString()!).Where(IsAnswer)];
            Assert.True(wanted.SequenceEqual(answers.Where(IsAnswer)), $"{Path.GetFileName(folder)}: expected [{string.Join(" | ", wanted)}], got [{string.Join(" | ", answers)}]");
            frames++;
            foreach (JsonElement sample in expected.RootElement.GetProperty("samples").EnumerateArray())
            {
                await CompareAsync(reader, Path.GetFileName(folder), sample);
                samples++;
            }
        }

        Assert.True(frames >= 55 && samples >= 150, $"{frames} frames with {samples} samples were walked; the cases are not all there.");
    }

    private static async Task CompareAsync(HttpClient reader, string name, JsonElement sample)
    {
        string source = sample[0].GetString()!, channel = sample[1].GetString()!, time = sample[2].GetString()!;
        JsonElement series = await SeriesAsync(reader, source, channel);
        DateTimeOffset at = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
        using JsonDocument read = JsonDocument.Parse(await reader.GetStringAsync(
            $"/api/v1/series/{series.GetProperty("id").GetInt32()}/samples?from={Escape(at)}&to={Escape(at.AddMilliseconds(1))}"));
        Assert.True(read.RootElement.GetProperty("times").GetArrayLength() == 1, $"{name}: {channel} at {time} is stored {read.RootElement.GetProperty("times").GetArrayLength()} times");
        JsonElement value = read.RootElement.GetProperty("values")[0];
        Assert.Equal(sample[3].ValueKind, value.ValueKind);
        if (value.ValueKind == JsonValueKind.Number) Assert.Equal(sample[3].GetDouble(), value.GetDouble());
        Assert.Equal(sample[4].GetString(), read.RootElement.GetProperty("qualities")[0].GetString());
    }

    private static async Task<JsonElement> SeriesAsync(HttpClient reader, string source, string channel)
    {
        using JsonDocument list = JsonDocument.Parse(await reader.GetStringAsync($"/api/v1/series?source={Uri.EscapeDataString(source)}&pageSize=500"));
        return list.RootElement.GetProperty("items").EnumerateArray().Single(s => s.GetProperty("channel").GetString() == channel).Clone();
    }

    /// <summary>Sends the bytes, says that no more will come, and reads the data segments of what the server says until it closes.</summary>
    private static async Task<string[]> SendAsync(ServerProcess server, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Hj212Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(bytes);
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string all = await reader.ReadToEndAsync().WaitAsync(Patience.Limit);
        return [.. Frame().Matches(all).Select(m => m.Groups["segment"].Value)];
    }

    private static bool IsAnswer(string segment) => segment.Contains("CN=9013", StringComparison.Ordinal) || segment.Contains("CN=9014", StringComparison.Ordinal);

    private static byte[] Bytes(string folder) => Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(folder, "frames.txt")).TrimEnd('\n')
        .Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\0", "\0", StringComparison.Ordinal));

    private static string Escape(DateTimeOffset time) => Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    [GeneratedRegex("##[0-9]{4}(?<segment>.*?)[0-9A-F]{4}\r\n")]
    private static partial Regex Frame();
}
