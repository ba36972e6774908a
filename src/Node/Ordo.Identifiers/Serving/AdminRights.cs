using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// Who may do what with a record: what its HS_ADMIN values, and those of its prefix, say of an identity, directly or through groups. Administrators of the server, whom its settings name, may
/// everything, and alone take prefixes home (notes, 7.4).
/// </summary>
internal sealed class AdminRights(HandleStore store, IdentifiersOptions options)
{
    private const int MaxGroupDepth = 5, MaxGroupReads = 1000;
    private const AdminPermissions Everything = (AdminPermissions)0x0fff;
    private readonly ValueReference[] administrators = [.. options.AdministratorIdentities];

    public bool IsServerAdministrator(ValueReference identity) => administrators.Any(administrator => administrator.Is(identity));

    /// <summary>Whether an identity may list the handles of a prefix.</summary>
    /// <param name="prefix">Without <c>0.NA/</c>.</param>
    public bool MayList(ReadOnlySpan<byte> prefix, ValueReference identity) =>
        IsServerAdministrator(identity) || (store.Find((byte[])[.. HandleText.PrefixHandles, .. prefix]) is { } record && Of(identity, record.Values).HasFlag(AdminPermissions.ListHandles));

    /// <summary>What the HS_ADMIN values of a record let an identity do.</summary>
    public AdminPermissions Of(ValueReference identity, IReadOnlyList<HandleValue> values)
    {
        if (IsServerAdministrator(identity)) return Everything;
        AdminPermissions rights = AdminPermissions.None;
        int reads = MaxGroupReads;
        foreach (HandleValue value in values)
            if (value.Type.Is(ValueTypes.Admin) && AdminData.Read(value.Data.Memory) is { } admin && Names(new(admin.Handle, admin.Index), identity, 0, ref reads)) rights |= admin.Permissions;
        return rights;
    }

    /// <summary>Why somebody may not do it, by the rights of the note; <c>null</c> when they may.</summary>
    /// <param name="after">What the record would be.</param>
    public ResponseCode? Refusal(OpCode operation, Octets handle, StoredRecord? old, IReadOnlyList<HandleValue>? after, ValueReference identity)
    {
        if (IsServerAdministrator(identity)) return null;
        bool isPrefix = HandleText.IsPrefixHandle(handle.Span);
        if (old is null) return MayCreate(handle, identity) ? null : ResponseCode.NotAuthorized;
        AdminPermissions rights = Of(identity, old.Values);
        AdminPermissions delete = isPrefix ? AdminPermissions.DeleteDerivedPrefix : AdminPermissions.DeleteHandle;
        if (operation == OpCode.DeleteHandle) return rights.HasFlag(delete) ? null : ResponseCode.NotAuthorized;
        (AdminPermissions needed, bool writable) = NeededFor(old.Values, after ?? []);
        bool mayReplace = operation == OpCode.CreateHandle && (rights.HasFlag(AdminPermissions.AddAdmin) || (rights.HasFlag(delete) && MayCreate(handle, identity)));
        if ((rights & needed) != needed && !mayReplace) return ResponseCode.NotAuthorized;
        return writable || mayReplace ? null : ResponseCode.InsufficientPermission;
    }

    /// <summary>The rights that the difference between two records needs, and whether every value that goes or changes may be written.</summary>
    private static (AdminPermissions Needed, bool Writable) NeededFor(IReadOnlyList<HandleValue> before, IReadOnlyList<HandleValue> after)
    {
        AdminPermissions needed = AdminPermissions.None;
        bool writable = true;
        foreach (HandleValue old in before)
        {
            HandleValue? left = after.FirstOrDefault(value => value.Index == old.Index);
            if (left is not null && left with { Timestamp = old.Timestamp } is var same && Equal(same, old)) continue;
            bool admin = old.Type.Is(ValueTypes.Admin) || left?.Type.Is(ValueTypes.Admin) is true;
            needed |= left is null ? (admin ? AdminPermissions.RemoveAdmin : AdminPermissions.RemoveValue) : admin ? AdminPermissions.ModifyAdmin : AdminPermissions.ModifyValue;
            writable &= (old.Permissions & (ValuePermissions.AdminWrite | ValuePermissions.PublicWrite)) != 0;
        }

        foreach (HandleValue added in after)
            if (before.All(value => value.Index != added.Index)) needed |= added.Type.Is(ValueTypes.Admin) ? AdminPermissions.AddAdmin : AdminPermissions.AddValue;
        return (needed, writable);

        static bool Equal(HandleValue left, HandleValue right) => left.TtlType == right.TtlType && left.Ttl == right.Ttl && left.Permissions == right.Permissions && left.Type.Equals(right.Type)
            && left.Data.Equals(right.Data) && left.References.SequenceEqual(right.References);
    }

    private bool MayCreate(Octets handle, ValueReference identity)
    {
        ReadOnlySpan<byte> prefix = HandleText.HomeOf(handle.Span);
        AdminPermissions needed = AdminPermissions.AddHandle;
        if (HandleText.IsPrefixHandle(handle.Span))
        {
            int dot = prefix.LastIndexOf((byte)'.');
            if (dot < 0) return false;
            prefix = prefix[..dot];
            needed = AdminPermissions.AddDerivedPrefix;
        }

        return store.Find((byte[])[.. HandleText.PrefixHandles, .. prefix]) is { } record && Of(identity, record.Values).HasFlag(needed);
    }

    /// <summary>Whether a reference is an identity, or a group with it inside. Groups in groups are read to a depth, and only so many in all: they may be circles.</summary>
    private bool Names(ValueReference reference, ValueReference identity, int depth, ref int reads)
    {
        if (HandleText.EqualsFolded(reference.Handle.Span, identity.Handle.Span) && (reference.Index == identity.Index || reference.Index == 0)) return true;
        if (depth >= MaxGroupDepth || reads-- <= 0) return false;
        if (store.Find(reference.Handle)?.Values.FirstOrDefault(value => value.Index == reference.Index && value.Type.Is(ValueTypes.List)) is not { } group || ListData.Read(group.Data.Memory) is not { } list) return false;
        foreach (ValueReference member in list.Members)
            if (Names(member, identity, depth + 1, ref reads)) return true;
        return false;
    }
}
