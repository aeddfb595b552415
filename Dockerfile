# Payhook in a container. The tests do not build this image: they need no Docker.
#
#   docker build -t payhook .
#   docker run -p 127.0.0.1:8000:8000 -v payhook-data:/data -e WEBHOOK_SECRET=… payhook
#   docker run … payhook doctor

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /build

# The packages first, so that a change in the source does not fetch them again.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Payhook/Payhook.csproj src/Payhook/
COPY src/Payhook.Providers/Payhook.Providers.csproj src/Payhook.Providers/
COPY src/Payhook.Providers.Ed25519/Payhook.Providers.Ed25519.csproj src/Payhook.Providers.Ed25519/
RUN dotnet restore src/Payhook -a $TARGETARCH

COPY mock_payloads mock_payloads
COPY web/dist web/dist
COPY src src
RUN dotnet publish src/Payhook -c Release -a $TARGETARCH --no-restore --no-self-contained -o /app \
    && mkdir /data

# Chiselled: the runtime and nothing else, no shell and no package manager.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
COPY --from=build /app /app
# 1654 is the user "app" of the image. A new volume takes over the owner of the directory it is mounted on.
COPY --from=build --chown=1654:1654 /data /data
USER 1654

# HOST is every address of the container, so the listener refuses to start without a real secret.
ENV HOST=0.0.0.0 \
    PORT=8000 \
    DATABASE_URL=sqlite:////data/webhooks.db

WORKDIR /data
VOLUME /data
EXPOSE 8000

# No HEALTHCHECK: it would need a program inside the image that asks, and there is none. Let the orchestrator ask
# GET /health/live (restart it?) and GET /health (send it traffic?) from outside.
ENTRYPOINT ["/app/payhook"]
