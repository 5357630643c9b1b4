const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes longest starts first, so that no core is left with it at the end; and what mostly waits starts before what mostly computes. */
const FIRST = ['/emulator/replication', '/simulation/regressions', '/emulator/', '/consumers/', '/simulation/pipeline', '/simulation/sweep', '/moto/', '/simulation/'];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => FIRST.findIndex((part) => path.includes(part)) + 1 || FIRST.length + 1;
    return [...tests].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  }
};
