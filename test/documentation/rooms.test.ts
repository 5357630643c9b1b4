import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../../emulator/paths';

const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** The rooms in docs/architecture.md, in the order of its table. */
const [, table] = /^## Rooms of src$([^]*?)(?=^## |(?![^]))/m.exec(read('docs/architecture.md')) ?? [];
const documented = [...(table ?? '').matchAll(/^\| `([\w-]+)` \|/gm)].map(([, room]) => room);

test('the map of rooms contains every folder of src, and no other', () => {
  const folders = fs.readdirSync(path.join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect([...documented].sort()).toEqual(folders.sort());
});

test('the map has the order in which rooms may import each other', () => {
  const walls = [...read('.dependency-cruiser.js').matchAll(/^ {2}\['([\w-]+)', '\1\/'\],$/gm)].map(([, room]) => room);
  expect(documented).toEqual(walls);
});
