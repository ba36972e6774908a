namespace Ordo.Identifiers.Protocol;

/// <summary>What a message asks for. Codes not named here are answered with <see cref="ResponseCode.NotSupported"/>.</summary>
internal enum OpCode : uint
{
    None = 0,
    Resolution = 1,
    SiteInfo = 2,
    CreateHandle = 100,
    DeleteHandle = 101,
    AddValues = 102,
    RemoveValues = 103,
    ModifyValues = 104,
    ListHandles = 105,
    ListDerivedPrefixes = 106,
    ChallengeAnswer = 200,
    VerifyAnswer = 201,
    HomePrefix = 300,
    UnhomePrefix = 301,
    ListHomedPrefixes = 302,
    SessionSetup = 400,
    SessionTerminate = 401,
    KeyExchange = 402,
}

/// <summary>How it went; 0 marks a request.</summary>
internal enum ResponseCode : uint
{
    Request = 0,
    Success = 1,
    Error = 2,
    TooBusy = 3,
    ProtocolError = 4,
    NotSupported = 5,
    RecursionTooDeep = 6,
    ReadOnly = 7,
    HandleNotFound = 100,
    HandleExists = 101,
    InvalidHandle = 102,
    ValuesNotFound = 200,
    ValueExists = 201,
    InvalidValue = 202,
    SiteInfoOutdated = 300,
    NotResponsible = 301,
    ServiceReferral = 302,
    PrefixReferral = 303,
    NotAuthorized = 400,
    InsufficientPermission = 401,
    AuthenticationNeeded = 402,
    AuthenticationFailed = 403,
    InvalidCredential = 404,
    ChallengeExpired = 405,
    AuthenticationError = 406,
    SessionUnknown = 500,
    SessionFailed = 501,
    InvalidSessionKey = 502,
    RsaKeyNeeded = 503,
    InvalidSessionSetup = 504,
    SessionReplay = 505,
}

/// <summary>Flags of an operation. Unknown bits are ignored.</summary>
[Flags]
internal enum OpFlags : uint
{
    None = 0,

    /// <summary>AT.</summary>
    Authoritative = 0x8000_0000,

    /// <summary>CT: the response must carry a signature or a MAC.</summary>
    Certify = 0x4000_0000,

    /// <summary>ENC: encrypt the response.</summary>
    Encrypt = 0x2000_0000,

    /// <summary>REC.</summary>
    Recursive = 0x1000_0000,

    /// <summary>CA: a cache may certify.</summary>
    CacheCertify = 0x0800_0000,

    /// <summary>CN: further messages follow.</summary>
    Continuous = 0x0400_0000,

    /// <summary>KC.</summary>
    KeepConnection = 0x0200_0000,

    /// <summary>PO: leave out values without public read.</summary>
    PublicOnly = 0x0100_0000,

    /// <summary>RD: the response begins with a digest of the request.</summary>
    RequestDigest = 0x0080_0000,

    /// <summary>OWE: overwrite what exists.</summary>
    Overwrite = 0x0040_0000,

    /// <summary>MNS: append a new random suffix.</summary>
    MintNewSuffix = 0x0020_0000,

    /// <summary>DNR.</summary>
    DoNotRefer = 0x0010_0000,
}

/// <summary>Who may do what with one value.</summary>
[Flags]
internal enum ValuePermissions : byte
{
    None = 0,
    PublicWrite = 1,
    PublicRead = 2,
    AdminWrite = 4,
    AdminRead = 8,

    /// <summary><c>1110</c>.</summary>
    Default = AdminRead | AdminWrite | PublicRead,
}

/// <summary>Rights that an HS_ADMIN value gives.</summary>
[Flags]
internal enum AdminPermissions : ushort
{
    None = 0,
    AddHandle = 0x0001,
    DeleteHandle = 0x0002,
    AddDerivedPrefix = 0x0004,
    DeleteDerivedPrefix = 0x0008,
    ModifyValue = 0x0010,
    RemoveValue = 0x0020,
    AddValue = 0x0040,
    ModifyAdmin = 0x0080,
    RemoveAdmin = 0x0100,
    AddAdmin = 0x0200,
    AuthorizedRead = 0x0400,
    ListHandles = 0x0800,
}
