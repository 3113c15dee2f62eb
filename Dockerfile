# Millrace as an image: `docker run millrace api|worker|host`, configured by the environment (see `millrace api --help`).
FROM node:24-bookworm-slim AS build
WORKDIR /millrace
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

# glibc, not musl: Temporal's native core needs it. The root certificates are for TLS to Temporal and Kafka.
FROM node:24-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /millrace
COPY --from=build /millrace/package.json ./
COPY --from=build /millrace/bin ./bin
COPY --from=build /millrace/dist ./dist
COPY --from=build /millrace/node_modules ./node_modules
ENV NODE_ENV=production MILLRACE_CACHE_DIR=/tmp/millrace
USER node
ENTRYPOINT ["node", "bin/millrace.mjs"]
