# Registree in a container: built in one stage, run in another with only what it needs.
# NODE_IMAGE may be any image with Node 20.19 or newer and npm.
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /registree
# Packages first: they change less often than the sources, so the layer is reused.
COPY package.json package-lock.json .npmrc ./
COPY apps/server/package.json apps/server/
COPY apps/web/package.json apps/web/
COPY packages/contract/package.json packages/contract/
COPY packages/etcd-file/package.json packages/etcd-file/
COPY packages/flannel/package.json packages/flannel/
COPY packages/messages/package.json packages/messages/
COPY packages/keyspace/package.json packages/keyspace/
COPY packages/kube/package.json packages/kube/
COPY packages/query/package.json packages/query/
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
# For glibc's malloc and for V8; scripts/server-process.mjs says why.
ENV MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072 NODE_OPTIONS=--max-semi-space-size=4
WORKDIR /registree
COPY --from=build /registree/package.json ./
COPY --from=build /registree/node_modules node_modules
COPY --from=build /registree/packages packages
COPY --from=build /registree/apps apps
COPY --from=build /registree/demo demo
COPY --from=build /registree/scripts/seed-etcd.mjs scripts/
# An unprivileged uid, so that the base image need not have a user for it.
USER 1000
EXPOSE 7979
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7979/api/v1/clusters').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Loopback inside a container is unreachable from outside; `docker run -p` decides what is published.
ENTRYPOINT ["node", "apps/server/program/main.js", "--host", "0.0.0.0"]
