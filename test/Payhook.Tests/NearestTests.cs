namespace Payhook.Tests;

/// <summary>A suggestion that is wrong sends people the wrong way.</summary>
public sealed class NearestTests
{
    [Theory]
    [InlineData("strpie", "stripe")]
    [InlineData("stripe", "stripe")]
    [InlineData("strip", "stripe")]
    [InlineData("stripeee", "stripe")]
    [InlineData("squrae", "square")]
    [InlineData("stirep", "stripe")]
    [InlineData("tirpes", null)]
    [InlineData("paypal", null)]
    [InlineData("", null)]
    public void Finds_a_word_no_more_than_two_slips_away(string text, string? word) =>
        Assert.Equal(word, Nearest.Find(text, ["square", "stripe"]));

    [Fact]
    public void Takes_the_nearest_of_several() => Assert.Equal("abcd", Nearest.Find("abcx", ["abyz", "abcd", "abcde"]));

    [Fact]
    public void Looks_at_no_text_that_is_too_long() =>
        Assert.Null(Nearest.Find(new string('a', 65), [new string('a', 65)]));
}
