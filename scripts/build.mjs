/**
 * Bundles the full edition into two CommonJS files: dist/sdr.cjs, because one file starts in half the time of a hundred, and
 * dist/programs.cjs, which is loaded when the first program runs.
 */
import { chmodSync } from 'node:fs';
import { build } from 'esbuild';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Names stay as they are: a stack trace in a bug report has to be readable.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
};

/** Leaves what is loaded later in its own file. require() of it: import() would load the loader of ES modules first, 4 MB more. */
const later = {
  name: 'later',
  setup({ onResolve, onLoad }) {
    const file = './programs.cjs';
    onResolve({ filter: /\/node-programs\.ts$/ }, ({ path }) => ({ path, namespace: 'later' }));
    onLoad({ filter: /./, namespace: 'later' }, () => ({ contents: `module.exports = require('${file}')` }));
    onResolve({ filter: /^\.\/programs\.cjs$/ }, () => ({ path: file, external: true }));
  },
};

const outfile = 'dist/sdr.cjs';
await build({ ...common, entryPoints: ['bin/sdr.ts'], outfile, plugins: [later] });
await build({ ...common, entryPoints: ['src/hosts/node-programs.ts'], outfile: 'dist/programs.cjs' });
chmodSync(outfile, 0o755);
