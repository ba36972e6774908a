namespace Ordo.Identifiers.Protocol;

/// <summary>Version of the protocol. 5.0 was sent by mistake by very old clients and ranks below 2.1.</summary>
internal readonly record struct ProtocolVersion(byte Major, byte Minor) : IComparable<ProtocolVersion>
{
    /// <summary>The newest version, which this node speaks.</summary>
    public static readonly ProtocolVersion Newest = new(2, 11);

    private int Rank => Major == 5 ? 200 : Major * 100 + Minor;

    public int CompareTo(ProtocolVersion other) => Rank.CompareTo(other.Rank);

    public bool AtLeast(byte major, byte minor) => CompareTo(new(major, minor)) >= 0;

    public override string ToString() => $"{Major}.{Minor}";
}
