import * as fs from 'node:fs';
import { PAGE, withTables } from './table';

const page = fs.readFileSync(PAGE, 'utf8');

test('docs/upgrading.md has the tables that the list makes; `npx projen docs:changes` makes them so', () => {
  expect(page).toBe(withTables(page));
});

test('each page that a table links to exists', () => {
  const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => `#${heading.toLowerCase().replaceAll(' ', '-')}`);
  const links = [...page.matchAll(/\]\((#[^)]+)\)/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
});

test('every change that a deployment alone does not make leads to a way, or says it', () => {
  const rows = page.split('\n').filter((line) => line.includes('not by a deployment alone'));
  for (const row of rows) expect(row).toMatch(/\]\(#|deploy/);
});
