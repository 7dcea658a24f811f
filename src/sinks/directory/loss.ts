/** What goes with a file that some destination does not have. */
import type { Engine } from '../../host.ts';

const chunk = 65_536;
const LF = 10;

/** Lines of a file from an offset of its text on. Throws a SystemError. */
export function linesFrom(engine: Pick<Engine, 'files' | 'gunzip'>, path: string, offset: number): number {
  let at = 0;
  let lines = 0;
  for (const bytes of path.endsWith('.gz') ? engine.gunzip(path) : chunksOf(engine, path)) {
    const from = Math.max(0, offset - at);
    for (let lf = bytes.indexOf(LF, from); lf >= 0; lf = bytes.indexOf(LF, lf + 1)) lines++;
    at += bytes.length;
  }
  return lines;
}

function* chunksOf({ files }: Pick<Engine, 'files'>, path: string): Generator<Uint8Array> {
  const fd = files.open(path, 'own');
  const bytes = new Uint8Array(chunk);
  try {
    for (let at = 0; ; ) {
      const n = files.read(fd, bytes, 0, chunk, at);
      if (n === 0) return;
      at += n;
      yield bytes.subarray(0, n);
    }
  } finally {
    files.close(fd);
  }
}
