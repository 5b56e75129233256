// Imports run down only: cli → report → study → scenario → {traces, policies, solver, engine} → record → contract → model →
// {kernel, stats}. Types count as imports: a type is knowledge of the other room too.

const room = (name) => `^src/${name}/`;

// Every room with the rooms it may import from, besides itself.
const belowModel = ['sim/kernel', 'stats'];
const belowRecord = ['sim/contract', 'sim/model', ...belowModel];
const belowEngine = ['sim/record', ...belowRecord];
const belowScenario = ['traces', 'policies', 'solver', 'sim/engine', ...belowEngine];
const belowStudy = ['scenario', ...belowScenario];
const belowReport = ['study', ...belowStudy];
const rooms = {
  cli: ['report', ...belowReport],
  report: belowReport,
  study: belowStudy,
  scenario: belowScenario,
  // An importer gives jobs and nodes and describes its options; it knows nothing of runs.
  traces: ['sim/contract', 'sim/model', ...belowModel],
  // A policy sees what the contract shows it. The clock gives it NEVER.
  policies: ['sim/contract', 'sim/model', 'sim/kernel/clock.ts', 'sim/kernel/portable-math.ts'],
  // A solver answers programs and knows nothing of jobs.
  solver: ['sim/contract'],
  'sim/engine': belowEngine,
  'sim/record': belowRecord,
  'sim/contract': ['sim/model', ...belowModel],
  'sim/model': belowModel,
  'sim/kernel': [],
  stats: [],
};

const runDownOnly = Object.entries(rooms).map(([name, allowed]) => ({
  name: `imports-of-${name.replace('/', '-')}`,
  comment: `src/${name} may import ${allowed.length > 0 ? allowed.map((one) => `src/${one}`).join(', ') : 'no other room'}.`,
  severity: 'error',
  from: { path: room(name) },
  to: {
    path: '^(src|test|bench|build)/',
    pathNot: [name, ...allowed].map((one) => (one.endsWith('.ts') ? `^src/${one}$` : room(one))),
  },
}));

// A library is at home in few rooms; elsewhere it would be a second way of doing the same.
const homes = {
  seedrandom: '^src/sim/kernel/random[.]ts$',
  vega: '^src/report/',
  'vega-lite': '^src/report/',
  'vega-embed': '^src/report/',
  highs: '^src/solver/',
  yalps: '^src/solver/',
  commander: '^src/cli/',
  jstat: '^src/stats/',
  piscina: '^src/study/executors/',
  bullmq: '^src/study/executors/redis/',
  ioredis: '^src/study/executors/redis/',
  '@duckdb/node-api': '^src/study/store/',
  'cli-progress': '^src/cli/',
  'cli-table3': '^src/cli/',
};

const librariesAtHome = Object.entries(homes).map(([library, home]) => ({
  name: `home-of-${library}`,
  comment: `Only ${home} may use ${library}.`,
  severity: 'error',
  from: { path: '^src/', pathNot: home },
  to: { path: `(^|/)node_modules/(@types/)?${library}/` },
}));

module.exports = {
  forbidden: [
    ...runDownOnly,
    ...librariesAtHome,
    {
      name: 'rooms-are-declared',
      comment: 'A file outside the rooms listed above would be under no rule: put it in a room, or declare the room.',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.keys(rooms).map(room) },
      to: {},
    },
    {
      name: 'policies-take-types-of-the-model',
      comment: 'A policy knows the model by its types alone: what it may do is in the contract.',
      severity: 'error',
      from: { path: '^src/policies/' },
      to: { path: '^src/sim/model/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'traces-take-types-of-the-contract',
      comment: 'An importer describes its options with ParameterSchema and uses nothing else of the contract.',
      severity: 'error',
      from: { path: '^src/traces/' },
      to: { path: '^src/sim/contract/', pathNot: '^src/sim/contract/definition[.]ts$' },
    },
    {
      name: 'simulation-is-pure',
      comment: 'No file, network or process inside the simulation.',
      severity: 'error',
      from: { path: '^src/(sim|policies|stats)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'simulation-stands-alone',
      comment: 'The simulation uses no package but seedrandom, in kernel/random.ts.',
      severity: 'error',
      from: { path: '^src/(sim|policies)/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(@types/)?seedrandom/' },
    },
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one file, or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports this file and it imports nobody: use it or delete it.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '[.]d[.]ts$' },
      to: {},
    },
    {
      name: 'product-needs-no-tools',
      comment: 'src runs without the development dependencies; their types vanish when compiled.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'every-import-is-found',
      comment: 'The file or package does not exist, or package.json does not list it.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'every-package-is-listed',
      comment: 'Works only as long as another package happens to bring it along: list it in package.json.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|reports)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
