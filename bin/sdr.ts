#!/usr/bin/env node
/** The full edition: sdr on Node.js. */
import pack from '../package.json' with { type: 'json' };
import { recorders } from '../recorders/index.ts';
import { commands } from '../src/commands/index.ts';
import { nodeEngine, platform } from '../src/hosts/node.ts';
import { run } from '../src/program.ts';

const engine = nodeEngine();
const collector = async () => (await import('../src/collect/index.ts')).collector;
void run({ ...engine, collector }, recorders, commands, {
  version: pack.version,
  build: () => `full edition, ${engine.name}, ${platform()}`,
});
