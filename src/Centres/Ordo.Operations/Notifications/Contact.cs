using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MimeKit;
using Ordo.Foundation;
using Ordo.Foundation.Audit;

namespace Ordo.Operations.Notifications;

/// <summary>How a person with an account is reached (联系方式).</summary>
public sealed class Contact
{
    public const int MaxEmailLength = 254, MaxPhoneLength = 20;

    public long AccountId { get; init; }

    public string? Email { get; set; }

    /// <summary>Digits, with <c>+</c> before a country code.</summary>
    public string? Phone { get; set; }

    public int Version { get; set; } = 1;
}

internal static partial class ContactRules
{
    public static Text? FaultOfEmail(string? email) => email is null || (email.Length <= Contact.MaxEmailLength
        && MailboxAddress.TryParse(email, out MailboxAddress? parsed) && parsed.Address == email && email.Contains('@', StringComparison.Ordinal) && email.All(c => c is > ' ' and < (char)127))
        ? null : new("应为一个电子邮箱地址，如 name@park.cn。", "It must be one e-mail address, such as name@park.cn.");

    public static Text? FaultOfPhone(string? phone) => phone is null || PhoneNumber().IsMatch(phone)
        ? null : new("应为 5–18 位数字，可以 + 开头。", "It must be 5 to 18 digits, with + before a country code.");

    [GeneratedRegex(@"^\+?[0-9]{5,18}\z")]
    private static partial Regex PhoneNumber();
}

internal sealed class ContactTable : IEntityTypeConfiguration<Contact>
{
    public void Configure(EntityTypeBuilder<Contact> builder)
    {
        builder.ToTable("operations_contact");
        builder.HasKey(c => c.AccountId);
        builder.Property(c => c.AccountId).ValueGeneratedNever();
        builder.IsAudited("contact", c => c.Email);
        builder.Property(c => c.Email).HasMaxLength(Contact.MaxEmailLength);
        builder.Property(c => c.Phone).HasMaxLength(Contact.MaxPhoneLength);
        builder.Property(c => c.Version).IsConcurrencyToken();
    }
}
