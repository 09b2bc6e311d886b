using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MgCap.Web.Catalogue.Migrations
{
    /// <inheritdoc />
    public partial class Rotation : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "Pinned",
                table: "Captures",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Rotate",
                table: "Captures",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Pinned",
                table: "Captures");

            migrationBuilder.DropColumn(
                name: "Rotate",
                table: "Captures");
        }
    }
}
