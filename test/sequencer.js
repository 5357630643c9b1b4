const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * What takes longest starts first, so that no core is left with it at the end. Of what mostly waits, one file at a time: two that wait would leave a core idle. Nothing else that needs the
 * emulator is among the first either: it would wait until the longest has installed it.
 */
const FIRST = [
  '/emulator/replication', '/simulation/regressions', '/simulation/pipeline', '/simulation/sweep', '/emulator/', '/consumers/', '/moto/', '/simulation/identities/', '/changes/deployed', '/simulation/',
];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => FIRST.findIndex((part) => path.includes(part)) + 1 || FIRST.length + 1;
    return [...tests].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  }
};
