FROM golang:1.26 AS build
ARG GOPROXY
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY events events
COPY ledger ledger
COPY projections projections
RUN CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags='-s -w' -o /out/zhangben ./cmd/zhangben && mkdir -p -m 700 /out/root/data

# Nothing but the program, the certificates it may need to reach NATS over TLS, and a folder it may write.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/zhangben /usr/bin/zhangben
COPY --from=build --chown=65532:65532 /out/root/ /
USER 65532:65532
VOLUME /data
# On its own it listens inside the container only; docker-compose.yml shows what opening it takes: tokens, and TLS in front.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["/usr/bin/zhangben", "health"]
ENTRYPOINT ["/usr/bin/zhangben"]
CMD ["serve", "--data", "/data"]
