/** What is linked in is named with its licence. The texts themselves: test/packages/deb.package.ts. */
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { recorderPackages } from '../../scripts/licences.ts';

test('the packages of npm in the recorder edition are those whose licences go with it', async () => {
  const { metafile } = await build({
    entryPoints: ['bin/sdr-recorder.ts'],
    outdir: 'dist',
    write: false,
    bundle: true,
    splitting: true,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['sdr:posix', 'node:*'],
    logLevel: 'silent',
  });
  const names = Object.keys(metafile.inputs).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1] ?? [],
  );
  expect([...new Set(names)].sort()).toEqual([...recorderPackages].sort());
});
