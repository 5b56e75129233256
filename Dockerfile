# Built in three stages, so that the image holds the compiled product and its libraries and none of the tools.
#   docker build -t plimsoll .
#   docker run --rm plimsoll policies
#   docker run --rm -v "$PWD:/work" -u "$(id -u):$(id -g)" plimsoll run my-scenario.yaml --out my-report

FROM node:20-slim AS build
WORKDIR /opt/plimsoll
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY build build
COPY src src
COPY docs docs
RUN npm run build

FROM node:20-slim AS libraries
WORKDIR /opt/plimsoll
COPY package.json package-lock.json .npmrc ./
# No scripts: the one of this package compiles the product, which the stage above has done.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /opt/plimsoll
COPY --from=libraries /opt/plimsoll/node_modules node_modules
COPY --from=build /opt/plimsoll/dist dist
COPY package.json LICENSE ./
COPY scenarios scenarios
RUN chmod +x dist/cli/main.js \
  && ln -s /opt/plimsoll/dist/cli/main.js /usr/local/bin/plimsoll \
  && mkdir /work && chown node:node /work
# Scenarios and results are mounted here.
WORKDIR /work
USER node
ENTRYPOINT ["plimsoll"]
CMD ["--help"]
