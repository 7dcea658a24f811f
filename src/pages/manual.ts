/** All pages of the manual, and which one a topic means. */
import type { Command } from '../command.ts';
import { SdrError } from '../errors.ts';
import type { Recorder } from '../recorder.ts';
import type { Prose } from './command.ts';
import { commandPage } from './command.ts';
import type { Page } from './page.ts';
import { programPage } from './program.ts';
import { recorderPage } from './recorder.ts';
import { collect } from './topics/collect.ts';
import { config, configPage } from './topics/config.ts';
import { csvPage } from './topics/csv.ts';
import { forward } from './topics/forward.ts';
import { installPage, unit } from './topics/install.ts';
import { krdPage } from './topics/krd.ts';
import { others } from './topics/others.ts';
import { cat, rates, stats } from './topics/reading.ts';
import { record } from './topics/record.ts';
import { sarPage } from './topics/sar/index.ts';
import { wirePage } from './topics/wire.ts';

export interface Declared {
  readonly commands: readonly Command[];
  readonly recorders: readonly Recorder[];
}

/** By the name of the command. */
const prose: Readonly<Record<string, Prose>> = { record, forward, collect, cat, rates, stats, config, unit, ...others };

/** Every page, in the order of sdr(1). */
export function manual(declared: Declared): readonly Page[] {
  const { commands, recorders } = declared;
  return [
    programPage(declared),
    ...commands.map((command) => commandPage(command, proseOf(command))),
    ...recorders.map((recorder) => recorderPage(recorder, recorders)),
    configPage(commands),
    csvPage(recorders),
    krdPage(),
    sarPage(),
    wirePage(),
    installPage(),
  ];
}

/** The page of a topic: its name, or what stands behind `sdr-`; null when there is none. */
export function pageOf(topic: string, declared: Declared): Page | null {
  const pages = manual(declared);
  return pages.find(({ name }) => name === topic) ?? pages.find(({ name }) => name === `sdr-${topic}`) ?? null;
}

/** Throws when a command came without prose: its page would say less than its help. */
function proseOf({ name }: Command): Prose {
  const found = prose[name];
  if (found) return found;
  throw new SdrError('bug', `There is no prose of sdr ${name}: src/pages/topics/ has none`);
}
