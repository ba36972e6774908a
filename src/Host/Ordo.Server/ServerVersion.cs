using System.Reflection;

namespace Ordo.Server;

/// <summary>The version of this server, as it was built.</summary>
public static class ServerVersion
{
    /// <summary>For example <c>0.1.0</c>.</summary>
    public static string Current { get; } =
        typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
