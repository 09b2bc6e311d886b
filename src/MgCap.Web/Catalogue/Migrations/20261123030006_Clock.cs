using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MgCap.Web.Catalogue.Migrations
{
    /// <inheritdoc />
    public partial class Clock : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Clock",
                table: "Captures",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Clock",
                table: "Captures");
        }
    }
}
