using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Perception.Gateways;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Tests.Sources;

public sealed class SourceSecretsTests
{
    private static readonly Dictionary<string, string> Given = new() { ["password"] = "123456", ["crc"] = "modbus" };

    [Fact]
    public void A_secret_is_enciphered_in_its_row_and_comes_back()
    {
        SourceSecrets secrets = Secrets(new EphemeralDataProtectionProvider());
        SourceProfileRow row = Row(secrets);
        Assert.DoesNotContain("123456", row.Secrets + row.Settings, StringComparison.Ordinal);
        Assert.Contains("modbus", row.Settings, StringComparison.Ordinal);
        Assert.Equivalent(Given, secrets.Settings(row), strict: true);
        string before = row.Secrets;
        secrets.Write(row, new Dictionary<string, string>(Given) { ["crc"] = "xmodem" });
        Assert.Equal(before, row.Secrets); // a change of something else is no change of the secret
        secrets.Write(row, new Dictionary<string, string>(Given) { ["password"] = "654321" });
        Assert.Equal("654321", secrets.Settings(row)["password"]);
    }

    [Fact]
    public void A_row_without_secrets_needs_no_key()
    {
        var row = new SourceProfileRow { Gateway = "pump", Key = "1" };
        Secrets(new EphemeralDataProtectionProvider()).Write(row, new Dictionary<string, string> { ["crc"] = "modbus" });
        Assert.Equal("{}", row.Secrets);
    }

    [Fact]
    public void A_row_of_an_older_folder_is_read_in_clear()
    {
        var row = new SourceProfileRow { Gateway = "pump", Key = "1", Secrets = """{"password":"123456"}""" };
        SourceSecrets secrets = Secrets(new EphemeralDataProtectionProvider());
        Assert.Equal("123456", secrets.Settings(row)["password"]);
        secrets.Write(row, secrets.Settings(row));
        Assert.DoesNotContain("123456", row.Secrets, StringComparison.Ordinal); // and enciphered when it is next saved
        Assert.Equal("123456", secrets.Settings(row)["password"]);
    }

    [Fact]
    public void Without_its_keys_a_secret_is_one_that_nobody_knows_and_not_none()
    {
        SourceProfileRow row = Row(Secrets(new EphemeralDataProtectionProvider()));
        SourceSecrets elsewhere = Secrets(new EphemeralDataProtectionProvider());
        string lost = elsewhere.Settings(row)["password"];
        Assert.NotEqual("123456", lost);
        Assert.True(lost.Length >= 32);
        Assert.NotEqual(lost, elsewhere.Settings(row)["password"]);
    }

    private static SourceProfileRow Row(SourceSecrets secrets)
    {
        var row = new SourceProfileRow { Gateway = "pump", Key = "1" };
        secrets.Write(row, Given);
        return row;
    }

    private static SourceSecrets Secrets(IDataProtectionProvider protection) => new(protection, new GatewayList([new Pump()]), NullLogger<SourceSecrets>.Instance);

    private sealed class Pump : IGateway
    {
        public string Name => "pump";

        public IReadOnlyList<SourceSetting> Settings { get; } =
            [new("password", new("密码", "Password"), _ => true, new("", ""), IsSecret: true), new("crc", new("校验", "CRC"), _ => true, new("", ""))];
    }
}
