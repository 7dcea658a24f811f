/** What of the Node engine no other test sees. */
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeEngine } from '../../src/hosts/node.ts';
import { folder } from '../system/program.ts';

test('gzip follows no link, which somebody may have planted since it was looked at', async () => {
  const at = folder();
  writeFileSync(join(at, 'secret'), 'root only\n');
  symlinkSync(join(at, 'secret'), join(at, 'a'));
  await expect(nodeEngine().gzip(join(at, 'a'), join(at, 'a.gz'))).rejects.toMatchObject({ code: 'ELOOP' });
  expect(existsSync(join(at, 'a.gz'))).toBe(false);
});
