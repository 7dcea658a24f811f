/** `sdr replay`: the rows that a recording of a captured machine would have written. */
import type { Command } from '../command.ts';
import { SdrError, unknownName } from '../errors.ts';
import type { Format } from '../format.ts';
import { formats } from '../format.ts';
import { wantedOf } from '../recording.ts';
import { replay as run, stepsOf } from '../replay.ts';
import { Text } from '../text.ts';
import { viewOf } from '../view.ts';
import { recordOptions, wishesOf } from './record.ts';

const taken = [
  '--format',
  '--columns',
  '--counters',
  '--changes',
  '--devices',
  '--skip-devices',
  '--recorder',
  '--exec',
];

export const replay: Command = {
  name: 'replay',
  summary: 'print what a captured machine would have recorded',
  words: 'DIR [recorder…]',
  options: recordOptions.filter(({ flags }) => taken.some((name) => flags.startsWith(name))),
  examples: ['sdr capture tape cpurec 1 5 && sdr replay tape cpurec'],
  run({ engine, recorders, report, print }, [directory, ...names], values) {
    if (directory === undefined) throw new SdrError('usage', 'replay: expected the DIR of a tape');
    const known = recorders.map(({ name }) => name);
    const chosen = (names.length === 0 ? known.slice(0, 1) : names).map((name) => {
      const recorder = recorders.find((each) => each.name === name);
      if (!recorder) throw unknownName('recorder', name, known);
      return recorder;
    });
    const wishes = wishesOf(values);
    const { format: name, columns, counters, changes } = wishes;
    if (name === 'csv' && chosen.length > 1) {
      throw new SdrError('usage', 'Several recorders do not fit into one CSV stream: use --format json');
    }
    const format = (formats[name] as () => Format)();
    const views = new Map(
      chosen.map((each) => [each, viewOf(each, { counters, changes, columns: columns.length > 0 ? columns : null })]),
    );
    const out = new Text();
    for (const view of views.values()) out.ascii(format.head(view));
    const failures = run(stepsOf(engine.files, directory), {
      recorders: chosen,
      view: (recorder) => views.get(recorder) ?? viewOf(recorder),
      wanted: wantedOf(wishes),
      warn: (condition, message) => report.warn(condition, message),
      rows: (batch) => format.rows(batch, out),
    });
    print(out.view());
    return failures > 0 ? 'partial' : 'done';
  },
};
