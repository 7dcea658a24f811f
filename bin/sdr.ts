#!/usr/bin/env node
/** The full edition: sdr on Node.js. */
import pack from '../package.json' with { type: 'json' };
import { recorders } from '../recorders/index.ts';
import type { Command } from '../src/command.ts';
import { commands } from '../src/commands/index.ts';
import { nodeEngine, platform } from '../src/hosts/node.ts';
import { frugal, hasty, pace } from '../src/hosts/node-patience.ts';
import { run } from '../src/program.ts';

/** Commands with much to do: they read days, or serve many machines. */
const busy: readonly string[] = ['collect', 'cat', 'rates', 'stats', 'replay'];

// First of all: V8 gives its young generation more room during a start.
pace(frugal);

const engine = nodeEngine();
const collector = async () => (await import('../src/collect/index.ts')).collector;

/** A command that makes haste from the moment that it runs. */
const hurried = (command: Command): Command => ({
  ...command,
  run(...asked) {
    pace(hasty);
    return command.run(...asked);
  },
});

const paced = commands.map((entry) =>
  busy.includes(entry.name) ? { ...entry, load: async () => hurried(await entry.load()) } : entry,
);

void run({ ...engine, collector }, recorders, paced, {
  version: pack.version,
  build: () => `full edition, ${engine.name}, ${platform()}`,
});
