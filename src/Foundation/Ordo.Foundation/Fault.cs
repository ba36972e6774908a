namespace Ordo.Foundation;

/// <summary>One thing that is wrong with what somebody sent.</summary>
/// <param name="Field">Where: the JSON member (<c>attributes.creditCode</c>, <c>geometry.coordinates[0][3]</c>) or the column of a sheet.</param>
/// <param name="Reason">What is expected and what was found, in both languages.</param>
public readonly record struct Fault(string Field, Text Reason)
{
    public Fault(string field, string zh, string en)
        : this(field, new Text(zh, en))
    {
    }
}
