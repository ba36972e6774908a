using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ordo.Simulator.Hj212;

namespace Ordo.EndToEnd;

/// <summary>A well-behaved data logger over HJ 212: sends one real-time value and waits for the acknowledgement of exactly that frame.</summary>
public sealed class FieldDevice : IDisposable
{
    private readonly TcpClient client = new();
    private readonly byte[] received = new byte[64 * 1024];
    private int filled;

    private FieldDevice(string mn) => Mn = mn;

    public string Mn { get; }

    public Socket Socket => client.Client;

    public static async Task<FieldDevice> ConnectAsync(ServerProcess server, string mn)
    {
        var device = new FieldDevice(mn);
        await device.client.ConnectAsync(IPAddress.Loopback, server.Hj212Port);
        return device;
    }

    /// <summary>Sends a sample of <c>a34004-Rtd</c> and says whether 9014 came for it in time; a lost connection is a no.</summary>
    public async Task<bool> SendAsync(DateTimeOffset time, double value, TimeSpan patience)
    {
        (byte[] frame, string qn) = Frame(Mn, time, value);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await Socket.SendAsync(frame, limit.Token);
            return await HearAsync(qn, limit.Token);
        }
        catch (Exception lost) when (lost is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A frame with one sample that asks for an answer, and its request number. Times are whole seconds, so that none is doubled.</summary>
    public static (byte[] Bytes, string Qn) Frame(string mn, DateTimeOffset time, double value)
    {
        string local = time.ToOffset(TimeSpan.FromHours(8)).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        string data = string.Create(CultureInfo.InvariantCulture, $"DataTime={local};a34004-Rtd={value},a34004-Flag=N");
        return (new Hj212Frame(local + "000", "22", 2011, "123456", mn, 5, data).ToBytes(), local + "000");
    }

    public void Dispose() => client.Dispose();

    private async Task<bool> HearAsync(string qn, CancellationToken cancellation)
    {
        while (true)
        {
            string heard = Encoding.ASCII.GetString(received, 0, filled);
            int end = heard.LastIndexOf("\r\n", StringComparison.Ordinal);
            bool answered = end >= 0 && heard[..end].Split("\r\n").Any(frame => frame.Contains("CN=9014", StringComparison.Ordinal) && frame.Contains("QN=" + qn, StringComparison.Ordinal));
            if (answered) return true;
            if (end >= 0)
            {
                received.AsSpan(end + 2, filled - end - 2).CopyTo(received);
                filled -= end + 2;
            }

            int read = await Socket.ReceiveAsync(received.AsMemory(filled), cancellation);
            if (read == 0) return false;
            filled += read;
        }
    }
}
