using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Templates;

namespace Ordo.Identifiers.Registration;

/// <summary>Where an identifier is in its life (生命周期).</summary>
public enum IdentifierState
{
    /// <summary>已注册</summary>
    Registered = 1,

    /// <summary>在用</summary>
    Active = 2,

    /// <summary>已暂停: its fields are hidden.</summary>
    Suspended = 3,

    /// <summary>已注销: for ever, and never given to another thing.</summary>
    Retired = 4,
}

/// <summary>What happens to an identifier.</summary>
public enum IdentifierAct
{
    Registered = 1,
    Changed = 2,
    Activated = 3,
    Suspended = 4,
    Resumed = 5,
    Retired = 6,
}

/// <summary>One act on an identifier, kept for ever. Those that came by file are in the job of the file.</summary>
public sealed class IdentifierEvent
{
    public long Id { get; set; }

    /// <summary>Upper case, as handles are compared.</summary>
    public string Handle { get; set; } = "";

    public IdentifierAct Act { get; set; }

    public DateTimeOffset Time { get; set; }

    public string Actor { get; set; } = "";

    public string? Remark { get; set; }
}

/// <summary>
/// How an identifier of an enterprise stands in its record: its fields from index 2000 on, the template at 1001 and the state at 1002. A field is open
/// to everybody by its public-read bit and by nothing else, so that every transport hides the same. The record of a retired identifier stays, and
/// with it the name is taken.
/// </summary>
internal static class LifeCycle
{
    public const uint TemplateIndex = 1001, StateIndex = 1002;
    private const ValuePermissions Open = ValuePermissions.AdminRead | ValuePermissions.AdminWrite | ValuePermissions.PublicRead;
    private const ValuePermissions Closed = ValuePermissions.AdminRead | ValuePermissions.AdminWrite;

    public static ReadOnlySpan<byte> TemplateType => "TEMPLATE"u8;

    public static ReadOnlySpan<byte> StateType => "STATE"u8;

    /// <returns><c>null</c> when there is no way from the one to the other.</returns>
    public static IdentifierAct? Act(IdentifierState from, IdentifierState to) => (from, to) switch
    {
        (IdentifierState.Registered, IdentifierState.Active) => IdentifierAct.Activated,
        (IdentifierState.Registered or IdentifierState.Active, IdentifierState.Suspended) => IdentifierAct.Suspended,
        (IdentifierState.Suspended, IdentifierState.Active) => IdentifierAct.Resumed,
        (not IdentifierState.Retired, IdentifierState.Retired) => IdentifierAct.Retired,
        _ => null,
    };

    /// <returns>The state, or <c>null</c> of a record that is no enterprise's identifier.</returns>
    public static IdentifierState? StateOf(IReadOnlyList<HandleValue> values) =>
        values.FirstOrDefault(value => value.Index == StateIndex && value.Type.Is(StateType))?.Data.AsText() switch
        {
            "registered" => IdentifierState.Registered,
            "active" => IdentifierState.Active,
            "suspended" => IdentifierState.Suspended,
            "retired" => IdentifierState.Retired,
            _ => null,
        };

    /// <returns>Code and edition of the template, or <c>null</c>.</returns>
    public static string? TemplateOf(IReadOnlyList<HandleValue> values) =>
        values.FirstOrDefault(value => value.Index == TemplateIndex && value.Type.Is(TemplateType))?.Data.AsText();

    /// <summary>The whole record.</summary>
    /// <param name="fields">Texts by field; those that are missing are left out.</param>
    public static List<HandleValue> Compose(Template template, IdentifierState state, IReadOnlyDictionary<string, string> fields, uint timestamp = 0)
    {
        List<HandleValue> values = [TemplateValue(template, timestamp), StateValue(state, timestamp)];
        bool hidden = state is IdentifierState.Suspended or IdentifierState.Retired;
        foreach (TemplateField field in template.Content.Fields)
            if (fields.TryGetValue(field.Name, out string? text)) values.Add(HandleValue.Of(field.Index, field.Name, text, timestamp, PermissionsOf(field, hidden)));
        return values;
    }

    /// <summary>The same fields in another state.</summary>
    public static List<HandleValue> Move(Template template, IdentifierState state, IReadOnlyList<HandleValue> values)
    {
        bool hidden = state is IdentifierState.Suspended or IdentifierState.Retired;
        return [.. values.Select(value => value.Index == StateIndex
            ? StateValue(state)
            : template.Find(value.Index) is { } field ? value with { Permissions = PermissionsOf(field, hidden) } : value)];
    }

    /// <summary>Texts of the fields.</summary>
    public static Dictionary<string, string> FieldsOf(Template template, IReadOnlyList<HandleValue> values)
    {
        Dictionary<string, string> fields = [];
        foreach (HandleValue value in values)
            if (template.Find(value.Index) is { } field) fields[field.Name] = value.Data.ToString();
        return fields;
    }

    private static HandleValue TemplateValue(Template template, uint timestamp) => HandleValue.Of(TemplateIndex, new Octets(TemplateType.ToArray()), template.Key, timestamp, Open);

    private static HandleValue StateValue(IdentifierState state, uint timestamp = 0) => HandleValue.Of(StateIndex, new Octets(StateType.ToArray()), state switch
    {
        IdentifierState.Registered => "registered",
        IdentifierState.Active => "active",
        IdentifierState.Suspended => "suspended",
        _ => "retired",
    }, timestamp, Open);

    private static ValuePermissions PermissionsOf(TemplateField field, bool hidden) => field.Visibility == FieldVisibility.Public && !hidden ? Open : Closed;
}
