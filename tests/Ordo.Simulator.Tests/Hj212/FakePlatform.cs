using System.Net;
using System.Net.Sockets;
using System.Text;
using Ordo.Simulator.Hj212;
using Ordo.Testing;

namespace Ordo.Simulator.Tests.Hj212;

/// <summary>A platform that accepts one logger at a time and does only what the test tells it.</summary>
internal sealed class FakePlatform : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private TcpClient? client;
    private StreamReader? reader;

    public FakePlatform() => listener.Start();

    public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    public async Task AcceptAsync()
    {
        client?.Dispose();
        client = await listener.AcceptTcpClientAsync().WaitAsync(Patience.Limit);
        reader = new StreamReader(client.GetStream(), Encoding.UTF8);
    }

    /// <summary>The next line as it came, without CR LF; <c>null</c> when the logger has gone.</summary>
    public async Task<string?> ReadLineAsync()
    {
        try
        {
            return await reader!.ReadLineAsync().WaitAsync(Patience.Limit);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The next frame, which must be a sound one.</summary>
    public async Task<Hj212Frame> ReadAsync()
    {
        string line = await ReadLineAsync() ?? throw new EndOfStreamException("The logger closed the connection.");
        return Hj212Frame.Parse(Encoding.UTF8.GetBytes(line)) ?? throw new InvalidDataException($"Not a sound frame: {line}");
    }

    public Task AcknowledgeAsync(Hj212Frame frame) => SendAsync(frame with { St = "91", Cn = 9014, Flag = 4, Data = "" });

    /// <summary>Reads and acknowledges until a frame of this command comes, which is acknowledged too.</summary>
    public async Task<Hj212Frame> ReadUntilAsync(int cn)
    {
        while (true)
        {
            Hj212Frame frame = await ReadAsync();
            if (frame.WantsAnswer) await AcknowledgeAsync(frame);
            if (frame.Cn == cn) return frame;
        }
    }

    public async Task SendAsync(Hj212Frame frame) => await client!.GetStream().WriteAsync(frame.ToBytes());

    public void Dispose()
    {
        client?.Dispose();
        listener.Dispose();
    }
}
