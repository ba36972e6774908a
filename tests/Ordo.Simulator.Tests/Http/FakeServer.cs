using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Ordo.Testing;

namespace Ordo.Simulator.Tests.Http;

/// <summary>What a client sent: a body that could not be read whole is <c>null</c>.</summary>
internal sealed record Received(string Path, string? Authorization, string? Encoding, string? Body);

/// <summary>An HTTP server that keeps what it receives and answers as the test says, 204 unless told otherwise.</summary>
internal sealed class FakeServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Channel<Received> received = Channel.CreateUnbounded<Received>();

    public FakeServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }
        listener.Prefixes.Add(Address.ToString());
        listener.Start();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>Answers to come: status and Retry-After in seconds, 0 for none.</summary>
    public Queue<(int Status, int RetryAfter)> Answers { get; } = new();

    public Task<Received> NextAsync() => received.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            HttpListenerRequest request = context.Request;
            string? body = await ReadAsync(request);
            (int status, int retryAfter) = Answers.TryDequeue(out var told) ? told : body is null ? (400, 0) : (204, 0);
            context.Response.StatusCode = status;
            if (retryAfter > 0) context.Response.AddHeader("Retry-After", $"{retryAfter}");
            received.Writer.TryWrite(new(request.RawUrl!, request.Headers["Authorization"], request.Headers["Content-Encoding"], body));
            try
            {
                context.Response.Close();
            }
            catch (HttpListenerException)
            {
            }
        }
    }

    private static async Task<string?> ReadAsync(HttpListenerRequest request)
    {
        try
        {
            using var raw = new MemoryStream();
            await request.InputStream.CopyToAsync(raw);
            if (raw.Length < request.ContentLength64) return null;
            raw.Position = 0;
            if (request.Headers["Content-Encoding"] is null)
            {
                string text = Encoding.UTF8.GetString(raw.ToArray());
                return text.EndsWith('}') ? text : null;
            }
            // The last four bytes of gzip are the length of what it holds; a cut body has other bytes there.
            uint length = BitConverter.ToUInt32(raw.ToArray().AsSpan(^4));
            using var unzipped = new MemoryStream();
            await new GZipStream(raw, CompressionMode.Decompress).CopyToAsync(unzipped);
            return unzipped.Length == length ? Encoding.UTF8.GetString(unzipped.ToArray()) : null;
        }
        catch (Exception e) when (e is IOException or HttpListenerException or InvalidDataException)
        {
            return null;
        }
    }
}
