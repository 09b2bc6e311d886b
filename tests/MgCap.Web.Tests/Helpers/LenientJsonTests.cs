using System.Text;
using System.Text.Json;
using MgCap.Web.Helpers;

namespace MgCap.Web.Tests.Helpers;

/// <summary>What other programs call JSON.</summary>
public sealed class LenientJsonTests
{
    [Theory]
    [InlineData("{\"a\":\"caf\u00e9\"}", "caf\uFFFD")]
    [InlineData("{\"a\":\"\u00ff\u00fe\u0080\"}", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("{\"a\":\"x\\ud800y\"}", "x\uFFFDy")]
    [InlineData("{\"a\":\"\\udc00\\ud83d\\ude00\\n\\\"\"}", "\uFFFD\U0001F600\n\"")]
    [InlineData("{\"a\":\"\\x41\\u12\"}", "\\x41\\u12")]
    [InlineData("{\"a\":\"b\0c\td\"}", "b c d")]
    [InlineData("{\"b\":nan,\"c\":-inf,\"d\":[Infinity,true],\"a\":\"nan\"}", "nan")]
    [InlineData("{\"a\":1.5}", "1.5")]
    [InlineData("{\"a\":null}", "")]
    [InlineData("{\"a\":[1]}", "")]
    public void Text_IsReadWithWhatIsWrongReplaced(string latin1, string text)
    {
        using var json = LenientJson.Parse(Encoding.Latin1.GetBytes(latin1), 64);

        Assert.Equal(text, LenientJson.Text(json.RootElement.GetProperty("a")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":\"b\\")]
    [InlineData("nonsense { \"")]
    [InlineData("[[[[[]]]]]")]
    public void Json_ThatIsNone_IsRefused(string text) => Assert.ThrowsAny<JsonException>(() => LenientJson.Parse(Encoding.UTF8.GetBytes(text), 3));
}
