# syntax=docker/dockerfile:1
# The coordinator, with the programs its agents need: git for workspaces, ctags for symbols.

FROM swift:6.3-bookworm AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcurl4-openssl-dev libprotobuf-c-dev libseccomp-dev libsqlite3-dev libssl-dev libyaml-dev pkg-config \
        zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Plugins ./Plugins
# Files of the examples are what `coordinator init` writes.
COPY Examples ./Examples
COPY Sources ./Sources
# Package.swift names the tests, which are not part of the image.
COPY Tests ./Tests
COPY Fuzzing ./Fuzzing
RUN swift build -c release --product coordinator --static-swift-stdlib \
    && install -D "$(swift build -c release --product coordinator --static-swift-stdlib --show-bin-path)/coordinator" \
        /out/usr/local/bin/coordinator

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates curl git libcurl4 libprotobuf-c1 libseccomp2 libsqlite3-0 libssl3 libyaml-0-2 \
        universal-ctags zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin coordinator \
    && install -d -o coordinator /var/lib/coordinator /var/lib/coordinator/spool
COPY --from=build /out/ /
# A mounted workspace has another owner. Git opens it for those who say so:
#   docker run -e GIT_CONFIG_COUNT=1 -e GIT_CONFIG_KEY_0=safe.directory -e GIT_CONFIG_VALUE_0=/workspace \
#     -v "$PWD:/workspace:ro" coordinator run /workspace/job.yaml --workspace /workspace
USER 10001
WORKDIR /var/lib/coordinator
ENV COORDINATOR_SPOOL_DIR=/var/lib/coordinator/spool
# Programs that a sandbox is asked for, and tests that models wrote, are confined by Landlock: the profiles of most
# container runtimes forbid the namespaces that bubblewrap needs, and no other level is taken in silence. It needs Linux 5.13;
# where the runtime permits namespaces, install bubblewrap and set COORDINATOR_SANDBOX=bubblewrap.
ENV COORDINATOR_SANDBOX=landlock
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["curl", "-fsS", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["coordinator"]
CMD ["serve"]
