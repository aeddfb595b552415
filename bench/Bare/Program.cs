// The ceiling of the intake benchmark: the same Kestrel, a GET that answers two bytes, and nothing else.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/", static context => context.Response.WriteAsync("ok"));
app.Run($"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT") ?? "8099"}");
