using System.Globalization;

namespace Ordo.Server.Cli;

/// <summary>Progress for people, on stderr and only on a terminal, so that scripts read a clean answer. Written by whoever reports, at most ten times a second.</summary>
internal sealed class TerminalProgress(string doing) : IProgress<(long Done, long Total)>, IProgress<long>
{
    private const int EveryMs = 100, Width = 79;
    private long last;
    private bool hasWritten;

    public void Report(long value) => Report((value, 0));

    public void Report((long Done, long Total) value)
    {
        long now = Environment.TickCount64;
        if (Console.IsErrorRedirected || now - last < EveryMs) return;
        (last, hasWritten) = (now, true);
        string share = value.Total > 0 ? string.Create(CultureInfo.InvariantCulture, $" of {value.Total / 1_048_576.0:N1}, {Math.Min(100, 100.0 * value.Done / value.Total):0} %") : "";
        Console.Error.Write($"\r{string.Create(CultureInfo.InvariantCulture, $"{doing}: {value.Done / 1_048_576.0:N1} MiB{share}").PadRight(Width)}");
    }

    /// <summary>Leaves the line empty for the answer.</summary>
    public void End()
    {
        if (hasWritten) Console.Error.Write($"\r{new string(' ', Width)}\r");
    }
}
