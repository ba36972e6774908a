using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.Migrations;

/// <summary>Accounts, their grants and tokens, and the audit trail, which the database itself keeps append-only.</summary>
[DbContext(typeof(OrdoDbContext))]
[Migration("202611230002_access_initial")]
internal sealed class AccessInitial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        CreateAccounts(migrationBuilder);
        CreateGrants(migrationBuilder);
        CreateTokens(migrationBuilder);
        CreateAudit(migrationBuilder);
        if (migrationBuilder.IsSqlite()) GuardAuditOnSqlite(migrationBuilder);
        else GuardAuditOnPostgreSql(migrationBuilder);
    }

    private static void CreateAccounts(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "access_account",
            columns: table => new
            {
                Id = table.IdentityKey(),
                UserName = table.Column<string>(maxLength: 64, nullable: false),
                NormalizedUserName = table.Column<string>(maxLength: 64, nullable: false),
                DisplayName = table.Column<string>(maxLength: 64, nullable: false),
                Language = table.Column<string>(maxLength: 8, nullable: false),
                PasswordHash = table.Column<string>(maxLength: 256, nullable: true),
                SecurityStamp = table.Column<string>(maxLength: 64, nullable: true),
                MustChangePassword = table.Column<bool>(nullable: false),
                Disabled = table.Column<bool>(nullable: false),
                AccessFailedCount = table.Column<int>(nullable: false),
                LockoutEnd = table.Column<long>(nullable: true),
                Created = table.Column<long>(nullable: false),
                LastSignIn = table.Column<long>(nullable: true),
                Version = table.Column<int>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_access_account", row => row.Id));
        migrationBuilder.CreateIndex("IX_access_account_NormalizedUserName", "access_account", "NormalizedUserName", unique: true);
    }

    private static void CreateGrants(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "access_grant",
            columns: table => new
            {
                Id = table.IdentityKey(),
                AccountId = table.Column<long>(nullable: false),
                Role = table.Column<string>(maxLength: 32, nullable: false),
                AssetId = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_access_grant", row => row.Id);
                table.ForeignKey("FK_access_grant_access_account_AccountId", row => row.AccountId, "access_account", "Id", onDelete: ReferentialAction.Cascade);
                table.ForeignKey("FK_access_grant_park_asset_AssetId", row => row.AssetId, "park_asset", "Id");
            });
        migrationBuilder.CreateIndex("IX_access_grant_AccountId", "access_grant", "AccountId");
        migrationBuilder.CreateIndex("IX_access_grant_AssetId", "access_grant", "AssetId");
    }

    private static void CreateTokens(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "access_token",
            columns: table => new
            {
                Id = table.IdentityKey(),
                AccountId = table.Column<long>(nullable: false),
                Name = table.Column<string>(maxLength: 64, nullable: false),
                Hash = table.Column<string>(maxLength: 64, nullable: false),
                Role = table.Column<string>(maxLength: 32, nullable: false),
                AssetId = table.Column<long>(nullable: true),
                Created = table.Column<long>(nullable: false),
                Expires = table.Column<long>(nullable: false),
                LastUsed = table.Column<long>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_access_token", row => row.Id);
                table.ForeignKey("FK_access_token_access_account_AccountId", row => row.AccountId, "access_account", "Id", onDelete: ReferentialAction.Cascade);
                table.ForeignKey("FK_access_token_park_asset_AssetId", row => row.AssetId, "park_asset", "Id");
            });
        migrationBuilder.CreateIndex("IX_access_token_AccountId", "access_token", "AccountId");
        migrationBuilder.CreateIndex("IX_access_token_AssetId", "access_token", "AssetId");
        migrationBuilder.CreateIndex("IX_access_token_Hash", "access_token", "Hash", unique: true);
    }

    private static void CreateAudit(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "access_audit",
            columns: table => new
            {
                Id = table.IdentityKey(),
                Time = table.Column<long>(nullable: false),
                User = table.Column<string>(maxLength: 64, nullable: false),
                Token = table.Column<string>(maxLength: 64, nullable: true),
                Action = table.Column<string>(maxLength: 32, nullable: false),
                Entity = table.Column<string>(maxLength: 32, nullable: false),
                EntityId = table.Column<string>(maxLength: 64, nullable: false),
                EntityName = table.Column<string>(maxLength: 256, nullable: true),
                Before = table.Column<string>(nullable: true),
                After = table.Column<string>(nullable: true),
                Address = table.Column<string>(maxLength: 64, nullable: true),
                AssetPath = table.Column<string>(maxLength: 400, nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_access_audit", row => row.Id));
        migrationBuilder.CreateIndex("IX_access_audit_Time", "access_audit", "Time");
        migrationBuilder.CreateIndex("IX_access_audit_User", "access_audit", "User");
        migrationBuilder.CreateIndex("IX_access_audit_Entity_EntityId", "access_audit", ["Entity", "EntityId"]);
    }

    private static void GuardAuditOnSqlite(MigrationBuilder migrationBuilder)
    {
        foreach (string change in (string[])["UPDATE", "DELETE"])
        {
            migrationBuilder.Sql($"""
                CREATE TRIGGER access_audit_no_{change} BEFORE {change} ON access_audit
                BEGIN SELECT RAISE(ABORT, 'access_audit is append-only'); END;
                """);
        }
    }

    private static void GuardAuditOnPostgreSql(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE FUNCTION access_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'access_audit is append-only'; END $$;
        CREATE TRIGGER access_audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON access_audit
        FOR EACH STATEMENT EXECUTE FUNCTION access_audit_refuse();
        """);
}
