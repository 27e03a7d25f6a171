# The room in a container:
#   docker build -t chat-room .
#   docker run -p 443:8443 -p 80:8080 -v chat-data:/data -e DOMAIN=chat.example.org chat-room

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY api/package.json api/
COPY api/protocol/package.json api/protocol/
COPY api/client/package.json api/client/
COPY pwa/package.json pwa/
# --ignore-scripts: nothing here has to be compiled. The bill has all that runs, most of it bundled; it is made of a lock without the
# tools of development, since npm's own way of leaving those out takes what they share with the rest along.
RUN npm ci --workspace api --workspace api/protocol --workspace api/client --workspace pwa --ignore-scripts \
 && npm pkg delete devDependencies --workspaces --include-workspace-root \
 && npm install --package-lock-only --ignore-scripts --offline \
 && npm sbom --package-lock-only --workspace api --workspace pwa --sbom-format=cyclonedx > sbom.cdx.json
COPY tsconfig.base.json ./
COPY certs certs
COPY api api
COPY pwa pwa
RUN node pwa/build.ts && node api/build.ts

FROM node:24-slim AS app
WORKDIR /app
COPY LICENSE ./
COPY --from=build /app/sbom.cdx.json ./
# Native code alone is no part of the bundle: that for this system is kept.
COPY --from=build /app/node_modules/node-gyp-build node_modules/node-gyp-build
COPY --from=build /app/node_modules/bufferutil node_modules/bufferutil
RUN find node_modules/bufferutil/prebuilds -mindepth 1 -maxdepth 1 ! -name "linux-$(node -p process.arch)" -exec rm -r {} +
COPY --from=build /app/api/dist api/dist
COPY --from=build /app/pwa/dist pwa/dist
# The server is started and ended here once, so that what Node compiles of it is kept, that included which it loads a second after
# its start. Node uses it for the same version and the same user alone: hence by the user that will run it.
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN chmod -R a+rX,go-w . && install -d -o node .compiled
USER node
RUN export DATA_DIR=/tmp/data CERTS_DIR=/tmp/data/certs; \
    node api/dist/cli.cjs serve & \
    timeout 60 sh -c 'until node api/dist/health.cjs; do sleep 1; done' && sleep 3 && kill $! && wait $! && rm -r /tmp/data
USER root
RUN chown -R root:root .compiled && chmod -R a+rX,go-w .compiled

FROM node:24-slim
LABEL org.opencontainers.image.title="Chat-Room" \
      org.opencontainers.image.description="A private room for a group: one container, one URL, one password" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/app/.compiled \
    DATA_DIR=/data \
    CERTS_DIR=/data/certs
# All is root's, and whoever runs it can change nothing of it but /data.
COPY --from=app --chown=root:root /app /app
RUN ["install", "-d", "-o", "node", "-g", "node", "-m", "0700", "/data"]
WORKDIR /data
VOLUME /data
EXPOSE 8443 8080
# By number: Kubernetes does not know whose name is root's.
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["node", "/app/api/dist/health.cjs"]
ENTRYPOINT ["node", "/app/api/dist/cli.cjs"]
CMD ["serve"]
