using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MgCap.Web.Catalogue.Migrations
{
    /// <inheritdoc />
    public partial class FileIo : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "FileIo",
                table: "Captures",
                type: "TEXT",
                nullable: false,
                defaultValue: "Buffered");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "FileIo",
                table: "Captures");
        }
    }
}
