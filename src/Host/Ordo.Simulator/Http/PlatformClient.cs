using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Ordo.Simulator.Http;

/// <summary>A body of samples for one of the platform's write routes.</summary>
/// <param name="Path">Route and query.</param>
/// <param name="MediaType">Content type.</param>
/// <param name="Compressed">Sent with gzip.</param>
/// <param name="Body">The text.</param>
/// <param name="Values">Samples in it.</param>
public sealed record Message(string Path, string MediaType, bool Compressed, string Body, int Values);

/// <summary>
/// Delivers messages over HTTP as a careful client does: what the platform cannot take now (5xx, 429, wrong token, no connection) is sent
/// again with growing pauses or after its Retry-After; what it refuses as wrong (other 4xx) is counted and left.
/// </summary>
public sealed class PlatformClient(HttpClient http, string? token, Misbehaviour misbehaviour, Tally tally, TimeProvider time)
{
    private const int MostHeldBack = 8;
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(15);
    private readonly Queue<Message> heldBack = new();

    public async Task DeliverAsync(Message message, CancellationToken cancellation)
    {
        if (heldBack.Count < MostHeldBack && misbehaviour.Happens(Fault.Late))
        {
            heldBack.Enqueue(message);
            return;
        }
        await InsistAsync(message, cancellation);
        if (misbehaviour.Happens(Fault.Duplicate)) await InsistAsync(message, cancellation);
        if (heldBack.TryDequeue(out Message? late)) await InsistAsync(late, cancellation);
    }

    private async Task InsistAsync(Message message, CancellationToken cancellation)
    {
        for (var backOff = TimeSpan.FromSeconds(1); ; backOff = TimeSpan.FromTicks(Math.Min(backOff.Ticks * 2, LongestBackOff.Ticks)))
        {
            TimeSpan pause = backOff;
            bool damaged = misbehaviour.Happens(Fault.Crc);
            try
            {
                using HttpRequestMessage request = Request(message, damaged, broken: misbehaviour.Happens(Fault.Drop));
                using HttpResponseMessage answer = await http.SendAsync(request, cancellation);
                if (answer.IsSuccessStatusCode)
                {
                    tally.Delivered(message.Values);
                    return;
                }
                tally.Failed($"{message.Path}: {(int)answer.StatusCode} {answer.ReasonPhrase}");
                if (!damaged && !IsWorthAnotherTry(answer.StatusCode)) return;
                pause = answer.Headers.RetryAfter?.Delta ?? backOff;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException || (e is TaskCanceledException && !cancellation.IsCancellationRequested)) // the latter is a time-out
            {
                tally.Failed($"{message.Path}: {e.Message}");
            }
            tally.SentAgain();
            await Task.Delay(pause, time, cancellation);
        }
    }

    private static bool IsWorthAnotherTry(HttpStatusCode status) =>
        status is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound;

    private HttpRequestMessage Request(Message message, bool damaged, bool broken)
    {
        byte[] body = Encoding.UTF8.GetBytes(message.Body);
        if (message.Compressed) body = Zip(body);
        // Cut, not flipped: a flipped digit in plain text would be a wrong value that nobody could notice.
        if (damaged) body = body[..(body.Length / 2)];
        HttpContent content = broken ? new BrokenContent(body) : new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(message.MediaType) { CharSet = "utf-8" };
        if (message.Compressed) content.Headers.ContentEncoding.Add("gzip");
        var request = new HttpRequestMessage(HttpMethod.Post, message.Path) { Content = content };
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        return request;
    }

    private static byte[] Zip(byte[] body)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest)) gzip.Write(body);
        return zipped.ToArray();
    }

    /// <summary>A body whose sender goes away half-way.</summary>
    private sealed class BrokenContent(byte[] body) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(body.AsMemory(0, body.Length / 2));
            await stream.FlushAsync();
            throw new IOException("broken off on purpose");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }
}
