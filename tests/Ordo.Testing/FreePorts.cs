using System.Net;
using System.Net.Sockets;

namespace Ordo.Testing;

/// <summary>
/// Ports for programs that a test starts. They lie below those that the system gives to outgoing connections (from 32768), so that none is taken between its choice and the start of the program.
/// </summary>
public static class FreePorts
{
    private const int First = 20_000, Count = 12_000;
    private static int next = Random.Shared.Next(Count);

    /// <summary>A port of the loopback that nobody listens on, neither over TCP nor over UDP; another at each call.</summary>
    public static int Take()
    {
        while (true)
        {
            int port = First + ((Interlocked.Increment(ref next) & int.MaxValue) % Count);
            try
            {
                using var tcp = new TcpListener(IPAddress.Loopback, port);
                using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
                tcp.Start();
                return port;
            }
            catch (SocketException)
            {
            }
        }
    }
}
