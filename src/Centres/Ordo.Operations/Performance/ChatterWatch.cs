namespace Ordo.Operations.Performance;

/// <summary>
/// Watches one alarm for chattering (抖动: it occurs and clears three times or more within 60 s) and for fleeting occurrences (瞬时: clears by
/// itself within 10 s, without repeating like that). Takes occurrences in the order they rose. ISA-18.2.
/// </summary>
public struct ChatterWatch
{
    public const int WindowMs = 60_000, FleetingMs = 10_000;
    private Cleared older, newer;

    /// <summary>Times the alarm began to chatter; windows that overlap are one time.</summary>
    public int Episodes { readonly get; private set; }

    /// <summary>Occurrences within those episodes.</summary>
    public int InEpisodes { readonly get; private set; }

    public int Fleeting { readonly get; private set; }

    /// <param name="raisedMs">Not before that of the occurrence before.</param>
    /// <param name="lastedMs">Until its condition cleared; <c>null</c> while it holds: what has not cleared does not chatter.</param>
    public void Add(long raisedMs, long? lastedMs)
    {
        if (lastedMs is not { } lasted)
        {
            (older, newer) = (newer, default);
            return;
        }

        var now = new Cleared(raisedMs, IsThere: true, IsFleeting: lasted <= FleetingMs, IsInEpisode: false);
        if (now.IsFleeting) Fleeting++;
        if (older.IsThere && newer.IsThere && raisedMs + lasted - older.RaisedMs <= WindowMs)
        {
            if (!older.IsInEpisode && !newer.IsInEpisode) Episodes++;
            Take(ref older);
            Take(ref newer);
            Take(ref now);
        }

        (older, newer) = (newer, now);
    }

    private void Take(ref Cleared occurrence)
    {
        if (occurrence.IsInEpisode) return;
        InEpisodes++;
        if (occurrence.IsFleeting) Fleeting--; // it repeats, so it is chatter and no longer fleeting
        occurrence = occurrence with { IsInEpisode = true };
    }

    private readonly record struct Cleared(long RaisedMs, bool IsThere, bool IsFleeting, bool IsInEpisode);
}
