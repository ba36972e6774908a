namespace Ordo.Foundation.Modules;

/// <summary>Settings that a server cannot start with; the message names each key and what it should be.</summary>
public sealed class SettingsRefusedException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
