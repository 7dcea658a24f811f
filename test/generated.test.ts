/** The pages in the repository are those that the declarations give. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recorders } from '../recorders/index.ts';
import { all } from '../src/commands/index.ts';
import { pagesOf } from '../src/pages/index.ts';

const commands = await all();

const root = new URL('..', import.meta.url).pathname;
const read = (path: string) => readFileSync(root + path, 'utf8');

describe('npm run generate', () => {
  const pages = pagesOf({ recorders, commands }, read('README.md'));
  test.each(pages.map(({ path, text }) => [path, text]))('would leave %s as it is', (path, text) => {
    expect(read(path)).toBe(text);
  });

  test('would remove nothing from man', () => {
    const paths = pages.map(({ path }) => path);
    expect(readdirSync(`${root}man`).filter((name) => !paths.includes(`man/${name}`))).toEqual([]);
  });
});
