using System.Net;
using System.Net.Sockets;

namespace Ordo.Testing;

/// <summary>A way over TCP to a server on this machine, which a test can cut and mend: while it is cut, connections break and new ones are refused.</summary>
public sealed class Wire : IDisposable
{
    private readonly int far;
    private readonly Lock gate = new();
    private readonly List<TcpClient> ends = [];
    private TcpListener? listener;

    public Wire(int farPort)
    {
        far = farPort;
        Mend();
    }

    /// <summary>Where to connect instead of at the server itself.</summary>
    public int Port { get; } = FreePorts.Take();

    public void Cut()
    {
        lock (gate)
        {
            listener?.Dispose();
            listener = null;
            foreach (TcpClient end in ends) end.Dispose();
            ends.Clear();
        }
    }

    public void Mend()
    {
        var mended = new TcpListener(IPAddress.Loopback, Port);
        mended.Start();
        lock (gate) listener = mended;
        _ = ServeAsync(mended);
    }

    public void Dispose() => Cut();

    private async Task ServeAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                TcpClient near = await from.AcceptTcpClientAsync(), beyond = new(AddressFamily.InterNetwork);
                lock (gate)
                {
                    ends.AddRange([near, beyond]);
                    if (listener != from) near.Dispose();
                }

                _ = JoinAsync(near, beyond);
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task JoinAsync(TcpClient near, TcpClient beyond)
    {
        using (near)
        using (beyond)
        {
            try
            {
                await beyond.ConnectAsync(IPAddress.Loopback, far);
                await Task.WhenAny(near.GetStream().CopyToAsync(beyond.GetStream()), beyond.GetStream().CopyToAsync(near.GetStream()));
            }
            catch (Exception cut) when (cut is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
            }
        }
    }
}
