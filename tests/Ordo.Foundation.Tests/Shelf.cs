using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Http;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Telemetry;

namespace Ordo.Foundation.Tests;

/// <summary>A room just large enough to see that the house holds: one table, one route of each sort.</summary>
public sealed class ShelfModule : IModule
{
    public string Name => "shelf";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        var books = routes.MapGroup("/books").AllowAnonymous();
        books.MapGet("", (OrdoDbContext db, [AsParameters] Paging paging, CancellationToken cancellation) =>
            db.Set<Book>().OrderBy(book => book.Id).ToPageAsync(paging, cancellation));
        books.MapPost("", async Task<Results<Ok<Book>, ProblemHttpResult>> (NewBook book, OrdoDbContext db) =>
        {
            if (book.Pages < 1) return Problems.Validation(("pages", new("至少一页。", "At least one page.")));
            var added = new Book { Title = book.Title, Printed = book.Printed };
            db.Add(added);
            await db.SaveChangesAsync();
            return TypedResults.Ok(added);
        });
        books.MapPut("/{id:long}", Results<NoContent, ProblemHttpResult> (long id, HttpContext http) =>
            http.Request.CheckVersion(3) is { } refused ? refused : TypedResults.NoContent());
        books.MapGet("/late", Results<Ok, ProblemHttpResult> () => Problems.Unavailable(new("忙。", "Busy."), TimeSpan.FromSeconds(7)));
        books.MapGet("/full", (Func<Ok>)(() => throw new IngestRefusedException(IngestRefusal.StoreUnavailable, "full")));
        books.MapGet("/broken", (Func<Ok>)(() => throw new InvalidOperationException("a secret")));
    }

    public void ConfigureModel(ModelBuilder model) => model.ApplyConfiguration(new BookTable());
}

public enum Binding
{
    HardCover = 1,
    PaperBack = 2,
}

public sealed class Book
{
    public long Id { get; set; }

    public string Title { get; set; } = "";

    public DateTimeOffset Printed { get; set; }
}

public sealed record NewBook(string Title, int Pages, DateTimeOffset Printed, Binding Binding = Binding.PaperBack, string? Note = null);

public sealed class BookTable : IEntityTypeConfiguration<Book>
{
    public void Configure(EntityTypeBuilder<Book> builder)
    {
        builder.ToTable("shelf_book");
        builder.Property(book => book.Title).HasMaxLength(80);
        builder.HasIndex(book => book.Title).IsUnique();
    }
}

[DbContext(typeof(OrdoDbContext))]
[Migration("202601010001_shelf_initial")]
public sealed class ShelfInitial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "shelf_book",
            columns: table => new
            {
                Id = table.IdentityKey(),
                Title = table.Column<string>(maxLength: 80, nullable: false),
                Printed = table.Column<long>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_shelf_book", row => row.Id));
        migrationBuilder.CreateIndex("IX_shelf_book_Title", "shelf_book", "Title", unique: true);
    }
}
