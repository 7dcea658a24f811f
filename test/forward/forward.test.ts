/** What a sender promises: every row once, whatever the network, the receiver and its own notes do. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Receiver } from './receiver.ts';
import { data, head, rows, World } from './world.ts';

const to = ['http://a'];

function worldWith(...names: readonly string[]) {
  const world = new World();
  const receivers = names.map((name) => {
    const receiver = new Receiver();
    world.net.receivers.set(name, receiver);
    return receiver;
  });
  return { world, receivers, receiver: receivers[0] as Receiver };
}

test('what is in a directory arrives as it is, and the notes say so', async () => {
  const { world, receiver } = worldWith('a');
  world.append('cpurec-20260301.csv', head + rows(0, 5000));
  world.append('nicrec-20260301.csv', head + rows(0, 3));
  expect(await world.drain(to)).toBe(true);
  expect(receiver.text('cpurec-20260301.csv')).toBe(head + rows(0, 5000));
  expect(receiver.text('nicrec-20260301.csv')).toBe(head + rows(0, 3));
  expect(receiver.doubled).toBe(0);
  expect(receiver.frames[0]).toMatchObject({ host: 'pi-attic.example', instance: '0b30587da2c7ec11' });
  const asked = receiver.asked.length;
  expect(await world.drain(to)).toBe(true);
  expect(receiver.asked.length).toBe(asked);
});

test('a request holds all recorders, at most 1000 rows and 256 KiB, and is compressed', async () => {
  const { world, receiver } = worldWith('a');
  for (const name of ['cpurec', 'nicrec', 'sysrec']) world.append(`${name}-20260301.csv`, head + rows(0, 900));
  await world.drain(to);
  const posts = receiver.asked.filter(({ method }) => method === 'POST');
  expect(posts.length).toBe(3);
  expect(posts[0]?.headers).toMatchObject({ 'content-encoding': 'gzip', 'sdr-agent': 'sdr/' });
  expect(receiver.frames.slice(0, 3).map(({ file }) => file)).toEqual([
    'cpurec-20260301.csv',
    'nicrec-20260301.csv',
    'sysrec-20260301.csv',
  ]);
});

test('a line that is not whole waits for its end, and NULs of a power cut for the recorder', async () => {
  const { world, receiver } = worldWith('a');
  world.append('cpurec-20260301.csv', `${head}1,2,3\n4,5`);
  world.append('nicrec-20260301.csv', `${head}1,2,3\n\0\0\0\0,6\n`);
  expect(await world.drain(to)).toBe(true);
  expect(receiver.text('cpurec-20260301.csv')).toBe(`${head}1,2,3\n`);
  expect(receiver.text('nicrec-20260301.csv')).toBe(`${head}1,2,3\n`);
  world.append('cpurec-20260301.csv', ',6\n');
  await world.drain(to);
  expect(receiver.text('cpurec-20260301.csv')).toBe(`${head}1,2,3\n4,5,6\n`);
});

test('rows go within a second of being written, a request a second', async () => {
  const { world, receiver } = worldWith('a');
  const forwarder = world.forwarder(to);
  world.append('cpurec-20260301.csv', head);
  forwarder.start();
  for (let i = 0; i < 60; i++) {
    world.append('cpurec-20260301.csv', rows(i, 1));
    forwarder.tick();
    await world.run(1000);
  }
  await world.run(1200);
  expect(receiver.text('cpurec-20260301.csv')).toBe(head + rows(0, 60));
  expect(receiver.asked.length).toBeGreaterThan(50);
  expect(receiver.asked.length).toBeLessThan(65);
  forwarder.close();
});

test.each([
  ['lost', (world: World) => world.files.unlink(notes(world))],
  ['garbled', (world: World) => world.files.put(notes(world), '\0\0{"x":[1,2')],
  ['of another time', (world: World) => world.files.put(notes(world), old(world))],
])('notes that are %s do no harm: the receiver is believed', async (_, spoil) => {
  const { world, receiver } = worldWith('a');
  world.append('cpurec-20260301.csv', head + rows(0, 100));
  await world.drain(to);
  spoil(world);
  world.append('cpurec-20260301.csv', rows(100, 50));
  expect(await world.drain(to)).toBe(true);
  expect(receiver.text('cpurec-20260301.csv')).toBe(head + rows(0, 150));
});

test('a lost cursor is asked for, so that nothing is sent again', async () => {
  const { world, receiver } = worldWith('a');
  world.append('cpurec-20260301.csv', head + rows(0, 100));
  await world.drain(to);
  world.files.unlink(notes(world));
  await world.drain(to);
  expect(receiver.asked.at(-1)).toMatchObject({ method: 'GET' });
  expect(receiver.doubled).toBe(0);
});

test('a receiver that lost its files gets them again', async () => {
  const { world, receiver } = worldWith('a');
  world.append('cpurec-20260301.csv', head + rows(0, 100));
  await world.drain(to);
  receiver.files.clear();
  world.append('cpurec-20260301.csv', rows(100, 1));
  expect(await world.drain(to)).toBe(true);
  expect(receiver.text('cpurec-20260301.csv')).toBe(head + rows(0, 101));
});

test('a wiped directory is another one', async () => {
  const { world, receiver } = worldWith('a');
  world.append('cpurec-20260301.csv', head + rows(0, 100));
  const forwarder = world.forwarder(to);
  forwarder.start();
  await world.run(3000);
  world.files.put('/proc/sys/kernel/random/uuid', 'ffffffff-7a9f-44e9-8e33-587da2c7ec11\n');
  for (const name of ['.sdr/instance', 'cpurec-20260301.csv']) world.files.unlink(`${data}/${name}`);
  world.append('cpurec-20260301.csv', head + rows(500, 10));
  await world.run(5000);
  forwarder.close();
  expect([...receiver.files.values()].map(String)).toEqual([head + rows(0, 100), head + rows(500, 10)]);
});

test('an outage of an hour is caught up in order, with as much in memory as ever', async () => {
  const { world, receiver } = worldWith('a');
  const forwarder = world.forwarder(to, { random: () => 0.9 });
  let isDown = true;
  world.net.trouble = () => (isDown ? { lost: 'ETIMEDOUT', isArrived: false } : null);
  forwarder.start();
  for (const name of ['cpurec', 'nicrec', 'sysrec', 'diskrec']) world.append(`${name}-20260301.csv`, head);
  for (let i = 0; i < 3600; i++) {
    for (const name of ['cpurec', 'nicrec', 'sysrec', 'diskrec']) world.append(`${name}-20260301.csv`, rows(i, 1));
    forwarder.tick();
    await world.run(1000);
  }
  expect(receiver.files.size).toBe(0);
  isDown = false;
  // The last time-out, the longest wait, and some seconds of work.
  await world.run(35_000 + 60_000 + 5000);
  forwarder.close();
  expect(receiver.text('cpurec-20260301.csv')).toBe(head + rows(0, 3600));
  expect(receiver.text('diskrec-20260301.csv')).toBe(head + rows(0, 3600));
  expect(world.net.peak).toBeLessThan(262_144);
  expect(world.told.filter((line) => line.includes('Cannot send'))).toEqual([
    `sdr: Cannot send to http://a:80: ETIMEDOUT; rows wait in ${data}`,
  ]);
  expect(world.told.at(-1)).toMatch(/^sdr: http:\/\/a:80 takes rows again \(\d+ times\)$/);
});

test('fresh rows go before old files, and of those the oldest first', async () => {
  const { world, receiver } = worldWith('a');
  for (const day of ['20260225', '20260226', '20260227']) world.append(`cpurec-${day}.csv`, head + rows(0, 2000));
  world.append('cpurec-20260301.csv', head + rows(0, 10));
  await world.drain(to);
  expect([...new Set(receiver.frames.map(({ file }) => file))]).toEqual([
    'cpurec-20260301.csv',
    'cpurec-20260225.csv',
    'cpurec-20260226.csv',
    'cpurec-20260227.csv',
  ]);
});

test('a compressed file is sent as what it was, from where the receiver is', async () => {
  const { world, receiver } = worldWith('a');
  const text = head + rows(0, 20_000);
  world.files.put(`${data}/cpurec-20260227.csv.gz`, gzipSync(text));
  world.append('cpurec-20260301.csv', head);
  expect(await world.drain(to)).toBe(true);
  expect(receiver.text('cpurec-20260227.csv')).toBe(text);
  expect(receiver.doubled).toBe(0);
});

test('a file that is compressed while it is sent stays the same file', async () => {
  const { world, receiver } = worldWith('a');
  const text = head + rows(0, 5000);
  world.append('cpurec-20260227.csv', text);
  world.append('cpurec-20260301.csv', head);
  const forwarder = world.forwarder(to);
  forwarder.start();
  await world.run(12);
  expect(receiver.text('cpurec-20260227.csv').length).toBeLessThan(text.length);
  world.files.put(`${data}/cpurec-20260227.csv.gz`, gzipSync(text));
  world.files.unlink(`${data}/cpurec-20260227.csv`);
  await world.run(5000);
  forwarder.close();
  expect(receiver.text('cpurec-20260227.csv')).toBe(text);
  expect(world.told).toEqual([]);
});

test('a broken compressed file is told once and holds up nothing', async () => {
  const { world, receiver } = worldWith('a');
  world.files.put(`${data}/cpurec-20260227.csv.gz`, gzipSync(head + rows(0, 5000)).fill(0, 20, 90));
  world.append('cpurec-20260301.csv', head + rows(0, 3));
  expect(await world.drain(to)).toBe(false);
  expect(receiver.text('cpurec-20260301.csv')).toBe(head + rows(0, 3));
  expect(world.told.filter((line) => line.includes('cpurec-20260227.csv.gz'))).toHaveLength(1);
});

test('a file that went before it was sent is a loss that is said and counted', async () => {
  const { world, receiver } = worldWith('a');
  world.append('cpurec-20260227.csv', head + rows(0, 5));
  world.append('cpurec-20260301.csv', head);
  world.net.trouble = () => ({ lost: 'ECONNRESET', isArrived: false });
  const forwarder = world.forwarder(to);
  forwarder.start();
  await world.run(5000);
  world.files.unlink(`${data}/cpurec-20260227.csv`);
  await world.run(5000);
  forwarder.close();
  const bytes = (head + rows(0, 5)).length;
  expect(world.told).toContain(
    `sdr: cpurec-20260227.csv went before http://a:80 had all of it: ${bytes} bytes are lost there`,
  );
  expect(JSON.parse(world.files.text(notes(world))).lost).toBe(bytes);
  expect(receiver.files.size).toBe(0);
});

const notes = (world: World): string =>
  `${data}/.sdr/${world.files.names(`${data}/.sdr`).find((name) => /^forward-.*json$/.test(name))}`;

/** Notes that say more than the receiver has. */
function old(world: World): string {
  const known = JSON.parse(world.files.text(notes(world)));
  return JSON.stringify({ ...known, files: { 'cpurec-20260301.csv': { home: 0, next: 1e6, size: 1e6 } } });
}
