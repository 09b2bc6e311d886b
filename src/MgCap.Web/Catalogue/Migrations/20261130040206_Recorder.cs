using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MgCap.Web.Catalogue.Migrations
{
    /// <inheritdoc />
    public partial class Recorder : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Kind",
                table: "Captures",
                type: "TEXT",
                nullable: false,
                defaultValue: "File");

            migrationBuilder.AddColumn<string>(
                name: "Recorder",
                table: "Captures",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Triggers",
                table: "Captures",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Kind",
                table: "Captures");

            migrationBuilder.DropColumn(
                name: "Recorder",
                table: "Captures");

            migrationBuilder.DropColumn(
                name: "Triggers",
                table: "Captures");
        }
    }
}
