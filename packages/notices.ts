/** Writes the notices of the packages that the bundles contain. The task `bundle` ends with it, in the tree that it bundles. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { inlinedPackages, type InlinedPackage } from './inlined';

/** In the published package, beside its own licence. */
export const NOTICES = 'THIRD-PARTY-NOTICES';

const LINE = '-'.repeat(80);
const NO_TEXT = 'Its licence asks for no copy of its text.';

/** Packages under the same text share it. */
export function noticesOf(packages: readonly InlinedPackage[]): string {
  const byText = new Map<string, InlinedPackage[]>();
  for (const each of packages) byText.set(each.text ?? NO_TEXT, [...byText.get(each.text ?? NO_TEXT) ?? [], each]);
  const sections = [...byText].map(([text, sharing]) => [LINE, ...sharing.map(headingOf), LINE, '', text, ''].join('\n'));
  return ['The functions and the command line of this package (assets) contain code of the packages below, each of which is under a licence of its own.', '', ...sections].join('\n');
}

function headingOf({ name, version, license, handlers }: InlinedPackage): string {
  return `${name} ${version} (${license}), in ${handlers.join(', ')}`;
}

if (require.main === module) fs.writeFileSync(path.join(process.cwd(), NOTICES), noticesOf(inlinedPackages(process.cwd())));
