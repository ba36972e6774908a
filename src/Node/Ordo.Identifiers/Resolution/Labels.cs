using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Serving;
using QRCoder;

namespace Ordo.Identifiers.Resolution;

/// <summary><c>/api/v1/identifiers/label</c>: the QR code of an identifier, which leads to its page.</summary>
internal static class LabelEndpoints
{
    public static void MapLabels(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/identifiers/label", Get).WithName("GetIdentifierLabel").WithTags("Identifier codes").RequireAuthorization(Permissions.ReadIdentifiers).Produces<Stream>(200, "image/svg+xml").ProducesProblem(404);

    private static async Task<ContentHttpResult> Get(string handle, LabelDesk desk, HttpRequest request, CancellationToken cancellation) =>
        TypedResults.Content(await desk.DrawAsync(handle, new($"{request.Scheme}://{request.Host}"), cancellation), "image/svg+xml", Encoding.UTF8);
}

internal sealed class LabelDesk(RegistrationDesk desk, IdentifiersOptions options)
{
    /// <param name="server">Where the label was asked for.</param>
    public async Task<string> DrawAsync(string handle, Uri server, CancellationToken cancellation)
    {
        IdentifierDetail detail = await desk.ShowAsync(handle, cancellation);
        string address = Label.AddressOf(options.PublicUrl ?? server, detail.Identifier.Handle);
        return Label.Draw(address) ?? throw new ProblemException(Problems.Conflict("label-too-long", new("标识过长，二维码放不下。", "The identifier is too long for a QR code.")));
    }
}

/// <summary>QR codes (GB/T 18284) of error correction M, as an SVG of one path.</summary>
internal static class Label
{
    /// <summary>The address of the page: the handle percent-encoded, its "/" kept.</summary>
    public static string AddressOf(Uri server, string handle) =>
        $"{server.GetLeftPart(UriPartial.Path).TrimEnd('/')}/id/{string.Join('/', handle.Split('/').Select(Uri.EscapeDataString))}";

    /// <returns><c>null</c> when the text is too long for the largest code.</returns>
    public static string? Draw(string text)
    {
        QRCodeData data;
        try
        {
            data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M, forceUtf8: false, utf8BOM: false, QRCodeGenerator.EciMode.Default, requestedVersion: -1);
        }
        catch (QRCoder.Exceptions.DataTooLongException)
        {
            return null;
        }

        using (data)
        {
            int size = data.ModuleMatrix.Count;
            var path = new StringBuilder();
            for (int y = 0; y < size; y++)
            {
                for (int x = 0; x < size; x++)
                {
                    if (!data.ModuleMatrix[y][x]) continue;
                    int begin = x;
                    while (x + 1 < size && data.ModuleMatrix[y][x + 1]) x++;
                    path.Append(CultureInfo.InvariantCulture, $"M{begin} {y}h{x + 1 - begin}v1h-{x + 1 - begin}z");
                }
            }

            return $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>""";
        }
    }
}
