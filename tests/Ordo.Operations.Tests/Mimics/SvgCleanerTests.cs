using System.Text;
using Ordo.Operations.Mimics;

namespace Ordo.Operations.Tests.Mimics;

public sealed class SvgCleanerTests
{
    private const string Head = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 100 50\">\n";

    [Theory]
    [InlineData("<script>alert(1)</script>", "<script>")]
    [InlineData("<SCRIPT/>", "<SCRIPT>")]
    [InlineData("<g><foreignObject><b xmlns=\"http://www.w3.org/1999/xhtml\">x</b></foreignObject></g>", "<foreignObject>")]
    [InlineData("<iframe xmlns=\"http://www.w3.org/1999/xhtml\" src=\"x\"/>", "<iframe>")]
    [InlineData("<script xmlns=\"\">1</script>", "<script>")]
    [InlineData("<a href=\"#x\"><text>x</text></a>", "<a>")]
    [InlineData("<rect onclick=\"x()\"/>", "onclick")]
    [InlineData("<rect OnLoad=\"x()\"/>", "OnLoad")]
    [InlineData("<use href=\"https://elsewhere.example/s.svg#x\"/>", "<use>")]
    [InlineData("<use xlink:href=\"//elsewhere.example/s.svg#x\"/>", "<use>")]
    [InlineData("<image href=\"/api/v1/auth/logout\"/>", "<image>")]
    [InlineData("<image href=\"data:image/svg+xml;base64,AAAA\"/>", "<image>")]
    [InlineData("<image href=\" java\tscript:alert(1)\"/>", "<image>")]
    [InlineData("<rect fill=\"url(https://elsewhere.example/#p)\"/>", "fill")]
    [InlineData("<rect style=\"fill:url( 'https://elsewhere.example/#p')\"/>", "style")]
    [InlineData("<rect style=\"background:image-set('https://elsewhere.example/x.png' 1x)\"/>", "image-set()")]
    [InlineData("<rect fill=\"u\\72l(https://elsewhere.example)\"/>", "fill")]
    [InlineData("<style>@import 'https://elsewhere.example/x.css';</style>", "@import")]
    [InlineData("<style>@/**/import 'x';</style>", "<style>")]
    [InlineData("<style>.a{fill:url(//elsewhere.example)}</style>", "<style>")]
    [InlineData("<style>:host{position:fixed}</style>", ":host")]
    [InlineData("<set attributeName=\"href\" to=\"javascript:x\"/>", "<set>")]
    [InlineData("<g xml:base=\"https://elsewhere.example/\"/>", "base")]
    [InlineData("<svg/>", "<svg>")]
    [InlineData("<blink/>", "<blink>")]
    [InlineData("<g id=\"a\"/><g id=\"a\"/>", "'a'")]
    [InlineData("<g id=\"a b\"/>", "id")]
    [InlineData("<g id=\"a\"><use href=\"#a\"/></g>", "<g>")]
    public void What_could_run_or_lead_outside_is_refused_with_its_element_and_line(string inside, string named)
    {
        var (clean, faults) = SvgCleaner.Clean(Head + inside + "</svg>");
        Assert.Null(clean);
        Assert.Contains(faults, fault => fault.Field == "svg" && fault.Reason.En.Contains(named, StringComparison.Ordinal) && fault.Reason.En.StartsWith("Line 2 ", StringComparison.Ordinal) && fault.Reason.Zh.StartsWith("第 2 行", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">", "!DOCTYPE")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;&a;\">]>", "!DOCTYPE")]
    [InlineData("<?xml-stylesheet href=\"https://elsewhere.example/x.css\"?>", "?xml-stylesheet")]
    public void What_XML_itself_would_fetch_or_expand_is_refused(string before, string named)
    {
        var (clean, faults) = SvgCleaner.Clean("<?xml version=\"1.0\"?>\n" + before + "\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>");
        Assert.Null(clean);
        Assert.Contains($"Line 2 <{named}>", Assert.Single(faults).Reason.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no drawing")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><g></svg>")]
    [InlineData("<svg viewBox=\"0 0 1 1\"/>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 NaN 1\"/>")]
    [InlineData("<html xmlns=\"http://www.w3.org/1999/xhtml\"/>")]
    public void What_is_no_drawing_is_refused_in_words(string text)
    {
        var (clean, faults) = SvgCleaner.Clean(text);
        Assert.Null(clean);
        Assert.NotEmpty(faults);
    }

    [Fact]
    public void A_few_lines_that_would_draw_billions_are_refused()
    {
        var text = new StringBuilder(Head).Append("<g id=\"l0\"><rect/></g>");
        for (int i = 1; i <= 12; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"<g id=\"l{i}\">");
            for (int j = 0; j < 10; j++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"<use href=\"#l{i - 1}\"/>");
            text.Append("</g>");
        }
        Assert.Null(SvgCleaner.Clean(text.Append("</svg>").ToString()).Clean);
        Assert.Null(SvgCleaner.Clean(Head + string.Concat(Enumerable.Repeat("<g>", 100_000))).Clean);
        Assert.Null(SvgCleaner.Clean(Head + string.Concat(Enumerable.Repeat("<g/>", SvgCleaner.MaxElements)) + "</svg>").Clean);
        Assert.Null(SvgCleaner.Clean(Head + new string(' ', SvgCleaner.MaxLength) + "</svg>").Clean);
    }

    [Fact]
    public void A_drawing_of_an_editor_is_taken_without_what_the_editor_wrote_for_itself()
    {
        const string drawing = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- made by an editor -->
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="200px" height="100" onfocus2="">
              <metadata><x xmlns="http://purl.org/dc/elements/1.1/">y</x></metadata>
              <inkscape:page/>
              <defs><linearGradient id="grad"><stop offset="0" style="stop-color:rgb(1,2,3)"/></linearGradient></defs>
              <style>@media print { .a { fill: url(#grad) } }</style>
              <g inkscape:label="泵" data-name="pump"><path d="M0 0C 1 2 3 4 5 6" class="a" transform="matrix(1 0 0 1 2 3)"/><use xlink:href="#泵1"/></g>
              <g id="泵1"><image href="data:image/png;base64,iVBORw0KGgo="/></g>
              <text>A &lt; B</text>
            </svg>
            """;
        var (clean, faults) = SvgCleaner.Clean(drawing.Replace(" onfocus2=\"\"", "", StringComparison.Ordinal));
        Assert.Empty(faults);
        string svg = clean!.Svg;
        Assert.StartsWith("<svg ", svg, StringComparison.Ordinal);
        Assert.Contains("viewBox=\"0 0 200 100\"", svg, StringComparison.Ordinal);
        foreach (string gone in (string[])["inkscape", "metadata", "data-name", "xlink", "made by", "width="]) Assert.DoesNotContain(gone, svg, StringComparison.Ordinal);
        Assert.Contains("href=\"#泵1\"", svg, StringComparison.Ordinal);
        Assert.Equal(["g", "g", "image", "path", "text", "use"], clean.Elements.Values.Order(StringComparer.Ordinal));
        Assert.Equal("g", clean.Elements["泵1"]);

        // What is clean stays as it is: a drawing that is loaded and saved again keeps its ids and with them its bindings.
        Assert.Equal(svg, SvgCleaner.Clean(svg).Clean!.Svg);
    }
}
