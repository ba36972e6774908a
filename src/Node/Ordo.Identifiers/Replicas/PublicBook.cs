using System.Collections.Frozen;
using System.Text.Json;
using Ordo.Identifiers.Enterprises;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Templates;

namespace Ordo.Identifiers.Replicas;

/// <param name="Content">Its public fields.</param>
public sealed record PublicTemplate(string Code, int Edition, string NameZh, string NameEn, TemplateContent Content);

/// <param name="Prefixes">That it has, whatever their state: whether they answer stands in the log.</param>
public sealed record PublicEnterprise(string NameZh, string NameEn, IReadOnlyList<string> Prefixes, IReadOnlyList<PublicTemplate> Templates);

/// <summary>What pages behind codes need beside the records: whose a prefix is, and what the public fields of a template are called.</summary>
public sealed record PublicBook(IReadOnlyList<PublicEnterprise> Enterprises)
{
    internal static PublicBook Of(NodeSnapshot snapshot)
    {
        ILookup<long, string> prefixes = snapshot.Prefixes.ToLookup(prefix => prefix.Enterprise.Id, prefix => prefix.Name);
        return new(
        [
            .. snapshot.Enterprises.Where(enterprise => prefixes.Contains(enterprise.Id)).Select(enterprise => new PublicEnterprise(
                enterprise.NameZh, enterprise.NameEn, [.. prefixes[enterprise.Id]],
                [.. enterprise.Templates.Values.OrderBy(template => template.Key, StringComparer.Ordinal).Select(template => new PublicTemplate(
                    template.Code, template.Edition, template.NameZh, template.NameEn, template.Content with { Fields = [.. template.Content.Fields.Where(field => field.Visibility == FieldVisibility.Public)] }))])),
        ]);
    }

    internal NodeSnapshot ToSnapshot()
    {
        EnterpriseEntry[] enterprises =
        [
            .. Enterprises.Select((enterprise, number) => new EnterpriseEntry(
                number, 0, "", enterprise.NameZh, enterprise.NameEn, "", EnterpriseState.Approved,
                enterprise.Templates.Select(template => new Template(0, number, template.Code, template.Edition, template.NameZh, template.NameEn, template.Content, true)).ToFrozenDictionary(template => template.Key, StringComparer.Ordinal),
                FrozenSet<long>.Empty)),
        ];
        return new(enterprises, [.. Enterprises.SelectMany((enterprise, number) => enterprise.Prefixes.Select(name => new PrefixEntry(0, name, PrefixState.Allotted, 0, null, enterprises[number])))]);
    }
}

/// <summary>A primary's book as a replica has it, in a file, so that it has it without its primary too.</summary>
internal sealed class PublicBookCopy
{
    private readonly string path;
    private NodeSnapshot? snapshot;
    private byte[] bytes = [];

    public PublicBookCopy(string folder)
    {
        path = Path.Combine(folder, "public-book.json");
        if (!File.Exists(path)) return;
        try
        {
            Take(File.ReadAllBytes(path));
        }
        catch (JsonException)
        {
            // Half a file of a power failure; the primary has it whole.
        }
    }

    /// <summary>Empty until there is one.</summary>
    public NodeSnapshot Current => Volatile.Read(ref snapshot) ?? new([], []);

    /// <exception cref="JsonException">It is no book.</exception>
    public async Task SetAsync(byte[] book, CancellationToken cancellation)
    {
        if (book.AsSpan().SequenceEqual(bytes)) return;
        Take(book);
        await File.WriteAllBytesAsync(path + ".part", book, cancellation);
        File.Move(path + ".part", path, overwrite: true);
    }

    private void Take(byte[] book)
    {
        NodeSnapshot read = (JsonSerializer.Deserialize<PublicBook>(book, TemplateContent.Json) ?? throw new JsonException("null")).ToSnapshot();
        bytes = book;
        Volatile.Write(ref snapshot, read);
    }
}
