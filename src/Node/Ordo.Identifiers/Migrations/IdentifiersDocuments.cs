using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Identifiers.Migrations;

/// <summary>Documents of applications.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611271810_identifiers_documents")]
internal sealed class IdentifiersDocuments : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "identifiers_document",
            table => new
            {
                Id = table.IdentityKey(),
                EnterpriseId = table.Column<long>(),
                Kind = table.Column<int>(),
                Name = table.Column<string>(maxLength: 200),
                ContentType = table.Column<string>(maxLength: 32),
                Size = table.Column<int>(),
                Sha256 = table.Column<string>(maxLength: 64),
                Content = table.Column<byte[]>(),
                Uploaded = table.Column<long>(),
                UploadedBy = table.Column<string>(maxLength: 300),
                Downloads = table.Column<int>(),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_identifiers_document", row => row.Id);
                table.ForeignKey("FK_identifiers_document_identifiers_enterprise_EnterpriseId", row => row.EnterpriseId, "identifiers_enterprise", "Id");
            });
        migrationBuilder.CreateIndex("IX_identifiers_document_EnterpriseId", "identifiers_document", "EnterpriseId");
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("identifiers_document");
}
