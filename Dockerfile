# docker build -t bitbybit-mock . && docker run --rm -p 4010:4010 bitbybit-mock
FROM golang:1.26 AS build
WORKDIR /src
COPY go.work go.work.sum go.mod go.sum ./
COPY client/go.mod client/go.sum client/
COPY gen/go.mod gen/go.sum gen/
RUN go mod download
COPY . .
ARG TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags "-s -w" -o /bitbybit-mock ./mockserver/cmd/bitbybit-mock

FROM scratch
COPY --from=build /bitbybit-mock /bitbybit-mock
USER 65532:65532
# A container's loopback interface cannot be reached from outside. Set the address here, not with --addr: the health check reads it too.
# Other containers reach it by its name, /_mock/ included. A name with a dot in it, as in mock.example.com, is refused there (403 UNKNOWN_HOST)
# unless BITBYBIT_MOCK_CONTROL_HOSTS has it.
ENV BITBYBIT_MOCK_ADDR=0.0.0.0:4010
EXPOSE 4010
HEALTHCHECK --interval=10s --timeout=6s --start-period=2s CMD ["/bitbybit-mock", "health"]
ENTRYPOINT ["/bitbybit-mock"]
