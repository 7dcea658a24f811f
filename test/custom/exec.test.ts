/** A recorder of any program. */
import { describe, expect, test } from 'vitest';
import { execRecorder } from '../../src/custom/exec.ts';
import { wordsOf } from '../../src/custom/words.ts';
import { Csv } from '../../src/formats/csv.ts';
import type { Ran } from '../../src/host.ts';
import { Job } from '../../src/job.ts';
import { Machine } from '../../src/machine.ts';
import { noSystem } from '../../src/tape-system.ts';
import { Text } from '../../src/text.ts';
import { viewOf } from '../../src/view.ts';
import { FakeFiles } from '../fake/files.ts';
import { sampled } from '../fake/job.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

/** What is written and said when the program ends like that. */
function recorded(ran: Partial<Ran>, wish = 'ups=upsc "my ups"') {
  const calls: (readonly string[])[] = [];
  const warnings: string[] = [];
  const recorder = execRecorder(wish);
  const system = {
    ...noSystem,
    find: (program: string) => (program === 'upsc' ? '/bin/upsc' : null),
    run(program: string, args: readonly string[], limit: number, then: (ran: Ran) => void) {
      calls.push([program, ...args, String(limit)]);
      then({ stdout: bytes(''), stderr: bytes(''), status: 0, failure: '', ...ran });
    },
  };
  const warn = (_: string, message: string) => warnings.push(message);
  const machine = new Machine(new FakeFiles(), '', warn, { system });
  const view = viewOf(recorder);
  const job = new Job(recorder, view, machine, () => true, warn);
  const out = new Text();
  const batch = sampled(job, 1000, 5000);
  if (batch) new Csv().rows(batch, out);
  return { csv: Buffer.from(out.view()).toString(), calls, warnings, header: view.header };
}

describe('--exec', () => {
  test('runs the program without a shell, with a limit, and writes what it prints', () => {
    const { csv, calls, header } = recorded({
      stdout: bytes('battery.charge: 100\nups.status: OL\nin.voltage: 230.5 V\n'),
    });
    expect(calls).toEqual([['/bin/upsc', 'my ups', '5000']]);
    expect(header).toBe('time,item,value,text');
    expect(csv).toBe('5,battery.charge,100.000000,\n5,ups.status,,OL\n5,in.voltage,230.500000,V\n');
  });

  test('takes bytes that are no UTF-8', () => {
    expect(recorded({ stdout: bytes('caf\xe9: 1\n') }).csv).toBe('5,caf%E9,1.000000,\n');
  });

  test.each([
    [
      'a status',
      { status: 3, stderr: bytes('Error: Driver not connected\nmore\n') },
      'upsc ended with status 3: Error: Driver not connected',
    ],
    ['a signal', { status: null }, 'upsc was killed'],
    ['the limit', { status: null, failure: 'ETIMEDOUT' }, 'upsc did not end within 5 s'],
    ['no start', { status: null, failure: 'EACCES' }, 'Cannot run upsc: EACCES'],
    ['nothing', {}, 'Cannot parse the output of upsc: expected lines "name value"'],
  ])('%s is a skipped sample', (_, ran, message) => {
    const { csv, warnings } = recorded(ran);
    expect(csv).toBe('');
    expect(warnings).toEqual([`ups: ${message}; sample skipped`]);
  });

  test('a program that is not there is said at once', () => {
    expect(() => recorded({}, 'ups=nope')).toThrow('There is no program nope in PATH');
  });

  test.each([
    ['upsc ups', 'expected name=command'],
    ['=upsc', 'expected name=command'],
    ['ups=', 'Expected a command behind the name'],
    ['Ups=upsc', 'expected lower-case letters and digits'],
    ["ups=upsc 'x", 'expected quotes in pairs'],
  ])('"%s" is refused', (wish, message) => {
    expect(() => execRecorder(wish)).toThrow(message);
  });
});

test.each([
  ['a b', ['a', 'b']],
  ['  a   "b c"  ', ['a', 'b c']],
  [`a 'b "c"' d"e f"g`, ['a', 'b "c"', 'de fg']],
  ['a ""', ['a', '']],
])('the words of %s', (line, words) => {
  expect(wordsOf(line)).toEqual(words);
});
