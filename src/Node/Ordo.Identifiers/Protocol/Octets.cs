using System.Text;

namespace Ordo.Identifiers.Protocol;

/// <summary>
/// A run of bytes of a message: a handle, a type, data. Compared by content. It points into the message it was read from, so whoever keeps it longer
/// than the message's buffer copies it.
/// </summary>
internal readonly struct Octets(ReadOnlyMemory<byte> memory) : IEquatable<Octets>
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Octets Empty => default;

    public ReadOnlyMemory<byte> Memory { get; } = memory;

    public ReadOnlySpan<byte> Span => Memory.Span;

    public int Length => Memory.Length;

    public static implicit operator Octets(string text) => new(Strict.GetBytes(text));

    public static implicit operator Octets(byte[] bytes) => new(bytes);

    /// <summary>The text, or <c>null</c> when the bytes are not UTF-8.</summary>
    public string? AsText() => System.Text.Unicode.Utf8.IsValid(Span) ? Encoding.UTF8.GetString(Span) : null;

    public Octets Copy() => new(Memory.ToArray());

    public bool Equals(Octets other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is Octets other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public override string ToString() => AsText() ?? Convert.ToHexStringLower(Span);
}
