/** One engine, recorders and commands make a program: from what was typed to the code of the process's end. */
import type { Identity } from './asked.ts';
import { asked, failed, versionText } from './asked.ts';
import type { Entry, World } from './command.ts';
import { commonOptions } from './command.ts';
import type { Exit } from './errors.ts';
import { exits } from './errors.ts';
import type { Engine } from './host.ts';
import { errno } from './host.ts';
import { lineOf } from './line.ts';
import type { Recorder } from './recorder.ts';
import { Report } from './report.ts';
import { utf8 } from './text.ts';

export async function run(
  bare: Engine,
  recorders: readonly Recorder[],
  commands: readonly Entry[],
  identity: Identity,
): Promise<void> {
  const engine = knowing(bare, identity.version);
  const world: World = { engine, recorders, report: new Report(engine), print: (text) => print(engine, text) };
  const exit = (await plainly(world, commands, identity)) ?? (await judged(world, commands, identity));
  engine.exit(exits[exit].code);
}

/** Does what a plain line says; null when the line is none, and nothing is done. */
export async function plainly(world: World, commands: readonly Entry[], identity: Identity): Promise<Exit | null> {
  const { args } = world.engine;
  const [first = ''] = args;
  if (first === '--version' || first === '-V') return args.length > 1 ? null : printed(world, identity);
  const isRecorder = world.recorders.some(({ name }) => name === first.split('@')[0]);
  const entry = commands.find(({ name }) => name === (isRecorder ? 'record' : first));
  if (!entry) return null;
  const command = await entry.load();
  const line = lineOf(isRecorder ? args : args.slice(1), [...command.options, ...commonOptions]);
  if (!line) return null;
  try {
    return await asked({ world, names: commands.map(({ name }) => name) }, command, line.words, line.values);
  } catch (error) {
    return failed(world, error);
  }
}

function printed(world: World, identity: Identity): Exit {
  world.print(versionText(identity, false));
  return 'done';
}

/** Any line at all, right or wrong: by a reader that is loaded for it. */
async function judged(world: World, commands: readonly Entry[], identity: Identity): Promise<Exit> {
  const { main } = await import('./cli.ts');
  return main(world, commands, identity);
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
    engine.exit(exits[errno(error) === 'EPIPE' ? 'done' : 'io'].code);
  }
}
