# docker build -t bitbybit-mock . && docker run --rm -p 4010:4010 bitbybit-mock
#
# That compiles the sources here. A release, and `make image`, copy what GoReleaser has compiled: --target release.
FROM scratch AS base
LABEL org.opencontainers.image.title="bitbybit-mock" \
      org.opencontainers.image.description="A mock of bitbybit's create-customer API, in memory, that fails on demand" \
      org.opencontainers.image.source="https://github.com/bitbybit-go/bitbybit-go" \
      org.opencontainers.image.licenses="Apache-2.0"
USER 65532:65532
# A container's loopback interface cannot be reached from outside. Set the address here, not with --addr: the health check reads it too.
# Other containers reach it by its name, /_mock/ included. A name with a dot in it, as in mock.example.com, is refused there (403 UNKNOWN_HOST)
# unless BITBYBIT_MOCK_CONTROL_HOSTS has it.
ENV BITBYBIT_MOCK_ADDR=0.0.0.0:4010
EXPOSE 4010
HEALTHCHECK --interval=10s --timeout=6s --start-period=2s CMD ["/bitbybit-mock", "health"]
ENTRYPOINT ["/bitbybit-mock"]

FROM base AS release
ARG TARGETPLATFORM
COPY $TARGETPLATFORM/bitbybit-mock /bitbybit-mock

FROM golang:1.26 AS source
WORKDIR /src
COPY . .
ARG TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -buildvcs=auto -trimpath -ldflags "-s -w" -o /bitbybit-mock ./mockserver/cmd/bitbybit-mock

FROM base
COPY --from=source /bitbybit-mock /bitbybit-mock
