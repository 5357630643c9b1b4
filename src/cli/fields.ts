import type { Colors } from './terminal';
import type { FieldDifference } from '../comparison/handler/differences';
import { canonicalJson, isMap } from '../kinds/policy/canonical-json';

/** No field of the entity, but why it can't be applied. */
const REJECTION = 'rejection';

/** A field in which two sides differ, a line for each part: elements of sets and statements of policies one by one, because both are long. */
export function shownField({ field, expected, actual }: FieldDifference, colors: Colors): readonly string[] {
  if (field === REJECTION) return [`${field}: ${colors.red(String(actual))}`];
  const parts = partsOf(expected, actual);
  if (!parts) return [`${field}: ${colors.green(`expected ${shownValue(expected)}`)}, ${colors.red(`found ${shownValue(actual)}`)}`];
  const [ours, theirs] = parts;
  return [
    ...ours.filter((part) => !theirs.includes(part)).map((part) => `${field}: ${colors.green(`lacks ${part}`)}`),
    ...theirs.filter((part) => !ours.includes(part)).map((part) => `${field}: ${colors.red(`has also ${part}`)}`),
  ];
}

/** What two values have in common can be left out, if they are lists of names, or policies that differ in statements only. */
function partsOf(expected: unknown, actual: unknown): readonly [readonly string[], readonly string[]] | undefined {
  const [ours, theirs] = [namesIn(expected), namesIn(actual)];
  if (ours && theirs) return [ours, theirs];
  const [policy, other] = [policyIn(expected), policyIn(actual)];
  return policy && other && policy.rest === other.rest ? [policy.statements, other.statements] : undefined;
}

function namesIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
}

interface Policy {
  readonly statements: readonly string[];
  /** Everything else of the document. */
  readonly rest: string;
}

function policyIn(value: unknown): Policy | undefined {
  if (typeof value !== 'string' || !value.startsWith('{')) return undefined;
  try {
    const document: unknown = JSON.parse(value);
    if (!isMap(document) || document.Statement === undefined) return undefined;
    const { Statement, ...rest } = document;
    return { statements: [Statement].flat().map(canonicalJson), rest: canonicalJson(rest) };
  } catch {
    // An attribute of a thing may begin like one.
    return undefined;
  }
}

function shownValue(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
