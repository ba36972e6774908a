using System.Security.Cryptography;
using System.Text;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Mimics;

/// <summary>Keeps mimic diagrams. Whatever way a drawing comes, it is cleaned here before it is stored.</summary>
public sealed class MimicDesk(OrdoDbContext database)
{
    /// <exception cref="Foundation.Http.ProblemException">The drawing or a binding is refused, with element and line.</exception>
    public async Task<Mimic> AddAsync(MimicDraft draft, Caller caller, CancellationToken cancellation = default)
    {
        var mimic = new Mimic { Name = "", Svg = "", Checksum = "", Bindings = "" };
        await ApplyAsync(mimic, draft, caller, cancellation);
        database.Add(mimic);
        await database.SaveChangesAsync(cancellation);
        return mimic;
    }

    /// <exception cref="Foundation.Http.ProblemException">The drawing or a binding is refused, with element and line.</exception>
    public async Task ChangeAsync(Mimic mimic, MimicDraft draft, Caller caller, CancellationToken cancellation = default)
    {
        await ApplyAsync(mimic, draft, caller, cancellation);
        mimic.Version++;
        await database.SaveChangesAsync(cancellation);
    }

    private async Task ApplyAsync(Mimic mimic, MimicDraft draft, Caller caller, CancellationToken cancellation)
    {
        var (clean, faults) = SvgCleaner.Clean(draft.Svg);
        faults.CheckText("name", draft.Name, Mimic.MaxNameLength, required: true);
        if (clean is not null) faults.AddRange(MimicRules.Judge(draft.Bindings, clean.Elements));
        (_, Fault? place) = await database.PlaceAsync(draft.AssetId, Permissions.WriteReports, caller, cancellation);
        if (place is { } fault) faults.Add(fault);
        faults.ThrowIfAny();
        (mimic.Name, mimic.AssetId, mimic.Svg, mimic.Bindings) = (draft.Name.Trim(), draft.AssetId, clean!.Svg, JsonText.Of(draft.Bindings));
        mimic.Checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mimic.Svg)));
    }
}
