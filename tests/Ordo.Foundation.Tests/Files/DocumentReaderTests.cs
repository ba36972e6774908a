using System.Text;
using Ordo.Foundation.Files;

namespace Ordo.Foundation.Tests.Files;

public sealed class DocumentReaderTests
{
    [Theory]
    [InlineData("%PDF-1.7\n1 0 obj\n%%EOF\n", "application/pdf")]
    [InlineData("%PDF-2.0\nx\n%%EOF", "application/pdf")]
    [InlineData("%PDF-1.7\n1 0 obj\n", null)] // cut off
    [InlineData("%PDF-", null)]
    [InlineData("%PDF-9.9\n%%EOF", null)]
    [InlineData("<html>%PDF-1.7 %%EOF</html>", null)]
    [InlineData("MZ\u0090", null)]
    [InlineData("", null)]
    public void A_document_is_known_by_its_bytes(string content, string? type) => Assert.Equal(type, DocumentReader.TypeOf(Encoding.Latin1.GetBytes(content)));

    [Fact]
    public void The_end_mark_stands_in_the_last_kilobyte() =>
        Assert.Null(DocumentReader.TypeOf(Encoding.ASCII.GetBytes("%PDF-1.7\n%%EOF\n" + new string(' ', 1100))));
}
