/** One writer of a recorder in a directory: a living one is left alone, a dead one is followed. */
import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claimOf, claims } from './claims.ts';
import { faultsIn, filesOf, read, times } from './csv.ts';
import { needsRoot } from './needs.ts';
import { folder, lines, output, sdr, start, until } from './program.ts';

/** A claim as a writer would leave it, with one that may be wrong. */
function claim(directory: string, holder: { pid: number; start?: string; boot?: string }): void {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  mkdirSync(join(directory, '.sdr'), { recursive: true });
  const standing = { start: '1', boot, file: '', inode: '', size: 0, day: '', revision: 0, time: 0, ...holder };
  writeFileSync(join(directory, '.sdr', 'cpurec.7'), `${JSON.stringify(standing)}\n`);
}

/** When a process started, as the kernel says. */
const startOf = (pid: number): string => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

const take = (directory: string) => sdr(['record', 'cpurec', '20ms', '2', '-o', directory]);

test('a second recorder of the same kind in a directory ends with 75 and one line, and the first goes on', async () => {
  const directory = folder();
  const first = start(['record', 'cpurec', '20ms', '-o', directory]);
  await until(() => times(directory, 'cpurec').length > 2, 'rows of the first');
  const second = sdr(['record', 'cpurec', '20ms', '2', '-o', directory]);
  expect(second).toMatchObject({ status: 75, stdout: '' });
  expect(lines(second.stderr)).toEqual([`sdr: Cannot record cpurec in ${directory}: process ${first.child.pid} does`]);
  const single = sdr(['record', 'cpurec', '-o', directory]);
  expect(single.status).toBe(75);
  const before = times(directory, 'cpurec').length;
  await until(() => times(directory, 'cpurec').length > before + 2, 'more rows of the first');
  expect(await first.stop()).toMatchObject({ status: 0, stderr: '' });
  expect(faultsIn(directory)).toEqual({});
  expect(filesOf(directory)).toHaveLength(1);
});

test('different recorders share a directory, started together or one by one', async () => {
  const directory = folder();
  const started = ['sysrec', 'cpurec', 'diskrec', 'nicrec'].map((name) =>
    start(['record', name, '20ms', '10', '-o', directory]),
  );
  for (const { ended } of started) expect(await ended).toMatchObject({ status: 0, stderr: '' });
  expect(faultsIn(directory)).toEqual({});
  expect(filesOf(directory)).toHaveLength(4);
  expect(readdirSync(join(directory, '.sdr')).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('of three starts at once exactly one wins, 20 times, and there is one header', async () => {
  for (let round = 0; round < 20; round++) {
    const directory = join(folder(), 'data');
    const all = [1, 2, 3].map(() => start(['record', 'cpurec', '10ms', '-o', directory]));
    await until(() => all.filter(({ child }) => child.exitCode !== null).length >= 2, 'two that give way');
    const winner = all.find(({ child }) => child.exitCode === null);
    await until(() => times(directory, 'cpurec').length > 1, 'rows of the winner');
    expect(await winner?.stop()).toMatchObject({ status: 0, stderr: '' });
    const ends = await Promise.all(all.map(({ ended }) => ended));
    expect(ends.map(({ status }) => status).sort()).toEqual([0, 75, 75]);
    expect(ends.flatMap(({ stderr }) => lines(stderr))).toHaveLength(2);
    expect(claims(directory, 'cpurec').length).toBeLessThanOrEqual(2);
    expect(faultsIn(directory)).toEqual({});
    expect(filesOf(directory)).toHaveLength(1);
  }
}, 60_000);

test('the claim of a dead process is taken over', () => {
  const directory = folder();
  claim(directory, { pid: 2 ** 22 + 1 });
  expect(take(directory)).toMatchObject({ status: 0, stderr: '' });
  expect(claims(directory, 'cpurec').length).toBeLessThanOrEqual(2);
});

test('the claim of a process id that is somebody else by now is taken over', () => {
  const directory = folder();
  claim(directory, { pid: process.pid, start: String(Number(startOf(process.pid)) - 1) });
  expect(take(directory)).toMatchObject({ status: 0, stderr: '' });
});

test('the claim of a process of another boot is taken over, the same one of this boot is not', () => {
  const directory = folder();
  const holder = { pid: process.pid, start: startOf(process.pid) };
  claim(directory, holder);
  expect(take(directory).status).toBe(75);
  claim(directory, { ...holder, boot: '00000000-0000-4000-8000-000000000000' });
  expect(take(directory)).toMatchObject({ status: 0, stderr: '' });
});

test.each(['', '{', '\0\0\0\0', 'null', '[]', '{"pid":"x"}'])(
  'a claim that holds %j, as a power cut leaves it, blocks nobody',
  (text) => {
    const directory = folder();
    mkdirSync(join(directory, '.sdr'));
    writeFileSync(join(directory, '.sdr', 'cpurec.3'), text);
    expect(take(directory)).toMatchObject({ status: 0 });
    expect(times(directory, 'cpurec')).toHaveLength(2);
    expect(faultsIn(directory)).toEqual({});
  },
);

test('what a kill leaves half made is no trap for a process of the same id', needsRoot('unshare'), () => {
  const directory = folder();
  const under = ['unshare', '--pid', '--fork', '--mount-proc'];
  const once = (...more: string[]) => sdr(['record', 'cpurec', '10ms', '20', '-o', directory, ...more], { under });
  expect(once()).toMatchObject({ status: 0, stderr: '' });
  const [file = ''] = filesOf(directory);
  const kept = read(file);
  // Killed between link() and unlink(): in a container the next one has the same process id, 1.
  linkSync(file, join(directory, '.sdr', '.cpurec.1.csv'));
  linkSync(claimOf(directory, 'cpurec'), join(directory, '.sdr', '.cpurec.1'));
  expect(once('--max-file', '300')).toMatchObject({ status: 0, stderr: '' });
  expect(read(file).startsWith(kept)).toBe(true);
  expect(faultsIn(directory)).toEqual({});
});

test('a reader of the process table without rights sees a living writer', needsRoot('setpriv'), async () => {
  const directory = folder();
  const first = start(['record', 'cpurec', '20ms', '-o', directory]);
  await until(() => times(directory, 'cpurec').length > 0, 'a row');
  output(['chmod', '-R', 'a+rwX', directory]);
  const under = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  expect(sdr(['record', 'cpurec', '20ms', '1', '-o', directory], { under }).status).toBe(75);
  await first.stop();
});

test('two recorders of one directory do not lose each other rows by tidying up', async () => {
  const directory = folder();
  const other = start(['record', 'sysrec', '10ms', '-o', directory]);
  await until(() => times(directory, 'sysrec').length > 50, 'rows of the other');
  const before = times(directory, 'sysrec');
  const tidy = ['--max-bytes', '2K', '--compress'];
  expect(sdr(['record', 'cpurec', '20ms', '20', '-o', directory, ...tidy])).toMatchObject({ status: 0, stderr: '' });
  await other.stop();
  // The other one writes its file: it is not closed, so it is neither removed nor packed.
  expect(times(directory, 'sysrec').slice(0, before.length)).toEqual(before);
  expect(readdirSync(directory).filter((name) => name.startsWith('sysrec') && name.endsWith('.gz'))).toEqual([]);
  expect(faultsIn(directory)).toEqual({});
});
