/** The packaged configuration is right as it is, and each of its keys is one. */
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/command.ts';
import { record } from '../../src/commands/record.ts';
import { documentOf } from '../../src/config/document.ts';
import { keysOf } from '../../src/config/keys.ts';
import { saidOf } from '../../src/config/settings.ts';
import { strangersIn } from '../../src/config/strangers.ts';
import { sampleConfiguration } from '../../src/pages/sample.ts';
import { asked, engineOf, main } from './configured.ts';

const nothing = engineOf({});
const other: Command = {
  name: 'other',
  summary: 'other',
  words: '[DIR]',
  options: [{ flags: '--to <url>', help: 'where to', isList: true }],
  keys: [{ flags: '--directory <dir>', help: 'the directory' }],
  examples: [],
  run: () => 'done',
};
const text = sampleConfiguration([record, other]);

describe('the packaged configuration', () => {
  test('says what the packages want', async () => {
    const found = await asked({ files: { [main]: text } });
    expect(found.said).toBe('');
    expect(found.words).toEqual(['10s']);
    expect(found.values).toEqual({
      output: ['/var/lib/sdr'],
      flush: '60s',
      keep: '28d',
      maxBytes: '256M',
      minFree: '5%',
    });
    expect(() => record.check?.(found.world, found.words, found.values)).not.toThrow();
  });

  test('is right also when every line of it is in force', async () => {
    const document = await documentOf(main, text.replaceAll(/^# (?=\[|[a-z-]+ = )/gm, ''));
    expect(strangersIn([document], [record, other], ['record', 'other'])).toEqual([]);
    for (const command of [record, other]) {
      const { settings, faults } = saidOf(command, [document], nothing);
      expect(faults).toEqual([]);
      expect([...settings.keys()]).toEqual(keysOf(command).map(({ name }) => name));
    }
  });

  test('has no table in force of which it wants nothing', async () => {
    expect([...(await documentOf(main, text)).tables.keys()]).toEqual(['record']);
  });

  test('fits on a terminal', () => {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});
