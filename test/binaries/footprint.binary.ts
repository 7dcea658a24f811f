/**
 * What the binaries take to start and while they record: printed, not judged, for that is `npm run bench`. Time is measured on this
 * machine's own; memory of the others as well: of an emulated program, its pages without those of the emulator. Data agree with what
 * the kernel says (on x64 within 1 %); of code, that which the program let go of is missing, for an emulator reads it only once.
 */
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { times } from '../system/csv.ts';
import { environment, folder, output, startAny, until } from '../system/program.ts';
import { type Binary, binaries, recorderBinaries } from './programs.ts';

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

/** Where the emulator puts what belongs to the program; its own lies far above. */
const emulated = 2 ** 40;

/** Kilobytes of a process by the kernel's account, proc_pid_smaps(5). */
async function memory(binary: Binary): Promise<{ readonly rss: number; readonly dirty: number }> {
  const at = folder();
  const running = startAny(words(binary, ['record', 'sysrec', 'cpurec', 'diskrec', 'nicrec', '100ms', '-o', at]));
  await until(() => times(at, 'sysrec').length >= 100, 'rows of ten seconds', 60_000);
  const mappings = readFileSync(`/proc/${running.child.pid}/smaps`, 'utf8').split(/^(?=[0-9a-f]+-)/m);
  await running.stop();
  const ours = mappings.filter((text) => isNative(binary) || Number.parseInt(text, 16) < emulated);
  expect(ours.some((text) => text.includes(`/${binary.file}\n`))).toBe(true);
  const sum = (field: string) =>
    ours.reduce((all, text) => all + Number(new RegExp(`^${field}: *(\\d+) kB`, 'm').exec(text)?.[1] ?? 0), 0);
  return { rss: sum('Rss'), dirty: sum('Private_Dirty') };
}

const isNative = (binary: Binary): boolean => binary.words.length === 1;

async function memoryText(binary: Binary): Promise<string> {
  const { rss, dirty } = await memory(binary);
  for (const measured of [rss, dirty]) expect(measured).toBeGreaterThan(0);
  const size = (statSync(binary.words.at(-1) ?? '').size / 1e6).toFixed(2);
  return `${binary.file}: ${size} MB; after 100 samples of four recorders RSS ${rss} kB, private dirty ${dirty} kB`;
}

test.each(binaries.filter(isNative))('$file: what it takes', async (binary) => {
  const version = cpu(binary, ['--version']);
  const sample = cpu(binary, ['record', 'sysrec', '10ms', '1']);
  for (const measured of [version, sample]) expect(measured).toBeGreaterThan(0);
  const times = `CPU to --version ${version.toFixed(1)} ms, to a first sample ${sample.toFixed(1)} ms`;
  process.stdout.write(`${await memoryText(binary)}; ${times}\n`);
});

test.each(recorderBinaries.filter((binary) => !isNative(binary)))('$file: what memory it takes', async (binary) => {
  process.stdout.write(`${await memoryText(binary)}\n`);
});
