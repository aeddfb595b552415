using static Payhook.Reference.ApiParameter;

namespace Payhook.Reference;

/// <summary>The routes of those who pull events by a name, as <see cref="ApiRoutes"/> lists them.</summary>
static class ConsumerRoutes
{
    public static IEnumerable<ApiOperation> All =>
    [
        new("listConsumers", "GET", "/consumers", "consumers", "List who pulls events by a name, and how far each is")
        {
            Needs = Scopes.Read,
            Answers = [new(200, "All, by their names.", ApiContent.Json("Consumers"))],
        },
        new("putConsumer", "PUT", "/consumers/{name}", "consumers", "Make a consumer, where it is not there")
        {
            Needs = Scopes.Consume,
            Parameters = [InPath("name", "Lower-case letters, digits and hyphens.")],
            Body = ApiContent.Json("NewConsumer"),
            Answers =
            [
                new(200, "It was there, and is as it was.", ApiContent.Json("Consumer")),
                new(201, "It was made.", ApiContent.Json("Consumer")),
            ],
            Problems = [Problem.InvalidConsumerRequest, Problem.UnknownCursor, Problem.TooManyConsumers],
        },
        new("deleteConsumer", "DELETE", "/consumers/{name}", "consumers", "Delete a consumer")
        {
            Needs = Scopes.Consume,
            Parameters = [InPath("name", "Its name.")],
            Answers = [new(204, "It is gone.")],
            Problems = [Problem.UnknownConsumer],
        },
        new("acknowledgeEvents", "POST", "/consumers/{name}/acknowledge", "consumers", "Say how far everything is done")
        {
            Needs = Scopes.Consume,
            Description = "Never goes back, unless rewind is true; the same again changes nothing.",
            Parameters = [InPath("name", "Its name.")],
            Body = ApiContent.Json("Acknowledged"),
            Answers = [new(200, "The consumer as it is now.", ApiContent.Json("Consumer"))],
            Problems = [Problem.UnknownConsumer, Problem.InvalidConsumerRequest, Problem.UnknownCursor],
        },
    ];
}
