/** The commands, in documentation order. */
import type { Command } from '../command.ts';
import { capture } from './capture.ts';
import { cat } from './cat.ts';
import { completion } from './completion.ts';
import { describe } from './describe.ts';
import { doctor } from './doctor.ts';
import { help, topics } from './help.ts';
import { list } from './list.ts';
import { rates } from './rates.ts';
import { record } from './record.ts';
import { replay } from './replay.ts';
import { stats } from './stats.ts';

export const commands: readonly Command[] = [
  record,
  list,
  describe,
  doctor,
  cat,
  rates,
  stats,
  capture,
  replay,
  completion(() => commands, topics),
  help(() => commands),
];
