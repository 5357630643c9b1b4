import { awscdk, github, javascript, release } from 'projen';
import { TARGET } from './packages/bundle';
import { pinActions } from './projenrc/actions';
import { TokenlessCheckouts } from './projenrc/checkouts';
import { HANDLER_CODE } from './projenrc/published-code';
import { PublishingApart } from './projenrc/release-workflow';
import { upgradeInlined } from './projenrc/upgrade-workflow';
import { KINDS } from './src/kinds';

/**
 * One place for every version that is pinned, with the reason. A pin without a reason is a bug.
 */
const versions = {
  // The floor: the oldest whose TableV2 uses nothing that is deprecated. Up to 2.268 each table warns of CDK's own code, and with JSII_DEPRECATED=fail none
  // can be synthesized. npm, PyPI, Maven and Go all have it, and the pinned CLI reads its assembly schema.
  awsCdkLib: '2.269.0',
  constructs: '10.5.1',
  // The version that deploys in the tests; one that is too old can't read the assembly schema of the floor.
  awsCdkCli: '2.1148.1',
  // jsii 5.9 shares TypeScript 5.9 with the project; jsii 6 would nest a compiler of its own.
  jsii: '~5.9.0',
  // Left alone, TypeScript resolves to 6, which ts-node can't load.
  typescript: '~5.9.0',
  projen: '0.103.25',
  awsSdk: '^3.900.0',
};

const run = (script: string) => `ts-node --transpile-only --project tsconfig.dev.json ${script}`;

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
  // By hand, from the Actions tab: what fleets rely on is not published by the way.
  release: true,
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  // 13 needs Node.js 22, and an installation on 20 says so nineteen times.
  bumpPackage: 'commit-and-tag-version@^12',
  // Before 1.0 a breaking change raises the minor version, and everything else the patch: see docs/upgrading.md.
  majorVersion: 0,
  // Registries that know this workflow take what it publishes: there is no token that could be stolen. What is on npm and PyPI says which commit it is of.
  npmTrustedPublishing: true,
  // Its reviewers, its branch and its secrets are settings of the repository: see CONTRIBUTING.md.
  releaseEnvironment: 'release',
  // Pull requests change nothing by themselves and need no permission for it: a file that is not as generated fails the build.
  buildWorkflowOptions: { mutableBuild: false, permissions: { contents: github.workflows.JobPermission.READ } },
  // Of its own, for what handlers contain: see `upgradeInlined`.
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
  // Not named like the construct: C# takes such a name for the namespace wherever the class is meant.
  publishToNuget: { dotNetNamespace: 'CdkIotRegistryReplication', packageId: 'CdkIotRegistryReplication', trustedPublishing: true },
  // A repository of its own, which GO_GITHUB_TOKEN may push to: a Go module is its source.
  publishToGo: { moduleName: 'github.com/iot-registry-replication/cdk-iot-registry-replication-go' },

  // No `bundledDeps`: what handlers need is inlined by esbuild, so consumers install nothing but aws-cdk-lib and constructs.
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

    // Tests: the synthesized workflow's JSONata and conditions are evaluated by these, not by stand-ins.
    'jsonata@2.2.2',
    'dynalite@4.0.0',
    'asl-validator@4.0.0',
    'fast-check@4.10.2',
    'aws-sdk-client-mock@4.1.0',
    // What CloudFormation replaces when a property changes, as `cdk diff` knows it: the data of the pinned CLI, in a form that can be asked.
    '@aws-cdk/aws-service-spec@0.1.216',
    // The rules of AwsSolutions; 3.x is the line whose rules are validation plugins, which the floor of aws-cdk-lib has.
    'cdk-nag@3.0.2',
    // Simulated time for the SDK's own retry and rate limiting.
    '@sinonjs/fake-timers@^15',
    '@types/sinonjs__fake-timers@^15',
    // Holds the walls between the rooms of src: circles, types among them, and what is reached by way of others, which no rule of ESLint sees.
    // 17 is the last line that Node.js 20 runs.
    'dependency-cruiser@17.4.3',
    // What the emulator tests and the demo drive and read.
    `@aws-sdk/client-cloudformation@${versions.awsSdk}`,
    `@aws-sdk/client-iam@${versions.awsSdk}`,
    `@aws-sdk/client-sts@${versions.awsSdk}`,
    `@aws-sdk/client-cloudwatch@${versions.awsSdk}`,
    `@aws-sdk/client-cloudwatch-logs@${versions.awsSdk}`,
    `@aws-sdk/client-dynamodb-streams@${versions.awsSdk}`,
    `@aws-sdk/client-iot-data-plane@${versions.awsSdk}`,
    // The emulator's tests connect devices, and forge events as a device would: by MQTT over TLS, with a certificate. No SDK of AWS's that is here speaks MQTT.
    'mqtt@5.16.0',
  ],

  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    // Examples import the package by its name, as its users do.
    compilerOptions: { paths: { 'cdk-iot-registry-replication': ['./src/index.ts'] } },
    include: ['.projenrc.ts', 'emulator/**/*.ts', 'packages/**/*.ts', 'projenrc/**/*.ts', 'demo/**/*.ts', 'bench/**/*.ts', 'live-check/**/*.ts', 'examples/**/*.ts'],
    exclude: ['lib', 'dist', '.work', 'examples/**/node_modules'],
  },
  bundlerOptions: { esbuildVersion: '^0.28' },
  lambdaOptions: {
    // Node.js 22 ends in April 2027, 24 a year later. The syntax is that of 22, so that tests, demo and emulator run the bundles with the Node.js that there is.
    runtime: new awscdk.LambdaRuntime('nodejs24.x', TARGET),
    awsSdkConnectionReuse: false,
  },

  // The project service looks for a tsconfig.json beside each file; this project has one for all that is not published.
  eslintOptions: { dirs: ['src'], devdirs: ['test'], tsconfigPath: './tsconfig.dev.json', projectService: false },

  jestOptions: {
    passWithNoTests: false,
    // The counts that `.ci/run` closes with.
    extraCliOptions: ['--json', '--outputFile=.work/jest-results.json'],
    // projen's default rewrites snapshots while it tests, so that no snapshot can ever fail.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    jestConfig: {
      testTimeout: 60_000,
      collectCoverage: false,
      // One core less, jest's default, is half of a small machine.
      maxWorkers: '100%',
      testEnvironment: '<rootDir>/test/environment.ts',
      testSequencer: '<rootDir>/test/sequencer.js',
      globalSetup: '<rootDir>/test/temporary-files.ts',
      // Copies of this package, made by tests and mutants, are not part of the project.
      modulePathIgnorePatterns: ['<rootDir>/.work/'],
    },
  },

  gitignore: ['/.work/', '/.live-check/', '.DS_Store'],
  // A list of what is left out grows stale: see `files` below.
  npmignoreEnabled: false,
});

// What is published is listed; README, LICENSE and package.json always are. Construct Hub makes its API pages of `.jsii`.
project.package.addField('files', ['.jsii', 'THIRD-PARTY-NOTICES', 'assets', 'lib/**/*.js', 'lib/**/*.d.ts', ...HANDLER_CODE.map((pattern) => `!lib/${pattern}`)]);
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
// Nothing is pushed by the job that builds a release: the tag is made by the one that publishes to GitHub.
project.tryFindObjectFile('.github/workflows/release.yml')!.addOverride('jobs.release.permissions.contents', 'read');

// A lockfile names packages and hashes, not the host that one developer installed from.
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
// No package runs anything by being installed, here or in a workflow: none of those that would needs it.
project.npmrc.addConfig('ignore-scripts', 'true');

// esbuild's command line takes no plugin, and without ours a quarter of the largest bundle is dead: see packages/bundle.ts.
project.bundler.bundleTask.reset(run('packages/bundle.ts'), { receiveArgs: true });
for (const { name } of project.tasks.all.filter((task) => task.name.startsWith('bundle:'))) project.removeTask(name);
// What a bundle has of other packages is in its metafile, and what those ask for is in the notices beside the licence.
project.bundler.bundleTask.exec(run('packages/notices.ts'));
project.gitignore.exclude('/THIRD-PARTY-NOTICES');

// Handlers are assets: on a clean clone the tests find them only after they were bundled.
project.testTask.prependSpawn(project.bundler.bundleTask);
// ts-jest transpiles file by file; types are checked once, here.
project.testTask.prependExec('tsc --noEmit --project tsconfig.dev.json');

// Handlers import development dependencies, because esbuild inlines them; the constructs beside them import none.
project.eslint?.allowDevDeps('src/**/*.lambda.ts');
project.eslint?.allowDevDeps('src/{*/handler,kinds/*/handler,runtime,record}/**');
project.eslint?.addLintPattern('emulator');
project.eslint?.addLintPattern('examples');
project.eslint?.addLintPattern('packages');
project.eslint?.addLintPattern('demo');
project.eslint?.addLintPattern('bench');
project.eslint?.addLintPattern('live-check');
project.eslint?.allowDevDeps('{emulator,packages,demo,bench,live-check}/**');

// What differs from kind to kind is in the folder of the kind, and asked of it: see `src/kinds/kind.ts`.
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

// Tables of cases read better with a row a line.
project.eslint?.addOverride({ files: ['test/**'], rules: { '@stylistic/max-len': ['error', { code: 200, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true }] } });

project.addTask('demo', { description: 'Replicates a registry between two Regions of an emulator, before your eyes', exec: run('demo/demo.ts'), receiveArgs: true });
// Not a task: projen would end at Ctrl-C before what was made is removed. npm waits.
project.setScript('live-check', run('live-check/live-check.ts'));
project.addTask('simulate', { description: 'Replays a simulated history: --seed N', exec: run('test/simulation/simulate.ts'), receiveArgs: true });
project.addTask('mutants', { description: 'Takes out one rule after the other and fails if no test notices', exec: run('test/simulation/mutants.ts'), receiveArgs: true });
// Its place is taken by a test, with a baseline that is there on every clone.
project.removeTask('compat');
project.addTask('walls', { description: 'Checks that the rooms of src import only what they may', exec: 'depcruise --config .dependency-cruiser.js src' });
project.addTask('docs:api', { description: 'Writes the pages of the API, for each language', exec: run('packages/api-pages.ts') });
project.addTask('docs:changes', { description: 'Writes the tables of docs/upgrading.md', exec: run('test/changes/table.ts') });
project.addTask('released', { description: 'After a release: makes its API the one that nothing may break, its version that of the examples', exec: run('packages/released.ts'), receiveArgs: true });
const bench = project.addTask('bench', { description: 'Measures what the README promises' });
bench.spawn(project.bundler.bundleTask);
bench.exec(run('bench/bench.ts'), { receiveArgs: true });

// Pages that a task writes.
project.gitattributes.addAttributes('/docs/api/*.md', 'linguist-generated');

project.synth();
