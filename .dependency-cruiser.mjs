/** Which room may import which. A new room is one line in PACKAGES or, for a service, nothing at all. */

/** Each package and the packages its sources may import. Specs and tests are free to use stack and testing as well. */
const PACKAGES = {
  contracts: [],
  statistics: [],
  telemetry: ['contracts'],
  failpoints: ['contracts'],
  messaging: ['contracts', 'failpoints', 'telemetry'],
  persistence: ['contracts', 'failpoints', 'messaging', 'telemetry'],
  pipeline: ['contracts', 'statistics'],
  envelope: ['contracts', 'messaging', 'pipeline'],
  runtime: ['contracts', 'failpoints', 'messaging', 'persistence', 'pipeline', 'telemetry'],
  provision: ['contracts', 'messaging', 'pipeline'],
  'otlp-receiver': ['contracts'],
  stack: ['contracts'],
  platform: ['contracts', 'messaging', 'stack'],
  oracle: ['contracts', 'messaging', 'pipeline', 'statistics'],
  flights: ['contracts', 'messaging', 'pipeline'],
  simulation: ['contracts', 'messaging'],
  testing: [
    'contracts',
    'messaging',
    'persistence',
    'pipeline',
    'platform',
    'runtime',
    'stack',
    'statistics',
    'telemetry',
  ],
};

const SPEC = '\\.spec\\.ts$';
const TESTS = '(^e2e/|^bench/|^[^/]+/[^/]+/test/|^packages/testing/)';

const packageDirections = Object.entries(PACKAGES).map(([name, allowed]) => ({
  name: `${name}-imports`,
  comment: `packages/${name} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other room'} (.dependency-cruiser.mjs).`,
  severity: 'error',
  from: { path: `^packages/${name}/src/`, pathNot: SPEC },
  to: { path: '^(packages|apps)/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...packageDirections,
    {
      name: 'package-without-directions',
      comment: 'Every package says in PACKAGES of .dependency-cruiser.mjs what it may import.',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/(${Object.keys(PACKAGES).join('|')})/` },
      to: {},
    },
    {
      name: 'no-app-in-app',
      comment: 'Services meet on topics. Nothing imports an app but that app.',
      severity: 'error',
      from: { path: '^(packages|apps|e2e|bench)/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^$1/$2/' },
    },
    {
      name: 'front-door-only',
      comment: 'Another room is imported by its name, @pitwall/<room>, never by a file in it.',
      severity: 'error',
      from: { path: '^([^/]+/[^/]+)/' },
      to: { path: '^packages/[^/]+/', pathNot: ['^$1/', '^packages/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'kafka-client-in-messaging',
      comment: 'The Kafka client lives behind the port of packages/messaging; tests may use it as a foreign client.',
      severity: 'error',
      from: { pathNot: ['^packages/messaging/', TESTS] },
      to: { path: '(^|node_modules/)kafkajs(/|$)' },
    },
    {
      name: 'onnx-in-inference',
      comment: 'A model runs in the child processes of inference and nowhere else.',
      severity: 'error',
      from: { pathNot: ['^apps/inference/', TESTS] },
      to: { path: '(^|node_modules/)onnxruntime-node(/|$)' },
    },
    {
      name: 'no-stack-in-services',
      comment:
        'A service knows addresses only. What starts Kafka and PostgreSQL is the demo, the command and the tests.',
      severity: 'error',
      from: { pathNot: [SPEC, TESTS, '^packages/(stack|platform)/', '^apps/(demo|cli)/'] },
      to: { path: '^packages/(stack|platform)/' },
    },
    {
      name: 'no-tests-in-sources',
      comment: 'Sources import neither tests nor packages/testing.',
      severity: 'error',
      from: { path: '/src/', pathNot: [SPEC, TESTS] },
      to: { path: [SPEC, TESTS] },
    },
    {
      name: 'declared-dependencies-only',
      comment: 'What a source imports is in `dependencies` of the package.json of its room.',
      severity: 'error',
      from: { path: '^(apps|packages)/[^/]+/src/', pathNot: [SPEC, TESTS] },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'not-resolvable',
      comment: 'The file is not there, or the package is not in package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(bench|(apps|packages)/[^/]+)/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    // Without the condition it would look at dist and be blind to what crosses rooms.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@pitwall/source', 'import', 'node', 'default', 'types'],
    },
  },
};
