# Builds the one binary, then leaves everything but the binary and the rules behind.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin nightdesk

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/nightdesk nightdesk
COPY --from=build /src/target/release/nightdesk /usr/local/bin/nightdesk
COPY rules /usr/share/nightdesk/rules
USER nightdesk
WORKDIR /var/lib/nightdesk
ENV DATABASE_URL=sqlite:///var/lib/nightdesk/nightdesk.db RULES_DIR=/usr/share/nightdesk/rules
VOLUME /var/lib/nightdesk
ENTRYPOINT ["nightdesk"]
CMD ["run"]
