using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ordo.Storage.Tests.ClickHouse;

/// <summary>A link to a ClickHouse server that behaves until it is told not to: loses answers, stops in the middle of them, or keeps requests to itself.</summary>
internal sealed class LossyLink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int target;
    private readonly Task accepting;
    private volatile bool isStuck;
    private int answersToLose, lost, held;

    public LossyLink(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Answers that were lost.</summary>
    public int Lost => Volatile.Read(ref lost);

    /// <summary>Pieces of inserts of samples that were held while the link was stuck.</summary>
    public int Held => Volatile.Read(ref held);

    /// <summary>The server does what it is asked, and the next answers to inserts of samples do not arrive.</summary>
    public void LoseAnswers(int count) => Volatile.Write(ref answersToLose, count);

    /// <summary>Nothing arrives, nothing is refused.</summary>
    public bool IsStuck
    {
        set => isStuck = value;
    }

    /// <summary>So much of each answer arrives, and then no more of it and no end.</summary>
    public int StopsAfterBytes { get; set; } = int.MaxValue;

    /// <summary>Breaks the link for good.</summary>
    public async Task CutAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = CarryAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target, stop.Token);
                var link = new Link();
                await Task.WhenAny(ForwardAsync(client.GetStream(), server.GetStream(), link, isRequest: true), ForwardAsync(server.GetStream(), client.GetStream(), link, isRequest: false));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The tested side sees a broken connection.
            }
        }
    }

    private async Task ForwardAsync(NetworkStream from, NetworkStream to, Link link, bool isRequest)
    {
        var buffer = new byte[65_536];
        int carried = 0;
        while (await from.ReadAsync(buffer, stop.Token) is > 0 and int count)
        {
            string text = Encoding.ASCII.GetString(buffer, 0, Math.Min(count, 2_000));
            if (isRequest && text.StartsWith("POST ", StringComparison.Ordinal)) link.IsInsert = text.Contains("INSERT%20INTO%20sample", StringComparison.Ordinal);
            if (isStuck && link.IsInsert) Interlocked.Increment(ref held);
            while (isStuck) await Task.Delay(20, stop.Token);
            if (!isRequest && link.IsInsert && text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) && Interlocked.Decrement(ref answersToLose) >= 0)
            {
                Interlocked.Increment(ref lost);
                return;
            }

            int arrives = isRequest ? count : Math.Min(count, StopsAfterBytes - carried);
            carried = isRequest ? 0 : carried + arrives;
            await to.WriteAsync(buffer.AsMemory(0, arrives), stop.Token);
            if (arrives < count) await Task.Delay(Timeout.InfiniteTimeSpan, stop.Token);
        }
    }

    private sealed class Link
    {
        public volatile bool IsInsert;
    }
}
