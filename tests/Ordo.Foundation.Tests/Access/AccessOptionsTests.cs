using Microsoft.Extensions.Configuration;
using Ordo.Foundation.Access;
using Ordo.Foundation.Modules;

namespace Ordo.Foundation.Tests.Access;

public sealed class AccessOptionsTests
{
    [Fact]
    public void Every_wrong_setting_is_named_at_once()
    {
        var refused = Assert.Throws<SettingsRefusedException>(() => AccessOptions.Read(Configuration(
            ("Access:FailuresPerName", "0"), ("Access:FailuresPerAddress", "10001"), ("Access:FailureWindow", "00:00:59"))));
        foreach (string name in (string[])["FailuresPerName", "FailuresPerAddress", "FailureWindow"])
            Assert.Contains($"Ordo:Access:{name}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_needs_to_be_set() => Assert.Equal(10, AccessOptions.Read(Configuration()).FailuresPerName);

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
