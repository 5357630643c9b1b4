import { type Mutant, unitTest } from './mutant';

/** Rules that worlds show: without them, a status says in sync that is not. */
const world = (testName: string) => unitTest('simulation/worlds', testName);

export const worldMutants: readonly Mutant[] = [
  {
    name: 'a batch that was in time stays in time',
    rule: 'what becomes late while it is being done is reported within a minute',
    file: 'src/replicator/handler/signals.ts',
    find: 'cancel = setTimer(watch, ',
    replace: 'cancel = left >= 0 ? () => undefined : setTimer(watch, ',
    killedBy: unitTest('replicator/reporting', 'of a batch that was read in time is written when a minute is over'),
  },
  {
    name: 'a wrong clock hides a heartbeat that is not applied',
    rule: 'a heartbeat that arrived and is not applied is a backlog, whatever takes its place',
    file: 'src/status/handler/status.ts',
    find: 'Math.max(applied, unheard, arrived ?',
    replace: 'Math.max(applied, arrived ?',
    killedBy: world('a heartbeat that nobody applies is remembered'),
  },
  {
    name: 'a time that goes back is no gap',
    rule: 'a record that is older than the one it replaces is a gap of the source: times order what has no version',
    file: 'src/replicator/handler/stream-consumer.ts',
    find: 'record.timestamp < old.timestamp - MARGIN_MS',
    replace: 'false',
    killedBy: world('a clock of AWS IoT that is set back is a gap'),
  },
  {
    name: 'a dynamic group that comes first leaves a static one of its name',
    rule: 'a dynamic group takes away what has its name, whether or not there was a record of it',
    file: 'src/kinds/group/handler/apply.ts',
    find: "history !== 'plain' && !await context.isRetained()",
    replace: "history === 'unknown' && !await context.isRetained()",
    killedBy: world('a group whose tombstone expired before it was applied'),
  },
  {
    name: 'a sweep leaves what is of the future',
    rule: 'a time beyond the margin is no recent one, and what it keeps from being repaired is a difference',
    file: 'src/record/margin.ts',
    find: 'return Math.abs(now - timestamp) < MARGIN_MS;',
    replace: 'return now - timestamp < MARGIN_MS;',
    killedBy: world('a record of the future is a difference of each sweep'),
  },
  {
    name: 'a deletion with a made-up id is believed',
    rule: 'with confirmDeletions, a deletion of another incarnation than the one in the registry ends no record but its own',
    file: 'src/persistence/persistence-workflow.ts',
    find: '{% $states.input.${IS_REPLACED} = true %}',
    replace: '{% $states.input.${IS_REPLACED} = 1 %}',
    killedBy: world('a deletion with an id that is made up ends no thing'),
  },
];
