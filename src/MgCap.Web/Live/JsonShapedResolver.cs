using System.Text.Json;
using MessagePack;
using MessagePack.Formatters;
using MgCap.Capture;

namespace MgCap.Web.Live;

/// <summary>Writes MgCap's own types into MessagePack with the names and values that they have in JSON: one shape for both protocols.</summary>
internal sealed class JsonShapedResolver : IFormatterResolver
{
    internal static readonly JsonShapedResolver Instance = new();

    public IMessagePackFormatter<T>? GetFormatter<T>() => Cache<T>.Formatter;

    private static class Cache<T>
    {
        internal static readonly IMessagePackFormatter<T>? Formatter =
            typeof(T).Namespace?.StartsWith(nameof(MgCap), StringComparison.Ordinal) == true || typeof(T) == typeof(Guid) ? new JsonShapedFormatter<T>() : null;
    }

    private sealed class JsonShapedFormatter<T> : IMessagePackFormatter<T>
    {
        public void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options) =>
            writer.WriteRaw(MessagePackSerializer.ConvertFromJson(JsonSerializer.Serialize(value, JsonConventions.Options)));

        public T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            var sequence = reader.ReadRaw();
            return JsonSerializer.Deserialize<T>(MessagePackSerializer.ConvertToJson(sequence), JsonConventions.Options)!;
        }
    }
}
