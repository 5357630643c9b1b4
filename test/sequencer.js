const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * What takes longest starts first, so that no core is left with it at the end. The simulation comes in worker processes that are still
 * fresh: each file before leaves hooks of Node's async contexts behind, and a simulation in which every promise runs through those of thirty files
 * takes four times as long.
 */
const FIRST = ['/emulator/', '/consumers/', '/simulation/pipeline', '/simulation/sweep', '/simulation/', '/moto/'];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => FIRST.findIndex((part) => path.includes(part)) + 1 || FIRST.length + 1;
    return [...tests].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  }
};
