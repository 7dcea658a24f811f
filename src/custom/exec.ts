/** `--exec NAME=COMMAND`: a recorder of any program that prints names and values, run beside the tick with a limit of 5 s. */
import { ParseError, SdrError } from '../errors.ts';
import { indexes } from '../formula.ts';
import type { Ran } from '../host.ts';
import type { Machine } from '../machine.ts';
import { ascii, bytesOf, decodeId, encodeId } from '../parse.ts';
import type { Asker, Reader, Recorder } from '../recorder.ts';
import { defineRecorder } from '../recorder.ts';
import { gauge, level, text, words } from '../schema.ts';
import { faultsOf } from './faults.ts';
import { itemsOf, most } from './output.ts';
import { wordsOf } from './words.ts';

/** Milliseconds. */
const limit = 5000;
/** Where programs of administrators lie, which cron does not look at. */
const directories = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/bin', '/bin', '/usr/local/bin'];

/** Throws a usage error when the wish is not `name=command`. */
export function execRecorder(wish: string): Recorder {
  const at = wish.indexOf('=');
  if (at < 1) throw new SdrError('usage', `--exec "${wish}": expected name=command, such as ups=upsc ups@localhost`);
  const line = wish.slice(at + 1);
  const recorder = declared(wish.slice(0, at), line, wordsOf(line));
  const [fault] = faultsOf(recorder);
  if (fault !== undefined) throw new SdrError('usage', `--exec "${wish}": ${fault}`);
  return recorder;
}

function declared(name: string, line: string, command: readonly [string, ...string[]]): Recorder {
  const fields = {
    value: gauge('value', line, 'the number behind the name'),
    text: text('text', line, 'what is no number'),
  };
  const at = indexes(fields);
  return defineRecorder({
    name,
    summary: `what "${line}" prints`,
    key: 'item',
    sources: [line],
    fields,
    columns: {
      value: level('value', 'the number behind the name; empty when there is none', 6),
      text: words('text', 'the unit behind the number, or the words instead of one, percent-encoded'),
    },
    open: (machine) => asker(machine, command, (ran) => filler(ran, command[0], machine, at)),
  });
}

function asker(
  machine: Machine,
  [program, ...args]: readonly [string, ...string[]],
  filled: (ran: Ran) => Reader,
): Asker {
  const path = program.includes('/') ? program : machine.system.find(program, directories);
  if (path === null) throw new SdrError('unavailable', `There is no program ${program} in PATH`);
  return { ask: (answered) => machine.system.run(path, args, limit, (ran) => answered(filled(ran))) };
}

function filler(ran: Ran, program: string, { warn }: Machine, at: { value: number; text: number }): Reader {
  return (sample) => {
    const fault = faultOf(ran, program);
    if (fault !== '') throw new ParseError(fault);
    const items = itemsOf(linesOf(ran.stdout));
    if (items.length === 0) throw new ParseError(`Cannot parse the output of ${program}: expected lines "name value"`);
    if (items.length === most)
      warn(`${program}: items`, `${program} prints more than ${most - 1} items: others are left out`);
    for (const { id, value, text } of items) {
      const values = sample.row(id);
      if (values) values[at.value] = value;
      if (values && text !== '') sample.text(at.text, text);
    }
  };
}

/** No escapes for the terminal of whoever reads the warning. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must go
const printable = (line: string): string => line.replace(/[\u0000-\u001f\u007f]/g, ' ').slice(0, 200);

/** Lines that are not empty, a byte a character. */
const linesOf = (bytes: Uint8Array): readonly string[] =>
  ascii(bytes)
    .split('\n')
    .filter((line) => line !== '' && line !== '\r');

/** Why a run is no sample; '' when it is one. */
function faultOf({ failure, status, stderr }: Ran, program: string): string {
  if (failure === 'ETIMEDOUT') return `${program} did not end within ${limit / 1000} s`;
  if (failure !== '') return `Cannot run ${program}: ${failure}`;
  if (status === 0) return '';
  const first = linesOf(stderr)[0] ?? '';
  const how = `${program} ${status === null ? 'was killed' : `ended with status ${status}`}`;
  return first === '' ? how : `${how}: ${decodeId(encodeId(bytesOf(printable(first))))}`;
}
