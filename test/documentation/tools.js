#!/usr/bin/env node
/** Stands for npm and npx: what is to be run is to be there, and nothing is. Gets the tool's name, and then what was typed. */
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const [tool, first, ...others] = process.argv.slice(2);
const read = (file) => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
const expected = (isThere, what) => {
  if (!isThere) throw new Error(`${[tool, first, ...others].join(' ')}: expected ${what}`);
};

// A tool that is merely named is there.
if (others.length === 0 && ['run', 'projen', 'cdk'].includes(first)) process.exit(0);
else if (tool === 'npm' && first === 'run') expected(read('package.json').scripts[others[0]], 'a script of package.json');
else if (tool === 'npm') expected(['ci', 'test', 'install'].includes(first), 'ci, test or install');
else if (first === 'projen') expected(read('.projen/tasks.json').tasks[others[0]], 'a task of projen');
else if (first === 'cdk-iot-registry-replication') fs.appendFileSync(process.env.COMMAND_LINES, `${JSON.stringify(others)}\n`);
else if (first === 'cdk') {
  const verb = others.find((each) => !each.startsWith('-'));
  const options = others.filter((each) => each.startsWith('-'));
  const names = others.filter((each) => each !== verb && !each.startsWith('-'));
  expected(['bootstrap', 'deploy', 'destroy', 'diff', 'ls'].includes(verb), 'a command of the CDK CLI');
  expected(options.every((each) => ['--all', '--exclusively', '--revert-drift'].includes(each)), 'options that the emulator\'s tests use, or that no emulator has');
  // The environments of `bootstrap`, and else stacks of the app of the tests.
  if (verb !== 'bootstrap' && names.length > 0) fs.appendFileSync(process.env.STACKS, names.map((each) => `${each}\n`).join(''));
} else expected(false, 'npm, npx projen, npx cdk or the program of this package');
