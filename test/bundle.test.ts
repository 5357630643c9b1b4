import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../emulator/paths';
import { withLiteralKeys } from '../packages/bundle';
import { handlersIn } from '../packages/inlined';

describe('the keys that the SDK computes', () => {
  test('are written as the constants that they are', () => {
    const text = 'const _h = "http";\nconst _hQ = "httpQuery";\nexport var A$ = [9, n0, _A, { [_h]: ["GET", "/a", 200] }, { [_hQ]: _c }];\nconst list = [_h];';
    expect(withLiteralKeys(text, 'a.js')).toBe(text.replace('[_h]:', '"http":').replace('[_hQ]:', '"httpQuery":'));
  });

  test('are an error, with the file, if one is no constant', () => {
    expect(() => withLiteralKeys('const _h = next();\nvar A$ = { [_h]: 1 };', 'a.js')).toThrow(/^a\.js: got a key \[_h\], expected one that is a constant of the file/);
  });
});

test.each(handlersIn(ROOT))('%s contains no operation of AWS IoT that nothing of ours calls', (handler) => {
  const bundle = fs.readFileSync(path.join(ROOT, 'assets', handler, 'index.js'), 'utf8');
  expect(bundle.length).toBeGreaterThan(0);
  for (const operation of ['CreateOTAUpdate', 'StartAuditMitigationActionsTask', 'CreateKeysAndCertificate']) expect(bundle).not.toContain(`"${operation}`);
});

test('the bundle of the replicator contains the operations that it calls', () => {
  const bundle = fs.readFileSync(path.join(ROOT, 'assets/replicator/stream.lambda/index.js'), 'utf8');
  for (const operation of ['CreateThing', 'AddThingToThingGroup', 'DeprecateThingType']) expect(bundle).toContain(`"${operation}"`);
});
