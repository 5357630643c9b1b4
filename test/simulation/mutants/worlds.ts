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
    name: 'a sweep vouches for what it has not compared',
    rule: 'a proof is one for what it compared',
    file: 'src/status/handler/status.ts',
    find: ' && replicateTheSame(heartbeat, lastSweep)',
    replace: '',
    killedBy: unitTest('status/status', 'after a sweep of other prefixes the registry is not in sync'),
  },
  {
    name: 'a sweep of before vouches for what is selected again',
    rule: 'while something else was replicated, changes were not recorded: only a sweep that began since then vouches',
    file: 'src/status/handler/replicated.ts',
    find: ' && lastSweep.startedAt > otherwiseUntil',
    replace: '',
    killedBy: world('what was selected for a while, and is again'),
  },
  {
    name: 'a sweep vouches for what is selected before its records are applied',
    rule: 'the result of a sweep may overtake its last records',
    file: 'src/status/handler/replicated.ts',
    find: ' && isApplied(lastSweep, heartbeat)',
    replace: '',
    killedBy: unitTest('status/merge', 'is vouched for by a sweep of it that began since'),
  },
  {
    name: 'a drift check vouches for what it has not compared',
    rule: 'a drift check is a proof for the kinds and prefixes that it compared',
    file: 'src/status/handler/status.ts',
    find: '!lastDrift || lastDrift.selection === heartbeat.selection',
    replace: 'true',
    killedBy: world('what is selected since a deployment is vouched for by no drift check of before'),
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
