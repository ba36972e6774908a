using System.Globalization;

namespace Ordo.Foundation.Http;

/// <summary>
/// How many files and connections the system lets this process have open, and how they are divided. Without any left the store cannot open a file and the runtime ends the process,
/// so all doors together take at most four fifths of what is left beside its own, however many connections somebody makes.
/// </summary>
public static class OpenFiles
{
    /// <summary>Libraries of the program and files of the store.</summary>
    private const int Own = 500;

    /// <summary>RLIMIT_NOFILE: the hard limit, to which the runtime raises itself; without a limit, the largest number.</summary>
    public static int Limit { get; } = Read("/proc/self/limits");

    /// <summary>Most connections of browsers and programs.</summary>
    public static int ForHttp => Divided / 10;

    /// <summary>Most connections of devices at a field port.</summary>
    public static int ForDevices => Divided / 10 * 6;

    /// <summary>Most connections to the identifier node, its own TLS port included.</summary>
    public static int ForIdentifiers => Divided / 10;

    private static int Divided => Math.Max(100, Limit - Own);

    private static int Read(string limits)
    {
        if (!File.Exists(limits)) return int.MaxValue; // no Linux
        string? line = File.ReadLines(limits).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string? soft = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : int.MaxValue;
    }
}
