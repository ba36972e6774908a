using System.CommandLine;
using System.Net;

namespace Ordo.Server.Cli;

/// <summary><c>ordo server</c>: an empty server, or one with the data of an earlier run.</summary>
public static class ServerVerb
{
    public static Command Create()
    {
        var command = new Command("server", "Run the server.");
        Func<ParseResult, ServerSettings> settings = AddOptions(command);
        var only = new Option<string?>("--only") { Description = "Run one room without the others: identifiers.", HelpName = "ROOM" };
        only.AcceptOnlyFromAmong([.. Modules.Alone]);
        command.Options.Add(only);
        command.SetAction((parsed, cancellation) => ServerApp.RunAsync(settings(parsed) with { Only = parsed.GetValue(only) }, started: null, cancellation));
        return command;
    }

    /// <summary>The options of every verb that runs a server, and how to read them.</summary>
    public static Func<ParseResult, ServerSettings> AddOptions(Command command)
    {
        Option<string> data = Verb.Data();
        Option<IPEndPoint> http = Verb.Http();
        Option<IPAddress> bind = Verb.Bind();
        var web = new Option<string?>("--web") { Description = "The built console.", HelpName = "DIR" };
        var set = new Option<string[]>("--set") { Description = "A setting, Section:Key=value; may be repeated and wins over files and environment.", HelpName = "SETTING", DefaultValueFactory = _ => [] };
        foreach (Option option in (Option[])[data, http, bind, web, set]) command.Options.Add(option);
        var defaults = new ServerSettings();
        return parsed => new ServerSettings
        {
            Data = parsed.GetRequiredValue(data),
            Http = parsed.GetRequiredValue(http),
            Bind = parsed.GetRequiredValue(bind),
            Web = parsed.GetValue(web) ?? defaults.Web,
            Set = parsed.GetRequiredValue(set),
        };
    }
}
