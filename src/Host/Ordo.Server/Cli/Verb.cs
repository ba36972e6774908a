using System.CommandLine;
using System.Net;
using Ordo.Foundation.Modules;
using Ordo.Server.DataFolders;
using Ordo.Storage;

namespace Ordo.Server.Cli;

/// <summary>What the verbs share: their common options, and how a refusal is told.</summary>
public static class Verb
{
    public static Option<string> Data() => new("--data") { Description = "The data folder.", DefaultValueFactory = _ => "data", HelpName = "DIR" };

    public static Option<IPEndPoint> Http() => new("--http")
    {
        Description = "Where the console and the API listen.",
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, 8080),
        CustomParser = result =>
        {
            string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (text.Contains(':') && IPEndPoint.TryParse(text.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase), out IPEndPoint? endPoint)) return endPoint;
            result.AddError($"--http: expected ADDRESS:PORT such as 127.0.0.1:8080, found '{text}'.");
            return null;
        },
    };

    public static Option<IPAddress> Bind() => new("--bind")
    {
        Description = "Address on which the field ports listen.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = result =>
        {
            string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (IPAddress.TryParse(text == "localhost" ? "127.0.0.1" : text, out IPAddress? address)) return address;
            result.AddError($"--bind: expected an IP address such as 0.0.0.0, found '{text}'.");
            return null;
        },
    };

    public static async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("See --help.");
            return 2;
        }

        try
        {
            // No EnableDefaultExceptionHandler: an unforeseen exception should show its place.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e) when (e is DataFolderRefusedException or StartRefusedException or StoreRefusedException or SettingsRefusedException || IsUnreadableSetting(e))
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>A word where a number belongs; the framework's message has key, value and type.</summary>
    private static bool IsUnreadableSetting(Exception e) => e is InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" };
}

/// <summary>The server cannot start or a verb cannot be done; the message says why and what to do.</summary>
public sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
