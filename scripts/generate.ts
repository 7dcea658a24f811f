/** `npm run generate`: writes the pages that are computed from the declarations. `test/generated.test.ts` fails when they differ. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { recorders } from '../recorders/index.ts';
import { all } from '../src/commands/index.ts';
import { pagesOf } from '../src/pages/index.ts';

const commands = await all();

const root = new URL('..', import.meta.url).pathname;
const pages = pagesOf({ recorders, commands }, readFileSync(`${root}README.md`, 'utf8'));
for (const { path, text } of pages) {
  mkdirSync(dirname(root + path), { recursive: true });
  writeFileSync(root + path, text);
}
// What was renamed leaves no page behind.
const paths = new Set(pages.map(({ path }) => path));
for (const folder of ['man', 'packaging/systemd']) {
  for (const name of readdirSync(root + folder))
    if (!paths.has(`${folder}/${name}`)) rmSync(`${root}${folder}/${name}`);
}
