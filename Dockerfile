# The image of entrapipe: any command, the server of jobs and its workers. See docs/operations.md.
FROM node:24-slim AS package
WORKDIR /source
COPY . .
RUN npm ci && npm pack --pack-destination /package

FROM node:24-slim
COPY --from=package /package /package
RUN npm install --global /package/entrapipe-*.tgz && npm cache clean --force && rm -r /package
RUN mkdir -p /state /out && chown node:node /state /out
ENV ENTRAPIPE_STORE=/state
USER node
WORKDIR /out
VOLUME ["/state", "/out"]
EXPOSE 7443
ENTRYPOINT ["entrapipe"]
