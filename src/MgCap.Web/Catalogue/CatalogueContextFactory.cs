using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace MgCap.Web.Catalogue;

/// <summary>For <c>dotnet ef</c>, which makes migrations without starting the console.</summary>
internal sealed class CatalogueContextFactory : IDesignTimeDbContextFactory<CatalogueContext>
{
    public CatalogueContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<CatalogueContext>().UseSqlite("Data Source=:memory:").Options);
}
