/** What the binaries for this machine take to start and while they record: printed, not judged, for that is `npm run bench`. */
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { times } from '../system/csv.ts';
import { environment, folder, output, startAny, until } from '../system/program.ts';
import { type Binary, binaries } from './programs.ts';

const runs = 40;
const words = (binary: Binary, args: readonly string[]): [string, ...string[]] => {
  const [first = '', ...rest] = [...binary.words, ...args];
  return [first, ...rest];
};

/** Milliseconds of CPU that a run takes, the shell's fork included. */
function cpu(binary: Binary, args: readonly string[]): number {
  const script = `TIMEFORMAT='%3U %3S'; time for ((i = 0; i < ${runs}; i++)); do "$@" >/dev/null; done`;
  const said = output(['bash', '-c', `{ ${script}; } 2>&1`, 'bash', ...words(binary, args)], { env: environment() });
  return (
    (said
      .trim()
      .split(' ')
      .reduce((sum, seconds) => sum + Number(seconds), 0) *
      1000) /
    runs
  );
}

/** Kilobytes of a process by the kernel's account. */
async function memory(binary: Binary): Promise<{ readonly rss: number; readonly dirty: number }> {
  const at = folder();
  const running = startAny(words(binary, ['record', 'sysrec', 'cpurec', 'diskrec', 'nicrec', '100ms', '-o', at]));
  await until(() => times(at, 'sysrec').length >= 100, 'rows of ten seconds', 60_000);
  const rollup = readFileSync(`/proc/${running.child.pid}/smaps_rollup`, 'utf8');
  await running.stop();
  const [rss = 0, dirty = 0] = ['Rss', 'Private_Dirty'].map((name) =>
    Number(new RegExp(`^${name}: *(\\d+) kB`, 'm').exec(rollup)?.[1]),
  );
  return { rss, dirty };
}

test.each(binaries.filter((binary) => binary.words.length === 1))('$file: what it takes', async (binary) => {
  const version = cpu(binary, ['--version']);
  const sample = cpu(binary, ['record', 'sysrec', '10ms', '1']);
  const { rss, dirty } = await memory(binary);
  for (const measured of [version, sample, rss, dirty]) expect(measured).toBeGreaterThan(0);
  const size = (statSync(binary.words.at(-1) ?? '').size / 1e6).toFixed(2);
  process.stdout.write(
    `${binary.file}: ${size} MB; CPU to --version ${version.toFixed(1)} ms, to a first sample ${sample.toFixed(1)} ms; ` +
      `after 100 samples of four recorders RSS ${rss} kB, private dirty ${dirty} kB\n`,
  );
});
