/**
 * Run by the Node that becomes the one-file program, with its flags: `make` compiles all of each file that is named, and leaves V8's code
 * beside it; `check` ends with 1 when a new process does not take one of them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { small } from '../src/hosts/node-patience.ts';
import { scriptOf } from './sea-script.ts';

/** Without this, functions that have not run are compiled when they do. Cached code is of the flags that hold when it is written. */
function make(name: string): void {
  setFlagsFromString('--no-lazy');
  const script = scriptOf(name, readFileSync(name, 'latin1'));
  setFlagsFromString('--lazy');
  writeFileSync(`${name}.cache`, script.createCachedData());
}

function check(name: string): void {
  const { cachedDataRejected } = scriptOf(name, readFileSync(name, 'latin1'), readFileSync(`${name}.cache`));
  if (cachedDataRejected !== false) throw new Error(`V8 does not take its own code of ${name}`);
}

const [what, ...names] = process.argv.slice(2);
for (const name of names) {
  (what === 'make' ? make : check)(name);
  // The first file sets this when it runs (bin/sdr.ts), and V8's code is for the flags that hold when it is read.
  setFlagsFromString(small);
}
