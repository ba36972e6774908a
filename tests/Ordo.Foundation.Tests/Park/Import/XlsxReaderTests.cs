using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ordo.Foundation.Park.Import;

namespace Ordo.Foundation.Tests.Park.Import;

public class XlsxReaderTests
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    [Fact]
    public void Cells_are_read_as_the_user_sees_them()
    {
        const string sheet = $"""
            <worksheet xmlns="{Main}"><sheetData>
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
            <row r="3"><c r="A3"><v>0.10000000000000001</v></c><c r="C3"><v>1001</v></c><c r="D3" s="1"><v>42064</v></c><c r="E3" s="2"><v>42064.5</v></c>
            <c r="F3" t="b"><v>1</v></c><c r="G3" t="inlineStr"><is><r><t> in</t></r><r><t>line </t></r></is></c><c r="H3" t="str"><f>1+1</f><v>two</v></c><c r="I3"/></row>
            <row><c><v>1E-05</v></c><c><v>4</v></c></row>
            <row r="9"><c r="A9"/></row>
            </sheetData></worksheet>
            """;
        const string texts = $"""<sst xmlns="{Main}"><si><t>编码</t></si><si><r><t>名</t></r><rPh sb="0" eb="1"><t>ming</t></rPh><r><t>称</t></r></si></sst>""";
        const string styles = $"""
            <styleSheet xmlns="{Main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>
            <cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>
            """;
        using var reader = new XlsxReader(Workbook(sheet, texts, styles));
        SheetRow[] rows = [.. reader.Rows(Assert.Single(reader.Sheets()).Id)];
        Assert.Equal([1, 3, 4], rows.Select(row => row.Number));
        Assert.Equal(["编码", "名称"], rows[0].Cells);
        Assert.Equal(["0.1", "", "1001", "2015-03-01", "2015-03-01T12:00:00", "true", "inline", "two", ""], rows[1].Cells);
        Assert.Equal(["1E-05", "4"], rows[2].Cells);
    }

    [Fact]
    public void What_was_written_is_read_again() => Prop.ForAll(
        Gen.NonEmptyListOf(Gen.NonEmptyListOf(ArbMap.Default.GeneratorFor<string>().Select(Clean))).ToArbitrary(),
        rows =>
        {
            using var file = new MemoryStream();
            using (var writer = new XlsxWriter(file))
            {
                using XlsxWriter.SheetWriter sheet = writer.AddSheet("s", ["h"]);
                foreach (IList<string> row in rows) sheet.Write(row);
            }

            using var reader = new XlsxReader(file);
            string[] read = [.. reader.Rows(reader.Sheets()[0].Id).Skip(1).Select(row => string.Join('|', row.Cells).TrimEnd('|'))];
            return read.SequenceEqual(rows.Select(row => string.Join('|', row).TrimEnd('|')).Where(row => row.Length > 0));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("<worksheet")]
    [InlineData("""<!DOCTYPE a [<!ENTITY b "c">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>""")]
    [InlineData("""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c r="ZZZ1"><v>1</v></c></row></sheetData></worksheet>""")]
    public void A_damaged_or_hostile_sheet_is_refused(string sheet) => Assert.Throws<UnreadableFileException>(() =>
    {
        using var reader = new XlsxReader(Workbook(sheet));
        return reader.Rows(reader.Sheets()[0].Id).ToList();
    });

    [Fact]
    public void A_zip_bomb_is_refused_before_it_is_unpacked()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open();
            byte[] blanks = new byte[1 << 20];
            Array.Fill(blanks, (byte)' ');
            for (int i = 0; i < 300; i++) entry.Write(blanks);
        }

        Assert.Contains("too large", Assert.Throws<UnreadableFileException>(() => new XlsxReader(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_of_a_workbook_is_refused_or_read()
    {
        byte[] whole = Workbook($"""<worksheet xmlns="{Main}"><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>""").ToArray();
        for (int length = 0; length < whole.Length; length += 7)
        {
            using var cut = new MemoryStream(whole, 0, length);
            Assert.Throws<UnreadableFileException>(() => new XlsxReader(cut));
        }
    }

    [Fact]
    public void A_field_like_a_formula_is_guarded_and_comes_back() => Prop.ForAll(
        (from marks in Gen.Elements("", "'", "''") from start in Gen.Elements("", "=", "+", "-", "@", "-5", "+86") from rest in ArbMap.Default.GeneratorFor<string>().Select(Clean) select marks + start + rest).ToArbitrary(),
        text => CsvText.Unguard(CsvText.Guard(text)) == text && CsvText.Guard(text) is not ['=' or '@', ..]).QuickCheckThrowOnFailure();

    private static string Clean(string? text) => string.Concat((text ?? "").Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c < '\uFFFE' && c != '|')).Trim();

    private static MemoryStream Workbook(string sheet, string texts = $"""<sst xmlns="{Main}"/>""", string styles = $"""<styleSheet xmlns="{Main}"/>""")
    {
        const string office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", package = "http://schemas.openxmlformats.org/package/2006";
        const string type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "[Content_Types].xml", $"""
                <Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
                <Override PartName="/xl/workbook.xml" ContentType="{type}sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{type}worksheet+xml"/>
                <Override PartName="/xl/sharedStrings.xml" ContentType="{type}sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="{type}styles+xml"/></Types>
                """);
            Add(zip, "_rels/.rels", $"""<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            Add(zip, "xl/workbook.xml", $"""<workbook xmlns="{Main}" xmlns:r="{office}"><sheets><sheet name="assets" sheetId="1" r:id="r1"/></sheets></workbook>""");
            Add(zip, "xl/_rels/workbook.xml.rels", $"""
                <Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>
                <Relationship Id="r2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="{office}/styles" Target="styles.xml"/></Relationships>
                """);
            Add(zip, "xl/worksheets/sheet1.xml", sheet);
            Add(zip, "xl/sharedStrings.xml", texts);
            Add(zip, "xl/styles.xml", styles);
        }

        file.Position = 0;
        return file;
    }

    private static void Add(ZipArchive zip, string name, string content)
    {
        using Stream entry = zip.CreateEntry(name).Open();
        entry.Write(Encoding.UTF8.GetBytes(content));
    }
}
