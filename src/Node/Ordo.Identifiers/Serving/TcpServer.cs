using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Foundation.Http;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Recursion;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// The Handle protocol over TCP: messages one after the other, answered in their order. Who expects the connection to be closed and who expects it to stay
/// open is told by version and flags, because the clients in use differ in it and say it in no other way.
/// </summary>
internal sealed partial class TcpServer : IConfigureOptions<KestrelServerOptions>
{
    private readonly IdentifiersOptions options;
    private readonly Func<Responder> responder;
    private readonly Func<Administration> administration;
    private readonly Func<RecursiveResolver> recursion;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private ListenOptions? listening;

    /// <remarks>
    /// Kestrel's options are made with every server, also for commands beside a running one; those that answer, and with them the store, only when somebody connects. A store that two processes
    /// have open is damaged.
    /// </remarks>
    public TcpServer(IdentifiersOptions options, Func<Responder> responder, Func<Administration> administration, Func<RecursiveResolver> recursion, TimeProvider clock, ILogger<TcpServer> logger)
    {
        (this.options, this.responder, this.administration, this.recursion, this.clock, this.logger) = (options, responder, administration, recursion, clock, logger);
        Seats = new(Math.Min(options.MaxConnections, OpenFiles.ForIdentifiers), options.MaxConnectionsPerAddress, Note);
    }

    /// <summary>Where it listens, once the server has started; <c>null</c> when it is off.</summary>
    public IPEndPoint? EndPoint => listening?.IPEndPoint;

    /// <summary>Of the node's own ports.</summary>
    public ConnectionSeats Seats { get; }

    public void Configure(KestrelServerOptions kestrel)
    {
        if (!options.Enabled) return;
        kestrel.Listen(IPAddress.Parse(options.Bind), options.Port, listen =>
        {
            listening = listen;
            Seats.Guard(listen);
            listen.Run(ServeAsync);
        });
    }

    private async Task ServeAsync(ConnectionContext connection)
    {
        IPAddress address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        try
        {
            using var session = new Session(connection, address, responder(), administration(), recursion(), options, clock);
            await session.RunAsync();
        }
        catch (Exception gone) when (gone is OperationCanceledException or ConnectionAbortedException or ConnectionResetException or IOException)
        {
            // Silent for too long, or gone.
        }
        catch (Exception fault)
        {
            LogFailed(fault, $"{connection.RemoteEndPoint}");
        }
    }

    private void Note(string address, long total)
    {
        if (long.IsPow2(total)) LogRefused(address, total);
    }

    /// <summary>Whether the connection stays open behind the answer to a request.</summary>
    internal static bool StaysOpen(in Envelope envelope, OpFlags flags) =>
        flags.HasFlag(OpFlags.KeepConnection)
        // Clients of the two families clear the flag alike. Those that suggest 2.11 read to the end of the stream; those that suggest 2.10 or less keep a pool.
        || (envelope.HasSuggestion && envelope.Suggested.CompareTo(ProtocolVersion.Newest) < 0);

    [LoggerMessage(6030, LogLevel.Warning, "Identifier connection from {Address} refused: there are too many ({Total} refused so far)")]
    private partial void LogRefused(string address, long total);

    [LoggerMessage(6031, LogLevel.Error, "Identifier connection {Remote} failed")]
    private partial void LogFailed(Exception fault, string remote);

    /// <summary>One connection.</summary>
    private sealed class Session(
        ConnectionContext connection, IPAddress address, Responder responder, Administration administration, RecursiveResolver recursion, IdentifiersOptions options, TimeProvider clock) : IDisposable
    {
        // Handles of others that a client waits for at a time; beyond, it waits for the first of them before its next request is read.
        private const int MaxElsewhere = 64;
        private readonly Scratch scratch = new();
        private readonly bool asksElsewhere = recursion.Allows(address);
        private readonly List<Task> elsewhere = [];

        // Who writes; only where others are asked does anybody but the reader.
        private readonly SemaphoreSlim turn = new(1);

        public async Task RunAsync()
        {
            PipeReader input = connection.Transport.Input;
            using var patience = new CancellationTokenSource(options.IdleTimeout, clock);
            try
            {
                while (true)
                {
                    patience.CancelAfter(options.IdleTimeout);
                    ReadResult read = await input.ReadAsync(patience.Token);
                    if (!await AnswerAsync(read.Buffer, patience) || read.IsCompleted) return;
                }
            }
            finally
            {
                await Task.WhenAll(elsewhere);
            }
        }

        public void Dispose() => turn.Dispose();

        /// <summary>Answers what has come.</summary>
        /// <returns>False when the connection is to be closed.</returns>
        private async Task<bool> AnswerAsync(ReadOnlySequence<byte> buffer, CancellationTokenSource patience)
        {
            PipeWriter output = connection.Transport.Output;
            await turn.WaitAsync(patience.Token);
            try
            {
                bool open = AnswerAll(ref buffer, output, out byte[]? waits);
                while (waits is not null)
                {
                    bool stays = StaysOpen(waits);
                    if (!Administration.IsFor(waits) && stays && elsewhere.Count < MaxElsewhere)
                    {
                        elsewhere.Add(AnswerLaterAsync(waits));
                        elsewhere.RemoveAll(task => task.IsCompleted);
                        open = AnswerAll(ref buffer, output, out waits);
                        continue;
                    }

                    byte[]? answer = Administration.IsFor(waits) ? await administration.AnswerAsync(waits, Transport.Tcp, address, scratch) : await recursion.AnswerAsync(waits, Transport.Tcp);
                    if (answer is not null) output.Write(answer);
                    open = answer is not null && stays;
                    if (!open) break;
                    open = AnswerAll(ref buffer, output, out waits);
                }

                connection.Transport.Input.AdvanceTo(buffer.Start, buffer.End);
                patience.CancelAfter(options.IdleTimeout);
                FlushResult flushed = await output.FlushAsync(patience.Token);
                return open && !flushed.IsCompleted;
            }
            finally
            {
                turn.Release();
            }
        }

        /// <summary>Answers when others have, while the client's next requests are answered; it tells them apart by their numbers.</summary>
        private async Task AnswerLaterAsync(byte[] message)
        {
            try
            {
                if (await recursion.AnswerAsync(message, Transport.Tcp) is not { } answer) return;
                using var patience = new CancellationTokenSource(options.IdleTimeout, clock);
                await turn.WaitAsync(patience.Token);
                try
                {
                    connection.Transport.Output.Write(answer);
                    await connection.Transport.Output.FlushAsync(patience.Token);
                }
                finally
                {
                    turn.Release();
                }
            }
            catch (Exception gone) when (gone is OperationCanceledException or ConnectionAbortedException or ConnectionResetException or IOException or InvalidOperationException)
            {
                // The client is gone.
            }
        }

        private static bool StaysOpen(byte[] message)
        {
            Envelope.TryRead(message, out Envelope envelope);
            // What is encrypted has no flags that can be read; who sets up sessions asks again.
            return envelope.Flags.HasFlag(EnvelopeFlags.Encrypted) || message.Length < Envelope.Size + Header.Size || TcpServer.StaysOpen(envelope, Header.Read(message.AsSpan(Envelope.Size)).Flags);
        }

        /// <summary>Answers every whole message in the buffer, up to one that has to wait for somebody's proof, for the disk, or for another node.</summary>
        /// <param name="waits">That one, taken out of the buffer.</param>
        /// <returns>False when the connection is to be closed.</returns>
        private bool AnswerAll(ref ReadOnlySequence<byte> buffer, PipeWriter output, out byte[]? waits)
        {
            waits = null;
            Span<byte> head = stackalloc byte[Envelope.Size];
            while (buffer.Length >= Envelope.Size)
            {
                buffer.Slice(0, Envelope.Size).CopyTo(head);
                if (!Envelope.TryRead(head, out Envelope envelope)) return false;
                int size = Envelope.Size + envelope.Length;
                if (buffer.Length < size) return true;

                ReadOnlySequence<byte> part = buffer.Slice(0, size);
                byte[]? rented = part.IsSingleSegment ? null : ArrayPool<byte>.Shared.Rent(size);
                if (rented is not null) part.CopyTo(rented);
                ReadOnlyMemory<byte> message = rented?.AsMemory(0, size) ?? part.First;
                bool answered = false;
                OpFlags flags = OpFlags.None;
                if (Administration.IsFor(message.Span))
                {
                    waits = message.ToArray();
                }
                else
                {
                    flags = envelope.Length >= Header.Size ? Header.Read(message.Span[Envelope.Size..]).Flags : OpFlags.None;
                    answered = responder.Answer(message, Transport.Tcp, scratch, hereOnly: !asksElsewhere);
                    if (scratch.Elsewhere) answered = AnswerKept(message, out waits);
                }

                if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
                buffer = buffer.Slice(size);
                if (waits is not null) return true;
                if (!answered) return false;
                output.Write(scratch.Response.Written);
                if (!TcpServer.StaysOpen(envelope, flags)) return false;
            }

            return true;
        }

        /// <summary>The answer to a question about a handle of others, when it is kept.</summary>
        /// <param name="waits">The question, when it is not.</param>
        private bool AnswerKept(ReadOnlyMemory<byte> message, out byte[]? waits)
        {
            byte[]? kept = recursion.TryAnswerKept(message, Transport.Tcp);
            waits = kept is null ? message.ToArray() : null;
            if (kept is not null) scratch.Response.Clear().Raw(kept);
            return kept is not null;
        }
    }
}
