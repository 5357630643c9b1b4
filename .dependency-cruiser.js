/**
 * The walls between the rooms of `src`, as rules of dependency-cruiser: `npx projen walls`.
 *
 * A room imports from itself and from rooms that stand before it in this list, so that no two rooms can import each other. What stands first knows least.
 */
const ROOMS = [
  ['public', '(deletion-mode|drift-mode|identity-replication-options|name-prefixes|registry-kind|replication-alarm|replication-alarms-options|replication-dashboard-options|iot-registry-replication-props)\\.ts$'],
  ['record', 'record/'],
  ['settings', 'settings/'],
  ['runtime', 'runtime/'],
  ['metrics', 'metrics/'],
  ['registry-destination', 'registry-destination\\.ts$'],
  ['regional', 'regional/'],
  ['kinds', 'kinds/'],
  ['table', 'table/'],
  ['status', 'status/'],
  ['persistence', 'persistence/'],
  ['replicator', 'replicator/'],
  ['comparison', 'comparison/'],
  ['events', 'events/'],
  ['sweep', 'sweep/'],
  ['certificate-check', 'certificate-check/'],
  ['hints', 'hints/'],
  ['drift', 'drift/'],
  ['access', 'access/'],
  ['source', 'source\\.ts$'],
  ['destination', 'destination\\.ts$'],
  ['monitoring', 'monitoring/'],
  ['compliance', 'compliance/'],
  ['estimate', 'estimate/'],
  ['cli', 'cli/'],
  ['construct', 'iot-registry-replication\\.ts$'],
  ['index', 'index\\.ts$'],
];

const pathOf = (rooms) => `^src/(${rooms.map(([, path]) => path).join('|')})`;

/** What runs in Lambda, and in the command line: bundles. */
const HANDLERS = ['^src/runtime/', '/handler/', '^src/estimate/', '^src/cli/'];
const ENTRY_POINTS = '(\\.lambda|^src/cli/main)\\.ts$';

const CONSTRUCTS = '(^|/)(aws-cdk-lib|constructs)/';

module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', comment: 'two files need each other: put what both need into a third', from: {}, to: { circular: true } },
    ...ROOMS.slice(0, -1).map((room, i) => ({
      name: `no-way-up-from-${room[0]}`,
      severity: 'error',
      comment: `${room[0]} stands before it in the list of rooms: put what it needs into a room that it may know, or name it there as an interface`,
      from: { path: pathOf([room]) },
      to: { path: pathOf(ROOMS.slice(i + 1)) },
    })),
    { name: 'no-room-without-place', severity: 'error', comment: 'give the room a place in the list', from: { path: '^src/', pathNot: pathOf(ROOMS) }, to: {} },
    {
      name: 'handlers-only-by-entry-points',
      severity: 'error',
      comment: 'synthesis has none of what handlers import: move what both need out of the handler folder',
      from: { path: '^src/', pathNot: [...HANDLERS, ENTRY_POINTS] },
      to: { path: HANDLERS },
    },
    { name: 'nothing-imports-entry-points', severity: 'error', comment: 'they read their environment when they are loaded', from: {}, to: { path: ENTRY_POINTS } },
    {
      name: 'no-constructs-in-handlers',
      severity: 'error',
      comment: 'a bundle would contain the CDK: move what both need into a file without constructs',
      from: { path: [...HANDLERS, ENTRY_POINTS] },
      to: { path: CONSTRUCTS, reachable: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.dev.json' },
    // Types too: a circle of types is one.
    tsPreCompilationDeps: true,
  },
};
