/** A machine with a configuration, and a command that tells what it was asked for. */
import { recorders } from '../../recorders/index.ts';
import type { Command, Values, World } from '../../src/command.ts';
import { commands } from '../../src/commands/index.ts';
import { record } from '../../src/commands/record.ts';
import { configuredOf } from '../../src/config/index.ts';
import { Report } from '../../src/report.ts';
import { FakeEngine } from '../fake.ts';

export interface Scene {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
  readonly values?: Values;
  readonly command?: Command;
}

export const main = '/etc/sdr/sdr.toml';

/** An engine in whose memory these files lie, and this environment. */
export function engineOf({ files = {}, env = {} }: Pick<Scene, 'files' | 'env'>): FakeEngine {
  const engine = new FakeEngine();
  for (const [path, text] of Object.entries(files)) engine.files.put(path, text);
  Object.defineProperty(engine, 'env', { value: (name: string) => env[name] });
  return engine;
}

export function worldOf(engine: FakeEngine): World {
  return { engine, recorders, report: new Report(engine), print: () => {} };
}

/** What a command is asked for there; `said` is stderr. */
export async function asked(scene: Scene) {
  const engine = engineOf(scene);
  const { words = [], values = {}, command = record } = scene;
  const names = commands.map(({ name }) => name);
  const world = worldOf(engine);
  if (values['verbose']) world.report.verbosity = 'verbose';
  const typed = { world, command, names, words, values };
  try {
    const found = await configuredOf(typed);
    return { ...found, engine, exit: 'done', said: engine.files.said(2) };
  } catch (error) {
    const { exit, message } = error as { exit: string; message: string };
    const nothing = {
      words: [] as readonly string[],
      values: {} as Values,
      world: typed.world,
      blamed: (thrown: unknown) => thrown,
    };
    return { ...nothing, engine, exit, said: `${engine.files.said(2)}${message}` };
  }
}

/** The same for one file with these lines in `[record]`. */
export const recorded = (lines: string, scene: Scene = {}) =>
  asked({ ...scene, files: { [main]: `[record]\n${lines}\n` } });
