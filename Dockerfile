FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY client/package.json client/
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/migrations migrations
COPY --from=build /app/demo demo
COPY --from=build /app/package.json package.json
RUN mkdir /data && chown node /data
USER node
VOLUME /data
EXPOSE 3000
# Whether the process answers; /readyz also asks the database, whose absence no restart of this container would mend.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/livez`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The exec form: node itself gets the signal to stop, and ends with grace.
ENTRYPOINT ["node", "--max-semi-space-size=64", "dist/bin/cli.js"]
CMD ["serve"]
