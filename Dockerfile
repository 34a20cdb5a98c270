# One image per app:
#   docker build --build-arg APP=ingestion -t pitwall/ingestion .
# APP is a folder of apps/. The default target `service` has a health check, `command` (cli, demo) has none.
ARG NODE_IMAGE=node:24-bookworm-slim

# What npm needs to know of every room and nothing else: an edit of a source leaves the installs below as they are.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete && find . -type d -empty -delete

# Compiles all rooms, whichever app is wanted: the layer is shared by all images.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY --from=manifests /app .
# Not `npm ci`: it refuses a lock that lacks optional programs of other platforms. No scripts: onnxruntime-node's downloads GPU libraries.
RUN npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error
COPY . .
RUN node_modules/.bin/tsc -b \
 && find apps packages -path '*/dist/*' \( -name '*.map' -o -name '*.d.ts' -o -name .tsbuildinfo \) -delete \
 && mkdir /out && find apps packages -type d -name dist -not -path '*/node_modules/*' -exec cp --parents -r {} /out ';'

# What the one app needs at run time.
FROM ${NODE_IMAGE} AS production
ARG APP
WORKDIR /app
COPY --from=manifests /app .
RUN [ -f "apps/${APP:-?}/package.json" ] || { echo "--build-arg APP is '${APP}', expected one of: $(ls apps | xargs)" >&2; exit 1; }; \
    npm install --no-save --ignore-scripts --omit=dev --workspace="apps/${APP}" --no-audit --no-fund --loglevel=error
COPY --from=build /out/packages packages
COPY --from=build /out/apps/${APP} apps/${APP}
COPY infra/containers/prune.mjs /tmp/prune.mjs
RUN node /tmp/prune.mjs "${APP}"

FROM ${NODE_IMAGE} AS command
ARG APP
ENV NODE_ENV=production
COPY --from=production /app /app
WORKDIR /app/apps/${APP}
# Owned by root and not writable: the app keeps nothing on its own disk.
USER node
ENTRYPOINT ["node", "dist/main.js"]

FROM command AS service
COPY infra/containers/healthcheck.mjs /app/healthcheck.mjs
ENV HTTP_HOST=0.0.0.0 HTTP_PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 CMD ["node", "/app/healthcheck.mjs"]
