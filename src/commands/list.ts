/** `sdr list`: the recorders, and whether they work here. */
import type { Command } from '../command.ts';
import { flag, text } from '../command.ts';
import { trialOf } from '../doctor/trial.ts';
import type { Exit } from '../errors.ts';
import { SdrError } from '../errors.ts';
import { aligned } from '../pages/aligned.ts';
import { ownOptions } from './own.ts';

export const list: Command = {
  name: 'list',
  summary: 'list the recorders, and whether they work here',
  words: '',
  options: [
    { flags: '--json', help: 'print one JSON document' },
    { flags: '--root <dir>', help: 'read /proc and /sys below DIR' },
    ...ownOptions,
  ],
  examples: ['sdr list', 'sdr list --json'],
  async run({ engine, recorders, print }, words, values): Promise<Exit> {
    if (words.length > 0) throw new SdrError('usage', `list: expected no words, got "${words.join(' ')}"`);
    const root = text(values, 'root') ?? '';
    const trials = await Promise.all(recorders.map((recorder) => trialOf(recorder, { engine, root })));
    const found = trials.map(({ recorder: { name, summary, key, slow }, works, why, rows }) => {
      return { name, summary, key, slow_s: slow === null ? null : slow / 1000, works, why, rows };
    });
    const lines = found.map(({ name, works, summary, why }) => [
      name,
      works ? 'yes' : 'no',
      why === '' ? summary : `${summary} (${why})`,
    ]);
    const page = aligned([['recorder', 'works', 'what it records'], ...lines]);
    print(flag(values, 'json') ? `${JSON.stringify(found, null, 2)}\n` : page);
    return 'done';
  },
};
