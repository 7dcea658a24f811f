/** What may go from a directory that is forwarded. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { day, noon, Rows } from '../fake/directory.ts';
import { Receiver } from './receiver.ts';
import { data, head, rows, World } from './world.ts';

const forever = { keep: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY, minFree: 0, compress: false };

function worldWithDays(...names: readonly string[]) {
  const world = new World();
  world.files.put('/proc/sys/kernel/random/boot_id', 'boot-1\n');
  world.clock.step(noon - world.clock.wall());
  for (const name of names) world.append(`cpurec-${name}.csv`, head + rows(0, 30));
  const receiver = new Receiver();
  world.net.receivers.set('a', receiver);
  return { world, receiver };
}

const kept = (world: World) =>
  world.files
    .names(data)
    .filter((name) => name.startsWith('cpurec'))
    .sort();

test('of closed files, those that every destination has go first', async () => {
  const { world, receiver } = worldWithDays('20260225', '20260226', '20260227');
  receiver.refuses = ({ file }) => (file === 'cpurec-20260225.csv' ? { status: 409, error: 'no' } : null);
  await world.drain(['http://a']);
  const recording = new Rows(world.engine, { limits: { ...forever, maxBytes: 2000 } }).put(0);
  expect(kept(world)).toEqual(['cpurec-20260225.csv', 'cpurec-20260227.csv', 'cpurec-20260301.csv']);
  expect(recording.counts.droppedRows).toBe(0);
  expect(recording.told).toEqual([]);
});

test('a file that a destination does not have goes last, is said, and its rows are counted', async () => {
  const { world, receiver } = worldWithDays('20260225');
  receiver.refuses = () => ({ status: 409, error: 'no' });
  await world.drain(['http://a']);
  const recording = new Rows(world.engine, { limits: { ...forever, keep: day } }).put(0);
  expect(kept(world)).toEqual(['cpurec-20260301.csv']);
  expect(recording.counts.droppedRows).toBe(30);
  expect(recording.told).toEqual([
    'cpurec-20260225.csv had to go before http://a:80 had all of it: 30 rows are lost there',
  ]);
});

test('of a compressed file only what is missing is lost', async () => {
  const { world } = worldWithDays('20260225');
  await world.drain(['http://a']);
  world.files.unlink(`${data}/cpurec-20260225.csv`);
  world.files.put(`${data}/cpurec-20260225.csv.gz`, gzipSync(head + rows(0, 37)));
  world.engine.gunzip = function* () {
    yield Buffer.from(head + rows(0, 37));
  };
  const recording = new Rows(world.engine, { limits: { ...forever, keep: day } }).put(0);
  expect(recording.counts.droppedRows).toBe(7);
});

test('a file is compressed when every destination has it, and not before', async () => {
  const { world, receiver } = worldWithDays('20260225', '20260226');
  receiver.refuses = ({ file }) => (file === 'cpurec-20260225.csv' ? { status: 409, error: 'no' } : null);
  await world.drain(['http://a']);
  const recording = new Rows(world.engine, { limits: { ...forever, compress: true } });
  for (let minute = 0; minute < 5; minute++) {
    recording.put(minute * 60_000);
    await world.run(61_000);
  }
  expect(kept(world)).toEqual(['cpurec-20260225.csv', 'cpurec-20260226.csv.gz', 'cpurec-20260301.csv']);
});

test('a destination that nobody has sent to for a week counts no more', async () => {
  const { world, receiver } = worldWithDays('20260225');
  receiver.refuses = () => ({ status: 409, error: 'no' });
  await world.drain(['http://a']);
  world.clock.pass(8 * day);
  const recording = new Rows(world.engine, { limits: { ...forever, keep: day } }).put(8 * day);
  expect(recording.counts.droppedRows).toBe(0);
  expect(recording.told).toEqual([]);
});
