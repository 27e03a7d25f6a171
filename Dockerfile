# The room in a container:
#   docker build -t chat-room .
#   docker run -p 443:8443 -p 80:8080 -v chat-data:/data -e DOMAIN=chat.example.org chat-room

FROM node:24-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY api/package.json api/
COPY api/protocol/package.json api/protocol/
COPY api/client/package.json api/client/
COPY pwa/package.json pwa/

FROM manifests AS page
RUN npm ci --workspace pwa --ignore-scripts
COPY tsconfig.base.json ./
COPY api api
COPY pwa pwa
RUN node pwa/build.ts

FROM manifests AS app
# The page's packages are in the bill, too: they run, bundled. --ignore-scripts: nothing here has to be compiled.
RUN npm sbom --package-lock-only --workspace api --workspace pwa --omit=dev --sbom-format=cyclonedx > sbom.cdx.json \
 && npm ci --workspace api --workspace api/protocol --workspace api/client --omit=dev --ignore-scripts
# What npm brings and nothing runs: a compiler that is wanted for its types alone, types, programs for other systems.
RUN rm -r node_modules/typescript node_modules/.bin package-lock.json .npmrc \
 && find node_modules api/node_modules -name '*.d.*ts' -delete -o -name '*.d.ts' -delete -o -name '*.map' -delete \
 && find node_modules/bufferutil/prebuilds -mindepth 1 -maxdepth 1 ! -name "linux-$(node -p process.arch)" -exec rm -r {} +
COPY api api
COPY certs certs
COPY LICENSE ./
COPY --from=page /app/pwa/dist pwa/dist
# The server is started and ended here once, so that what Node compiles of it is kept and a start takes half the time. Node
# uses it for the same version and the same user alone: hence by the user that will run it.
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN install -d -o node .compiled
USER node
RUN export DATA_DIR=/tmp/data CERTS_DIR=/tmp/data/certs; \
    node api/src/cli.ts serve & \
    timeout 60 sh -c 'until node api/src/health.ts; do sleep 1; done' && kill $! && wait $! && rm -r /tmp/data
USER root
RUN chown -R root:root .compiled && chmod -R a+rX,go-w .

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
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["node", "/app/api/src/health.ts"]
ENTRYPOINT ["node", "/app/api/src/cli.ts"]
CMD ["serve"]
