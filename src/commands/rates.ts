/** `sdr rates`: what `sdr record` would have written, from the counters that `--counters` wrote instead. */
import type { Command, World } from '../command.ts';
import { text } from '../command.ts';
import type { Exit } from '../errors.ts';
import { SdrError, unknownName } from '../errors.ts';
import { formats } from '../format.ts';
import { everything, Rows } from '../read/merge.ts';
import { printing } from '../read/output.ts';
import { Rates } from '../read/rates.ts';
import type { Recorded } from '../read/recorded.ts';
import { recordedOf, sharedRecorder } from '../read/recorded.ts';
import { selectionOf } from '../read/sources.ts';
import type { Recorder } from '../recorder.ts';
import { isDifference } from '../schema.ts';
import { intervalColumn } from '../view.ts';

/** Why rates cannot be computed from these columns; '' when they can. */
function fault(names: readonly string[], { name: recorder, columns }: Recorder): string {
  if (!Object.values(columns).some(isDifference)) return `${recorder} has no rates`;
  const computed = Object.entries(columns).find(([name, column]) => isDifference(column) && names.includes(name));
  if (computed) return `it has rates already (${computed[0]}): expected a file of --counters`;
  return names.includes(intervalColumn) ? '' : `it has no ${intervalColumn}: expected a file of --counters`;
}

/** The files that hold counters; in a directory, others may be among them. */
function counted(world: World, files: readonly Recorded[], recorder: Recorder): readonly Recorded[] {
  const kept = files.filter(({ path, names, source }) => {
    const why = fault(names, recorder);
    if (why === '') return true;
    if (source.isNamed || files.length === 1) throw new SdrError('usage', `No rates from ${path}: ${why}`);
    world.report.warn('not counters', `No rates from ${path}: ${why}; such files are left out`);
    return false;
  });
  if (kept.length > 0) return kept;
  throw new SdrError('unavailable', `No files of ${recorder.name} hold counters: record them with --counters`);
}

/**
 * Prints the rows of all files, one file after the other as they were written: a chain of samples goes on from file to file. Returns
 * whether all could be read to their ends.
 */
function printRates(world: World, files: readonly Recorded[], recorder: Recorder, narrow: boolean): boolean {
  let isWhole = true;
  printing(world.engine.files, (output) => {
    const format = (formats['csv'] as () => ReturnType<(typeof formats)[string]>)();
    const rates = new Rates(recorder, narrow, (batch) => {
      format.rows(batch, output.text());
      output.spelled();
    });
    output.text().ascii(format.head(rates.view));
    for (const file of files) {
      const rows = new Rows(world, file, everything);
      rates.file(file.names);
      while (rows.next()) {
        const { lines } = rows;
        lines.split();
        rates.row(
          lines.time,
          lines.fractional,
          file.names.map((_, i) => lines.cell(i)),
        );
      }
      isWhole &&= !rows.isBroken;
    }
    rates.flush();
    if (rates.continued === 0) {
      world.report.warn('no rates', 'No rates: no sample follows another of the same recording');
    }
  });
  return isWhole;
}

function run(world: World, words: readonly string[], values: Parameters<Command['run']>[2]): Exit {
  const { recorder: wanted, sources } = selectionOf(world, 'rates', words);
  const { files, failures } = recordedOf(world, sources);
  const name = sharedRecorder(files, wanted);
  const recorder = world.recorders.find((each) => each.name === name);
  if (!recorder) {
    const [file] = files;
    if (name === '' && file) throw new SdrError('usage', `${file.path} has the columns of no recorder`);
    throw unknownName(
      'recorder',
      name,
      world.recorders.map((each) => each.name),
    );
  }
  const isWhole = printRates(world, counted(world, files, recorder), recorder, text(values, 'ulong') === '32');
  return isWhole && failures === 0 ? 'done' : 'partial';
}

export const rates: Command = {
  name: 'rates',
  summary: 'turn files of --counters into rates',
  words: '[DIR|FILE…] [RECORDER]',
  options: [
    {
      flags: '--ulong <bits>',
      help: "how wide the kernel's unsigned long was: 32 on 32-bit ARM (default 64)",
      choices: ['32', '64'],
    },
  ],
  examples: [
    'sdr record diskrec 1 60 --counters > diskrec.csv && sdr rates diskrec.csv',
    'sdr rates /var/lib/sdr nicrec',
  ],
  run,
};
