namespace Ordo.Perception.Tests.Gateways;

/// <summary>One stored value, by names.</summary>
internal readonly record struct Stored(string Source, string Channel, long TimeMs, double Value);
