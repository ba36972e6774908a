using System.Globalization;

namespace Ordo.Foundation.Telemetry;

/// <summary>What a sample is worth (数据质量). The order is stored on disk: never renumber.</summary>
public enum QualityStatus : byte
{
    /// <summary>Measured by a working instrument.</summary>
    Good = 0,

    /// <summary>Stored, but kept out of figures that must be compliant: no flag given, estimated, future or doubtful time.</summary>
    Uncertain = 1,

    /// <summary>Not a measurement of the process: fault, maintenance, calibration, no communication.</summary>
    Bad = 2,
}

/// <summary>
/// Quality of one sample: status and the flag of the protocol that brought it (HJ 212 <c>N F M S D C T B</c>).
/// Two bytes on disk: low byte status, high byte the flag's ASCII code or 0.
/// </summary>
public readonly record struct SampleQuality(ushort Raw)
{
    public static readonly SampleQuality Good;
    public static readonly SampleQuality Uncertain = new(QualityStatus.Uncertain);
    public static readonly SampleQuality Bad = new(QualityStatus.Bad);

    /// <param name="status">What the sample is worth.</param>
    /// <param name="flag">The protocol's own flag, printable ASCII, or <c>'\0'</c> when there is none.</param>
    public SampleQuality(QualityStatus status, char flag = '\0')
        : this((ushort)((byte)status | ((flag & 0x7F) << 8)))
    {
    }

    public QualityStatus Status => (QualityStatus)(Raw & 0x0F);

    /// <summary>The protocol's own flag, or <c>'\0'</c>.</summary>
    public char Flag => (char)(Raw >> 8);

    public bool IsGood => (Raw & 0x0F) == 0;

    /// <summary><c>good</c>, <c>uncertain</c> or <c>bad</c>, with the protocol's flag behind a colon where there is one: <c>bad:D</c>.</summary>
    public override string ToString()
    {
        string status = Status switch
        {
            QualityStatus.Good => "good",
            QualityStatus.Uncertain => "uncertain",
            _ => "bad",
        };
        return Flag == '\0' ? status : string.Create(CultureInfo.InvariantCulture, $"{status}:{Flag}");
    }
}
