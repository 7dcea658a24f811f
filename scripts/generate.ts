/** `npm run generate`: writes the pages that are computed from the declarations. `test/generated.test.ts` fails when they differ. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { recorders } from '../recorders/index.ts';
import { commands } from '../src/commands/index.ts';
import { pagesOf } from '../src/pages/index.ts';

const root = new URL('..', import.meta.url).pathname;
mkdirSync(`${root}man`, { recursive: true });
for (const { path, text } of pagesOf(recorders, commands, readFileSync(`${root}README.md`, 'utf8'))) {
  writeFileSync(root + path, text);
}
