using System.Buffers;

namespace Ordo.Perception.Gateways.LineProtocol;

internal enum LineEnd
{
    /// <summary>The line may go on behind the bytes at hand.</summary>
    NeedMore,

    Found,

    /// <summary>A text ends in the middle of a field: the quotes cannot be trusted, so neither can line feeds "inside" them.</summary>
    BrokenQuotes,
}

/// <summary>
/// Finds the line feed that ends a line, which is not the first one when a text in quotes holds line feeds of its own.
/// Remembers how far it came, so that a line that arrives byte by byte is still read only once.
/// </summary>
internal struct LineEndScanner
{
    private static readonly SearchValues<byte> NameStops = SearchValues.Create(" \n"u8);
    private static readonly SearchValues<byte> FieldStops = SearchValues.Create(" \n=\""u8);
    private static readonly SearchValues<byte> TextStops = SearchValues.Create("\\\""u8);

    private Section section;

    private enum Section : byte
    {
        Start,
        Name,
        BeforeFields,
        Fields,
        Text,
        BehindText,

        /// <summary>A comment or a timestamp: no quotes, to the line feed.</summary>
        Rest,
    }

    /// <summary>How many bytes of the line are read; when the end is found, the offset of its line feed.</summary>
    public int Position { get; private set; }

    /// <param name="line">From the first byte of the line on; the bytes before <see cref="Position"/> unchanged since the last call.</param>
    public LineEnd Scan(ReadOnlySpan<byte> line)
    {
        while (Position < line.Length)
        {
            ReadOnlySpan<byte> rest = line[Position..];
            byte first = rest[0];
            switch (section)
            {
                case Section.Start:
                    if (first == '\n') return LineEnd.Found;
                    if (first == ' ') Position++;
                    else section = first == '#' ? Section.Rest : Section.Name;
                    break;

                case Section.Name:
                    if (!MoveTo(NameStops, rest)) return LineEnd.NeedMore;
                    if (line[Position] == '\n') return LineEnd.Found;
                    if (!IsEscaped(line)) section = Section.BeforeFields;
                    Position++;
                    break;

                case Section.BeforeFields:
                    if (first == ' ') Position++;
                    else section = Section.Fields;
                    break;

                case Section.Fields:
                    if (!MoveTo(FieldStops, rest)) return LineEnd.NeedMore;
                    byte stop = line[Position];
                    if (stop == '\n') return LineEnd.Found;
                    bool escaped = IsEscaped(line);
                    if (stop == ' ' && !escaped) section = Section.Rest;
                    else if (stop == '"' && line[Position - 1] == '=' && !IsEscaped(line, Position - 1)) section = Section.Text;
                    Position++;
                    break;

                case Section.Text:
                    if (!MoveTo(TextStops, rest)) return LineEnd.NeedMore;
                    if (line[Position] == '"')
                    {
                        section = Section.BehindText;
                        Position++;
                        break;
                    }
                    if (Position + 1 == line.Length) return LineEnd.NeedMore;
                    Position += 2;
                    break;

                case Section.BehindText:
                    if (first is not ((byte)',' or (byte)' ' or (byte)'\n' or (byte)'\r')) return LineEnd.BrokenQuotes;
                    section = Section.Fields;
                    break;

                case Section.Rest:
                    int end = rest.IndexOf((byte)'\n');
                    Position = end < 0 ? line.Length : Position + end;
                    return end < 0 ? LineEnd.NeedMore : LineEnd.Found;
            }
        }
        return LineEnd.NeedMore;
    }

    /// <summary>What the line is when nothing follows the bytes at hand.</summary>
    public readonly LineEnd AtEndOfBody => section == Section.Text ? LineEnd.BrokenQuotes : LineEnd.Found;

    private bool MoveTo(SearchValues<byte> stops, ReadOnlySpan<byte> rest)
    {
        int found = rest.IndexOfAny(stops);
        Position += found < 0 ? rest.Length : found;
        return found >= 0;
    }

    private readonly bool IsEscaped(ReadOnlySpan<byte> line) => IsEscaped(line, Position);

    private static bool IsEscaped(ReadOnlySpan<byte> line, int at) => at > 0 && line[at - 1] == '\\';
}
