using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>Lemon Squeezy shares the name of its header with others.</summary>
public sealed class LemonSqueezyTests
{
    [Theory]
    [InlineData("6e7c116151dcd5bf8015fbdc8ad41e4070e2172960e7aad722cee591c699f2ca", true)]
    [InlineData("no code at all", true)]
    [InlineData("", false)]
    [InlineData("ts=1704908010,v1=618c85345248dd820d5fd456117c2ab2ef8eda45a0282ff693eac24131a5e839", false)]
    public void Recognises_its_own_among_others_with_the_same_header(string signature, bool isRecognised)
    {
        var headers = new DictionaryHeaders([new("X-Signature", signature)]);
        Assert.Equal(isRecognised, new LemonSqueezy().Recognises(new(headers, [])));
    }
}
