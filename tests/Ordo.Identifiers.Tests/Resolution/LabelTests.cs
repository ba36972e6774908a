using System.Xml.Linq;
using Ordo.Identifiers.Resolution;

namespace Ordo.Identifiers.Tests.Resolution;

public sealed class LabelTests
{
    [Theory]
    [InlineData("http://id.example.cn", "88.999.1/SN1", "http://id.example.cn/id/88.999.1/SN1")]
    [InlineData("https://id.example.cn/park/", "88.999.1/a/b c", "https://id.example.cn/park/id/88.999.1/a/b%20c")]
    [InlineData("https://id.example.cn", "88.999.1/阀门+1", "https://id.example.cn/id/88.999.1/%E9%98%80%E9%97%A8%2B1")]
    public void The_code_leads_to_the_page_of_the_handle(string server, string handle, string address) => Assert.Equal(address, Label.AddressOf(new(server), handle));

    [Fact]
    public void The_drawing_has_the_three_corners_of_a_QR_code_and_a_quiet_zone()
    {
        XElement svg = XElement.Parse(Label.Draw("http://id.example.cn/id/88.999.1/SN1")!);
        int size = int.Parse(svg.Attribute("viewBox")!.Value.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture), last = size - 11;
        string path = svg.Elements().Last().Attribute("d")!.Value;
        // Four modules of quiet zone, then the upper edges of the corner squares, each seven modules.
        Assert.StartsWith("M4 4h7v1h-7z", path, StringComparison.Ordinal);
        Assert.Contains($"M{last} 4h7v1h-7z", path, StringComparison.Ordinal);
        Assert.Contains($"M4 {last}h7v1h-7z", path, StringComparison.Ordinal);
        Assert.Equal(1, (size - 8 - 17) % 4 == 0 ? 1 : 0);
    }

    [Fact]
    public void What_is_too_long_for_a_code_has_none() => Assert.Null(Label.Draw(new string('阀', 2000)));
}
