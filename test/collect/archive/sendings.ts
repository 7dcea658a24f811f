/** What the load sends, always the same: who looks at the copies afterwards makes it again. */
import { readFileSync } from 'node:fs';
import { boundaries, fileOf } from './frames.ts';

export interface Sending {
  readonly host: string;
  readonly file: string;
  readonly content: Buffer;
  readonly lines: readonly number[];
}

const rows = 30_000;

export function sendings(): readonly Sending[] {
  return ['pi1', 'pi2', 'pi3', 'pi4'].flatMap((host, i) =>
    ['cpurec', 'sysrec'].map((recorder, j) => {
      const content = fileOf(rows, i * 10 + j);
      return { host, file: `${recorder}-20261121.csv`, content, lines: boundaries(content) };
    }),
  );
}

/** What was acknowledged, by file, in the text that the load printed; a last line that is not whole does not count. */
export function acknowledged(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [key = '', next] = line.split(' ');
    found.set(key, Math.max(found.get(key) ?? 0, Number(next)));
  }
  return found;
}

/** What is wrong with the copies in a directory; empty when every promise was kept. */
export function faultsIn(directory: string, promised: ReadonlyMap<string, number>): string[] {
  return sendings().flatMap(({ host, file, content }) => {
    const key = `${host}/${file}`;
    const stored = read(`${directory}/${key}`);
    const faults: string[] = [];
    const least = promised.get(key) ?? 0;
    if (stored.length < least) faults.push(`${key}: ${stored.length} of ${least} bytes`);
    if (!content.subarray(0, stored.length).equals(stored)) faults.push(`${key}: other bytes`);
    return faults;
  });
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
