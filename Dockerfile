# The server with a private Redis beside it, as one unprivileged user. Shares live under /data; mount a volume there.
#   docker build -t onetimeshare .
#   docker run -p 127.0.0.1:8080:8080 -v onetimeshare:/data --stop-timeout 60 --ulimit core=0 onetimeshare

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
# .dockerignore lets in only what the build reads.
COPY . .
RUN cargo build --release --locked --bin onetimeshare

FROM debian:bookworm-slim
# redis-server: the bundled Redis, unused when REDIS_URL is set. ca-certificates: for a REDIS_URL with TLS (rediss://).
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates redis-server \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 onetimeshare \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin onetimeshare \
    && install -d -m 0700 -o onetimeshare -g onetimeshare /data
COPY --from=build /src/target/release/onetimeshare /usr/local/bin/onetimeshare
USER onetimeshare
ENV DATA_DIR=/data PORT=8080
VOLUME /data
EXPOSE 8080
# SIGTERM: transfers under way get up to 30 s, then the Redis is shut down. Give the container 60 s to stop.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["onetimeshare", "health"]
ENTRYPOINT ["onetimeshare"]
CMD ["serve"]
