import { awscdk, github, javascript, release } from 'projen';
import { bundleOf, TARGET } from './packages/bundle';
import { COMMAND_LINE } from './packages/inlined';
import { pinActions } from './projenrc/actions';
import { TokenlessCheckouts } from './projenrc/checkouts';
import { BUNDLED_CODE } from './projenrc/published-code';
import { PublishingApart } from './projenrc/release-workflow';
import { upgradeInlined } from './projenrc/upgrade-workflow';
import { KINDS } from './src/kinds';

/**
 * One place for every version that is pinned, with the reason. A pin without a reason is a bug.
 */
const versions = {
  // The floor: the oldest version whose TableV2 uses nothing deprecated. Up to 2.268 each table warns about CDK's own code, and with JSII_DEPRECATED=fail none
  // can be synthesized. npm, PyPI, Maven and Go all have it, and the pinned CLI can read its assembly schema.
  awsCdkLib: '2.269.0',
  constructs: '10.5.1',
  // The version that deploys in the tests; an older one can't read the assembly schema of the floor.
  awsCdkCli: '2.1148.1',
  // jsii 5.9 shares TypeScript 5.9 with the project; jsii 6 would nest a compiler of its own.
  jsii: '~5.9.0',
  // Without a pin, TypeScript resolves to 6, which ts-node can't load.
  typescript: '~5.9.0',
  projen: '0.103.25',
  awsSdk: '^3.900.0',
};

/** As a list, because projen joins a command line and the arguments of its task with spaces, so that an argument with a space becomes two. */
const runWithArgs = (script: string) => ['ts-node', '--transpile-only', '--project', 'tsconfig.dev.json', script];
const run = (script: string) => runWithArgs(script).join(' ');

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-iot-registry-replication',
  description: 'An AWS CDK construct that keeps the AWS IoT Core registry of one Region replicated in others',
  author: 'The cdk-iot-registry-replication authors',
  authorAddress: 'maintainers@iot-registry-replication.example',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/iot-registry-replication/cdk-iot-registry-replication.git',
  license: 'Apache-2.0',
  keywords: ['aws', 'cdk', 'awscdk', 'aws-cdk', 'iot', 'iot-core', 'registry', 'replication', 'multi-region', 'disaster-recovery', 'global-table'],
  stability: 'experimental',

  packageManager: javascript.NodePackageManager.NPM,
  // Until it ends in April 2027; the README names 24 and 26, which do not end within a year.
  minNodeVersion: '22.0.0',
  // Without it `minNodeVersion` is also the version that the workflows run on.
  workflowNodeVersion: 'lts/*',
  cdkVersion: versions.awsCdkLib,
  constructsVersion: versions.constructs,
  jsiiVersion: versions.jsii,
  typescriptVersion: versions.typescript,
  projenVersion: versions.projen,
  projenrcTs: true,
  defaultReleaseBranch: 'main',
  // By hand, from the Actions tab: a library that fleets rely on is not published in passing.
  release: true,
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  // 13 needs Node.js 22, and an installation on 20 warns nineteen times.
  bumpPackage: 'commit-and-tag-version@^12',
  // Before 1.0 a breaking change raises the minor version, and everything else the patch: see docs/upgrading.md.
  majorVersion: 0,
  // Registries that trust this workflow accept what it publishes: no token can be stolen. The packages on npm and PyPI name their commit.
  npmTrustedPublishing: true,
  // Its reviewers, its branch and its secrets are settings of the repository: see CONTRIBUTING.md.
  releaseEnvironment: 'release',
  // The build of a pull request changes nothing and needs no permission: a file that differs from the generated one fails it.
  buildWorkflowOptions: { mutableBuild: false, permissions: { contents: github.workflows.JobPermission.READ } },
  // The project has a workflow of its own for the packages in handlers: see `upgradeInlined`.
  depsUpgrade: false,
  pullRequestTemplate: false,
  githubOptions: { mergify: false, pullRequestLint: false },

  publishToPypi: { distName: 'cdk-iot-registry-replication', module: 'cdk_iot_registry_replication', trustedPublishing: true },
  publishToMaven: {
    javaPackage: 'io.github.iotregistryreplication',
    mavenGroupId: 'io.github.iotregistryreplication',
    mavenArtifactId: 'cdk-iot-registry-replication',
    // Maven Central has no trusted publishing: MAVEN_USERNAME, MAVEN_PASSWORD and the GPG key are secrets of the repository.
    mavenServerId: 'central-ossrh',
  },
  // Not named like the construct: C# would read the name as the namespace wherever the class is meant.
  publishToNuget: { dotNetNamespace: 'CdkIotRegistryReplication', packageId: 'CdkIotRegistryReplication', trustedPublishing: true },
  // A repository of its own, which GO_GITHUB_TOKEN may push to: a Go module is its source.
  publishToGo: { moduleName: 'github.com/iot-registry-replication/cdk-iot-registry-replication-go' },

  // No `bundledDeps`: esbuild inlines what handlers need, so consumers install only aws-cdk-lib and constructs.
  devDeps: [
    // projen asks for the dist-tag `ts5.9` of these types; a range resolves without one.
    '@types/node@^20',
    `aws-cdk@${versions.awsCdkCli}`,

    // The handlers' own code.
    `@aws-sdk/client-iot@${versions.awsSdk}`,
    `@aws-sdk/client-dynamodb@${versions.awsSdk}`,
    `@aws-sdk/client-sqs@${versions.awsSdk}`,
    `@aws-sdk/util-dynamodb@${versions.awsSdk}`,
    '@types/aws-lambda@^8',
    '@aws-lambda-powertools/logger@^2', // structured logs without a format of our own
    '@aws-lambda-powertools/metrics@^2', // metrics out of the functions' logs: no call, no permission, no latency
    '@aws-lambda-powertools/batch@^2', // partial batch responses of the retry queue
    '@smithy/types@^4',
    '@smithy/core@^3', // which errors the SDK takes for throttling or transient
    'p-map@^4', // bounded concurrency; the last version that CommonJS can load
    `@aws-sdk/client-s3@${versions.awsSdk}`,
    `@aws-sdk/client-sfn@${versions.awsSdk}`,
    `@aws-sdk/client-ssm@${versions.awsSdk}`,
    `@aws-sdk/client-lambda@${versions.awsSdk}`,
    // Of the command line: quotas for `estimate`.
    `@aws-sdk/client-service-quotas@${versions.awsSdk}`,

    // The command line, in a bundle of its own. commander has no dependency, types of its own, and makes help and usage errors out of the declarations; it is here in
    // the line that dependency-cruiser has. cli-table3 and cli-progress measure text as terminals show it. All of them can be loaded by CommonJS, which Jest needs.
    'commander@14.0.3',
    'cli-table3@0.6.5',
    'cli-progress@3.12.0',
    '@types/cli-progress@3.11.6',
    'picocolors@1.1.1',

    // Tests: these evaluate the synthesized workflow's JSONata and conditions, rather than stand-ins.
    'jsonata@2.2.2',
    'dynalite@4.0.0',
    'asl-validator@4.0.0',
    'fast-check@4.10.2',
    // Whether the command line prints the JSON that its schemas describe; the versions that asl-validator has.
    'ajv@8.20.0',
    'ajv-formats@3.0.1',
    'aws-sdk-client-mock@4.1.0',
    // Which changes of properties replace a resource, according to `cdk diff`: the data of the pinned CLI.
    '@aws-cdk/aws-service-spec@0.1.216',
    // The rules of AwsSolutions; 3.x is the line whose rules are validation plugins, which the floor of aws-cdk-lib has.
    'cdk-nag@3.0.2',
    // Simulated time for the SDK's own retry and rate limiting.
    '@sinonjs/fake-timers@^15',
    '@types/sinonjs__fake-timers@^15',
    // Ordered maps of the simulated queues and indexes, which hold more than 100,000 entries in the backfill of a million.
    'sorted-btree@^2.1.0',
    // Checks the walls between the rooms of src: circles, including those of types, and indirect imports, which no rule of ESLint sees.
    // 17 is the last major version that runs on Node.js 20.
    'dependency-cruiser@17.4.3',
    // Clients of the services that the emulator tests and the demo use.
    `@aws-sdk/client-cloudformation@${versions.awsSdk}`,
    `@aws-sdk/client-iam@${versions.awsSdk}`,
    `@aws-sdk/client-sts@${versions.awsSdk}`,
    `@aws-sdk/client-cloudwatch@${versions.awsSdk}`,
    `@aws-sdk/client-cloudwatch-logs@${versions.awsSdk}`,
    `@aws-sdk/client-dynamodb-streams@${versions.awsSdk}`,
    `@aws-sdk/client-iot-data-plane@${versions.awsSdk}`,
    // The emulator's tests connect devices, and forge events as a device would: by MQTT over TLS, with a certificate. None of the installed AWS SDKs speaks MQTT.
    'mqtt@5.16.0',
  ],

  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    // Examples import the package by its name, as its users do.
    compilerOptions: { paths: { 'cdk-iot-registry-replication': ['./src/index.ts'] } },
    include: ['.projenrc.ts', 'emulator/**/*.ts', 'packages/**/*.ts', 'projenrc/**/*.ts', 'demo/**/*.ts', 'bench/**/*.ts', 'live-check/**/*.ts', 'examples/**/*.ts'],
    exclude: ['lib', 'dist', '.work', 'examples/**/node_modules'],
  },
  // For `npx cdk-iot-registry-replication`.
  bin: { 'cdk-iot-registry-replication': bundleOf(COMMAND_LINE) },
  bundlerOptions: { esbuildVersion: '^0.28' },
  lambdaOptions: {
    // Node.js 22 ends in April 2027, 24 a year later. The syntax is that of 22, so that tests, demo and emulator can run the bundles with the installed Node.js.
    runtime: new awscdk.LambdaRuntime('nodejs24.x', TARGET),
    awsSdkConnectionReuse: false,
  },

  // The project service looks for a tsconfig.json beside each file; this project has one for everything that is not published.
  eslintOptions: { dirs: ['src'], devdirs: ['test'], tsconfigPath: './tsconfig.dev.json', projectService: false },

  jestOptions: {
    passWithNoTests: false,
    // The counts that `.ci/run` prints at its end.
    extraCliOptions: ['--json', '--outputFile=.work/jest-results.json'],
    // projen's default rewrites snapshots during tests, so no snapshot could ever fail.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    jestConfig: {
      testTimeout: 60_000,
      collectCoverage: false,
      // One core less, jest's default, is half of a small machine. Jest takes a percentage above 100 for a number of workers.
      maxWorkers: '100%',
      // Inside of the sandbox of a test, each look at a global that is not among these parameters of a module is intercepted. No others: Date is exchanged by clocks of tests, and
      // a module that declares a variable with one of these names is a syntax error; aws-cdk-lib has a Map, readable-stream a Number and most of the others.
      sandboxInjectedGlobals: ['Array', 'Infinity', 'JSON', 'Math', 'Object', 'Reflect', 'RegExp', 'TypeError', 'WeakMap'],
      testEnvironment: '<rootDir>/test/environment.ts',
      testSequencer: '<rootDir>/test/sequencer.js',
      globalSetup: '<rootDir>/test/temporary-files.ts',
      // Copies of this package, made by tests and mutants, are not part of the project.
      modulePathIgnorePatterns: ['<rootDir>/.work/'],
    },
  },

  gitignore: ['/.work/', '/.live-check/', '.DS_Store'],
  // A list of excluded files becomes stale: see `files` below.
  npmignoreEnabled: false,
});

// The published files. README, LICENSE and package.json are always included. Construct Hub builds its API pages from `.jsii`.
project.package.addField('files', ['.jsii', 'THIRD-PARTY-NOTICES', 'assets', 'lib/**/*.js', 'lib/**/*.d.ts', ...BUNDLED_CODE.map((pattern) => `!lib/${pattern}`)]);
// pacmak writes one where there is none.
project.gitignore.exclude('/.npmignore');

// `npm ci` fails on the optional native binaries that 1.13 lists.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
// pacmak writes the installed versions of these into go.mod: ones that exist as Go modules, and that belong to the floor of aws-cdk-lib.
project.package.addPackageResolutions('@aws-cdk/cloud-assembly-schema@54.11.0', '@aws-cdk/asset-node-proxy-agent-v6@2.1.2');

pinActions(project.github!);
new TokenlessCheckouts(project.buildWorkflow!.workflow);
new PublishingApart(project);
upgradeInlined(project, run('packages/upgrade-inlined.ts'));
// The job that builds a release pushes nothing: the job that publishes to GitHub creates the tag.
project.tryFindObjectFile('.github/workflows/release.yml')!.addOverride('jobs.release.permissions.contents', 'read');

// A lockfile names packages and hashes, not the host that one developer installed from.
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
// No package runs scripts when it is installed, here or in a workflow: none of those that have scripts needs them.
project.npmrc.addConfig('ignore-scripts', 'true');

// esbuild's command line accepts no plugin, and without ours a quarter of the largest bundle is dead code: see packages/bundle.ts.
project.bundler.bundleTask.reset();
project.bundler.bundleTask.execArgs(runWithArgs('packages/bundle.ts'), { receiveArgs: true });
for (const { name } of project.tasks.all.filter((task) => task.name.startsWith('bundle:'))) project.removeTask(name);
// A bundle's metafile lists the packages in it, and the notices beside the licence contain what those packages require.
project.bundler.bundleTask.exec(run('packages/notices.ts'));
project.gitignore.exclude('/THIRD-PARTY-NOTICES');

// Handlers are assets: on a clean clone the tests find them only after they were bundled.
project.testTask.prependSpawn(project.bundler.bundleTask);
// ts-jest transpiles file by file; types are checked once, here.
project.testTask.prependExec('tsc --noEmit --project tsconfig.dev.json');

// Handlers import development dependencies, because esbuild inlines them; the constructs beside them import none.
project.eslint?.allowDevDeps('src/**/*.lambda.ts');
project.eslint?.allowDevDeps('src/{*/handler,kinds/*/handler,runtime,record,cli}/**');
project.eslint?.addLintPattern('emulator');
project.eslint?.addLintPattern('examples');
project.eslint?.addLintPattern('packages');
project.eslint?.addLintPattern('demo');
project.eslint?.addLintPattern('bench');
project.eslint?.addLintPattern('live-check');
project.eslint?.allowDevDeps('{emulator,packages,demo,bench,live-check}/**');

// Differences between kinds are in the folder of the kind: see `src/kinds/kind.ts`.
const kindNames = KINDS.map(({ name }) => name).join('|');
project.eslint?.addOverride({
  files: ['src/**'],
  excludedFiles: ['src/kinds/**'],
  rules: {
    'no-restricted-syntax': ['error', ...['BinaryExpression[operator=/^[!=]==?$/]', 'SwitchCase', "CallExpression[callee.property.name='includes']"].map((where) => (
      { selector: `${where} > Literal[value=/^(${kindNames})$/]`, message: 'Ask the kind what it is like, rather than which one it is: see src/kinds/kind.ts.' }
    ))],
  },
});

// Tables of cases read better with one row per line.
project.eslint?.addOverride({ files: ['test/**'], rules: { '@stylistic/max-len': ['error', { code: 200, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true }] } });

project.addTask('demo', { description: 'Replicates a registry between two Regions of an emulator, before your eyes', execArgs: runWithArgs('demo/demo.ts'), receiveArgs: true });
// Not a task: at Ctrl-C projen would end before the program has removed its resources. npm waits.
project.setScript('live-check', run('live-check/live-check.ts'));
project.addTask('simulate', { description: 'Replays a simulated history: --seed N', execArgs: runWithArgs('test/simulation/simulate.ts'), receiveArgs: true });
project.addTask('mutants', { description: 'Takes out one rule after the other and fails if no test notices', execArgs: runWithArgs('test/simulation/mutants.ts'), receiveArgs: true });
// A test replaces it, with a baseline that every clone contains.
project.removeTask('compat');
project.addTask('walls', { description: 'Checks that the rooms of src import only what they may', exec: 'depcruise --config .dependency-cruiser.js src' });
project.addTask('docs:api', { description: 'Writes the pages of the API, for each language', exec: run('packages/api-pages.ts') });
project.addTask('docs:changes', { description: 'Writes the tables of docs/upgrading.md', exec: run('test/changes/table.ts') });
project.addTask('released', { description: 'After a release: makes its API the one that nothing may break, its version that of the examples', execArgs: runWithArgs('packages/released.ts'), receiveArgs: true });
const bench = project.addTask('bench', { description: 'Measures what the README promises' });
bench.spawn(project.bundler.bundleTask);
bench.execArgs(runWithArgs('bench/bench.ts'), { receiveArgs: true });

// Pages that a task writes.
project.gitattributes.addAttributes('/docs/api/*.md', 'linguist-generated');

project.synth();
