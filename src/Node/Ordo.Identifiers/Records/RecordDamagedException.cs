namespace Ordo.Identifiers.Records;

/// <summary>A record is not on disk as it was written. Nothing of it is given out, and nobody may change it: who may is said in the record itself.</summary>
internal sealed class RecordDamagedException(string message) : Exception(message);
