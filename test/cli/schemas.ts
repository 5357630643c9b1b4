import * as fs from 'node:fs';
import * as path from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { ROOT } from '../../emulator/paths';

/** The schema of what a command prints with `--json`. */
export function schemaOf(command: string): object {
  return JSON.parse(fs.readFileSync(path.join(ROOT, 'docs', 'schemas', `${command}.json`), 'utf8')) as object;
}

/** Expects that a value is as the documentation says that a command prints it. */
export function expectSchema(command: string, value: unknown): void {
  const ajv = addFormats(new Ajv({ allErrors: true }));
  const isValid = ajv.validate(schemaOf(command), value);
  expect(isValid ? [] : ajv.errors).toEqual([]);
}
