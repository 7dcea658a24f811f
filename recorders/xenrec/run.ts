/** One run of xentop: how it is called, and when what it printed is a sample. */
import { ParseError } from '../../src/errors.ts';
import type { Ran } from '../../src/host.ts';
import { ascii } from '../../src/parse.ts';
import type { Table } from './table.ts';
import { tablesOf } from './table.ts';

/** Two tables a second apart, whole names: CPU(%) is measured between them. */
export const args = ['-b', '-d1', '-i2', '-f'] as const;

/**
 * Milliseconds until it is killed: shorter than the recorder's own interval, so that a run that hangs costs one sample. xentop
 * hangs for ever when xenstored is dead, and then no signal but SIGKILL ends it.
 */
export const limit = 9000;

/** The longest part of an error message that is shown, bytes. */
const most = 200;

/** Both tables. Throws a ParseError without a second one, whatever the exit status: 0 proves nothing, words on stderr do not either. */
export function bothTables(ran: Ran, path: string): readonly [first: Table, second: Table] {
  const fault = failureOf(ran, path);
  if (fault !== '') throw new ParseError(fault + said(ran.stderr));
  const [first, second, ...more] = tablesOf(ran.stdout);
  if (first && second && more.length === 0) return [first, second];
  const how = ran.status === null ? 'killed by a signal' : `exit status ${ran.status}`;
  const what = second ? 'more than two tables' : first ? 'no second table' : 'no table';
  throw new ParseError(`xentop printed ${what} (${how})${said(ran.stderr)}`);
}

/** Why it did not come to its end; '' when it did. */
function failureOf({ failure }: Ran, path: string): string {
  switch (failure) {
    case '':
      return '';
    case 'ETIMEDOUT':
      return `xentop did not end within ${limit / 1000} s and was killed (it waits for ever when xenstored is dead)`;
    case 'EFBIG':
      return 'xentop printed more than any host has domains, and was killed';
    default:
      return `Cannot run ${path}: ${failure}`;
  }
}

/** `: ` and the first line of an error output, fit for a terminal; '' when there is none. */
function said(stderr: Uint8Array): string {
  const text = ascii(stderr.subarray(0, 16 * most))
    .trimStart()
    .slice(0, most);
  const line = (text.split('\n')[0] ?? '').replace(/[^ -~]/g, '').trim();
  return line === '' ? '' : `: ${line}`;
}
