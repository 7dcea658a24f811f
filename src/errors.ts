/**
 * What can go wrong, and the exit code of each: sysexits.h where it has a word for it. `bin/` alone turns an error into
 * an exit code; recorders and sinks throw, the loop decides about a failed reading.
 */

/** Exit codes, each with the sentence that help, man pages and the README print. */
export const exits = {
  done: { code: 0, help: 'done; also after SIGTERM, and when the reader of stdout went away' },
  partial: {
    code: 1,
    help: 'a part failed: a recorder does not work here, doctor found something to mend, or not everything could be sent',
  },
  usage: { code: 64, help: 'the command line is wrong' },
  unavailable: { code: 69, help: 'this machine has nothing for that recorder' },
  bug: { code: 70, help: 'a fault in sdr itself: please report it' },
  cannotCreate: { code: 73, help: 'an output cannot be made, or what is there is not ours' },
  io: { code: 74, help: 'reading or writing failed' },
  locked: { code: 75, help: 'another process records, sends or collects there already' },
  permission: { code: 77, help: 'not allowed' },
  config: { code: 78, help: 'a configuration value is wrong' },
  interrupted: { code: 130, help: 'interrupted (SIGINT), everything flushed' },
} as const;

export type Exit = keyof typeof exits;

/** All of them, in the order of their codes. */
export const everyExit = Object.keys(exits) as readonly Exit[];

/** An expected failure: one clear line for a person, and an exit code. */
export class SdrError extends Error {
  override readonly name = 'SdrError';
  readonly exit: Exit;
  constructor(exit: Exit, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exit = exit;
  }
}

/** A kernel file or a program's output that is not what its format says. The tick or its cells are skipped. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
}

/** The candidate nearest to `wrong`, if one is near enough to be meant. */
export function nearest(wrong: string, candidates: Iterable<string>): string | null {
  const typed = wrong.toLowerCase();
  let best: string | null = null;
  // Of a word of three letters, two others make another word.
  let least = Math.max(wrong.length > 3 ? 2 : 1, Math.floor(wrong.length / 3)) + 1;
  for (const candidate of candidates) {
    const d = candidate.startsWith(typed) && typed.length > 2 ? 1 : distance(typed, candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** `unknown recorder "cpurek": did you mean cpurec?`, or the whole list when nothing is near. */
export function unknownName(what: string, name: string, candidates: readonly string[]): SdrError {
  const near = nearest(name, candidates);
  const tail = near ? `did you mean ${near}?` : `expected one of ${candidates.join(', ')}`;
  return new SdrError('usage', `Unknown ${what} "${name}": ${tail}`);
}
