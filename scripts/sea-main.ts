/**
 * What the one-file program begins with: it finds the files of `npm run build` among its assets. Compiling them is half of a start, so
 * V8's code for them is there as well (https://nodejs.org/docs/latest-v24.x/api/vm.html#scriptcreatecacheddata): V8 takes it when it is
 * of the same V8 with the same flags, and else compiles.
 */
import { getRawAsset } from 'node:sea';
import { scriptOf } from './sea-script.ts';

interface Module {
  exports: unknown;
}

type Load = (path: string) => unknown;
type Body = (exports: unknown, require: Load, module: Module, importModule: Load) => void;

/** The assets there are, as the build knows them. */
declare const ASSETS: readonly string[];

const builtin = require;
const loaded = new Map<string, Module>();

const asset = (name: string): Buffer => Buffer.from(getRawAsset(name) as ArrayBuffer);

function load(name: string): unknown {
  const known = loaded.get(name);
  if (known) return known.exports;
  const cache = `${name}.cache`;
  const script = scriptOf(name, asset(name).toString('latin1'), ASSETS.includes(cache) ? asset(cache) : undefined);
  const module: Module = { exports: {} };
  loaded.set(name, module);
  (script.runInThisContext() as Body)(module.exports, required, module, (path) => import(path));
  return module.exports;
}

/** `./parts/config-01234567.cjs`, `../sdr.cjs`, or a module of Node's. */
const required: Load = (path) => (path.startsWith('.') ? load(path.slice(path.lastIndexOf('/') + 1)) : builtin(path));

load('sdr.cjs');
