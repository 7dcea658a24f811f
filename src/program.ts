/** One engine, recorders and commands make a program: the last step before a process ends. */
import { exitCode, main } from './cli.ts';
import type { Entry, World } from './command.ts';
import type { Engine } from './host.ts';
import { errno } from './host.ts';
import type { Recorder } from './recorder.ts';
import { Report } from './report.ts';
import { utf8 } from './text.ts';

export async function run(
  bare: Engine,
  recorders: readonly Recorder[],
  commands: readonly Entry[],
  identity: { readonly version: string; readonly build: () => string },
): Promise<void> {
  const engine = knowing(bare, identity.version);
  const world: World = { engine, recorders, report: new Report(engine), print: (text) => print(engine, text) };
  engine.exit(exitCode(await main(world, commands, identity)));
}

/** An engine that knows our version. */
function knowing(engine: Engine, version: string): Engine {
  const { system } = engine;
  return { ...engine, system: { ...system, fact: (name) => (name === 'version' ? version : system.fact(name)) } };
}

/** All of a text to stdout; a reader that went away ends the program politely. */
function print(engine: Engine, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? utf8(text) : text;
  try {
    for (let done = 0; done < bytes.length; ) done += engine.files.write(1, bytes, done, bytes.length - done);
  } catch (error) {
    engine.exit(errno(error) === 'EPIPE' ? exitCode('done') : exitCode('io'));
  }
}
