using System.Net;
using System.Net.Sockets;

namespace Ordo.EndToEnd.Browser;

/// <summary>A line between browser and server that can go silent: nothing is closed and nothing passes, as with a firewall that forgets or a laptop whose lid is shut.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Uri server;
    private readonly Task accepting;
    private volatile TaskCompletionSource open = Opened();

    public Wire(Uri server)
    {
        this.server = server;
        listener.Start();
        Address = new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public void Silence() => open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Restore() => open.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await accepting;
        end.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient near = await listener.AcceptTcpClientAsync(end.Token);
                _ = JoinAsync(near);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task JoinAsync(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient())
        {
            try
            {
                await far.ConnectAsync(server.Host, server.Port, end.Token);
                await Task.WhenAny(PassAsync(near, far), PassAsync(far, near));
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException or IOException)
            {
                // One of the two has gone; the other is closed with it.
            }
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        byte[] buffer = new byte[16_384];
        while (await from.GetStream().ReadAsync(buffer, end.Token) is > 0 and var read)
        {
            await open.Task.WaitAsync(end.Token);
            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), end.Token);
        }
    }
}
