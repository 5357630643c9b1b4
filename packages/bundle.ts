/** Bundles the handlers for Lambda, the command line and the live check: all of them, or the given ones, such as `drift/drift.lambda`. The task `bundle` begins with it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { COMMAND_LINE, entryPointsIn, fileOf, LIVE_CHECK, METAFILES } from './inlined';

/** The syntax of the bundles: that of the oldest Node.js that runs them, here or in Lambda. */
export const TARGET = 'node22';

/** The files of the SDK that describe the inputs and outputs of a service. */
const SCHEMAS = /client-[a-z0-9-]+\/dist-es\/schemas\/schemas_\d+\.js$/;

/**
 * The SDK describes each operation of a service under a computed key, as `{ [_h]: ["GET", "/things"] }`. To esbuild that is a call with effects, so it
 * keeps all 200 operations of AWS IoT for the 15 that are called. The keys are constants of the same file; written as what they are, a quarter of the
 * largest bundle goes.
 */
const literalKeys: Plugin = {
  name: 'literal-keys',
  setup: ({ onLoad }) => {
    onLoad({ filter: SCHEMAS }, async ({ path: file }) => ({ contents: withLiteralKeys(await fs.promises.readFile(file, 'utf8'), file) }));
  },
};

/** The package.json of a service's client, which reads only its version from it. */
const CLIENT_PACKAGES = /@aws-sdk[\\/]client-[a-z0-9-]+[\\/]package\.json$/;

/** Bundles contain only the version of a package.json: the rest is 2 KB for each service. */
const versionsAlone: Plugin = {
  name: 'versions-alone',
  setup: ({ onLoad }) => {
    onLoad({ filter: CLIENT_PACKAGES }, async ({ path: file }) => {
      const { version } = JSON.parse(await fs.promises.readFile(file, 'utf8')) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** The file that builds the longest workflow that the props allow. */
const LONGEST = /live-check[\\/]longest-definition\.ts$/;

/** The live check deploys that workflow. Its bundle contains the result, because nobody who runs it has aws-cdk-lib. */
const computedDefinitions: Plugin = {
  name: 'computed-definitions',
  setup: ({ onLoad }) => {
    onLoad({ filter: LONGEST }, ({ path: file }) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- takes seconds, and most bundles have no such file
      const computed = require(file) as typeof import('../live-check/longest-definition');
      const constants = Object.entries(computed).map(([name, of]) => `export const ${name} = () => (${JSON.stringify(of())});`);
      return { contents: constants.join('\n') };
    });
  },
};

/** Programs find credentials wherever the AWS CLI does. */
const PROGRAMS: readonly string[] = [COMMAND_LINE, LIVE_CHECK];

/** @throws Error if a computed key is no constant of the file */
export function withLiteralKeys(text: string, file: string): string {
  const constants = new Map([...text.matchAll(/^const (\w+) = ("[^"\\]*");$/gm)].map(([, name, literal]) => [name, literal]));
  return text.replace(/\[(\w+)\]:/g, (_key, name: string) => {
    const literal = constants.get(name);
    if (literal === undefined) throw new Error(`${file}: got a key [${name}], expected one that is a constant of the file: see literalKeys in packages/bundle.ts`);
    return `${literal}:`;
  });
}

const OPTIONS = {
  bundle: true,
  platform: 'node',
  target: TARGET,
  tsconfig: 'tsconfig.dev.json',
  minify: true,
  metafile: true,
  // The ES module builds of the SDK shake down to two thirds of the CommonJS ones.
  mainFields: ['module', 'main'],
  plugins: [literalKeys, versionsAlone, computedDefinitions],
} satisfies BuildOptions;

/**
 * Of a handler. The SDK is inlined: the version that is tested is the version that runs, and a minified bundle starts faster than the runtime's own copy. Excluded
 * is the code that looks for credentials outside of the environment, into which Lambda puts them: a fifth of a bundle, loaded only when needed.
 */
const ELSEWHERE = [
  ...['http', 'ini', 'process', 'sso', 'web-identity'].map((provider) => `@aws-sdk/credential-provider-${provider}`),
  '@smithy/credential-provider-imds',
];

/** Where the bundle of an entry point is: users install a program's, CDK uploads the folder of a handler's. */
export function bundleOf(entryPoint: string): string {
  return PROGRAMS.includes(entryPoint) ? path.join('assets', `${entryPoint}.js`) : path.join('assets', entryPoint, 'index.js');
}

/**
 * Bundles an entry point, and writes esbuild's metafile to where the notices look for it.
 *
 * @param external packages to exclude, besides those that are always excluded
 * @throws BuildFailure of esbuild, with the place of each error
 */
export async function bundle(root: string, entryPoint: string, outfile: string, external: readonly string[] = []): Promise<void> {
  const { metafile } = await build({
    ...OPTIONS,
    absWorkingDir: root,
    entryPoints: [fileOf(entryPoint)],
    outfile,
    external: [...PROGRAMS.includes(entryPoint) ? [] : ELSEWHERE, ...external],
  });
  if (external.length > 0) return;
  const report = path.join(root, METAFILES, `${entryPoint}.json`);
  await fs.promises.mkdir(path.dirname(report), { recursive: true });
  await fs.promises.writeFile(report, JSON.stringify(metafile));
}

async function main(named: readonly string[]): Promise<void> {
  const root = process.cwd();
  const known = entryPointsIn(root);
  const unknown = named.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`got ${unknown.join(', ')}, expected some of ${known.join(', ')}`);
  for (const entryPoint of named.length > 0 ? named : known) await bundle(root, entryPoint, bundleOf(entryPoint));
}

if (require.main === module) main(process.argv.slice(2)).catch((error: Error) => { console.error(error.message); process.exitCode = 1; });
