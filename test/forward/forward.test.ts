/** What a sender promises: every row once, whatever the network, the receiver and its own notes do. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { deliveredTo } from '../../src/sinks/directory/delivered.ts';
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

test.each([
  ['to another place', { to: 'http://b:80' }],
  ['of another directory, which this one is a copy of', { instance: '0123456789abcdef' }],
  ['of a host by another name', { host: 'pi9' }],
  ['that are garbled in a part', { files: { 'nicrec-20260301.csv': { home: 0, next: 'much', size: 1 } } }],
])('notes %s keep nothing back', async (_, other: Readonly<Record<string, unknown>>) => {
  const { world, receiver } = worldWith('a');
  const text = head + rows(0, 100);
  world.append('cpurec-20260301.csv', text);
  await world.drain(to);
  const known = JSON.parse(world.files.text(notes(world)));
  world.files.put(
    notes(world),
    JSON.stringify({ ...known, ...other, files: { ...known.files, ...Object(other['files']) } }),
  );
  receiver.files.clear();
  expect(await world.drain(to)).toBe(true);
  expect(receiver.text('cpurec-20260301.csv')).toBe(text);
});

test('a directory on another machine is another one, all of which is sent', async () => {
  const { world, receiver } = worldWith('a');
  world.append('cpurec-20260301.csv', head + rows(0, 100));
  await world.drain(to);
  world.files.put('/etc/machine-id', 'machine-2\n');
  world.files.put('/proc/sys/kernel/random/uuid', '1b3055fa-7a9f-44e9-8e33-587da2c7ec11\n');
  expect(await world.drain(to, { host: 'pi2' })).toBe(true);
  expect([...receiver.files.keys()]).toEqual([
    'pi-attic.example/0b30587da2c7ec11/cpurec-20260301.csv',
    'pi2/1b30587da2c7ec11/cpurec-20260301.csv',
  ]);
});

test('a recorder that writes much leaves room for those that write little, and takes all of the rest', async () => {
  const { world, receiver } = worldWith('a');
  world.append('cpurec-20260301.csv', head + rows(0, 5000));
  world.append('nicrec-20260301.csv', head + rows(0, 3));
  await world.drain(to);
  const lines = receiver.frames
    .slice(0, 2)
    .map(({ file, bytes }) => [file, bytes.filter((byte) => byte === 10).length]);
  expect(lines).toEqual([
    ['nicrec-20260301.csv', 4],
    ['cpurec-20260301.csv', 996],
  ]);
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
  // The last connection that did not come about, nearly the longest wait, and some seconds of work: less than a minute.
  await world.run(15_000 + 30_000 + 10_000);
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

test.each([
  ['as it is', (world: World, name: string, text: string) => world.files.put(`${data}/${name}`, text)],
  [
    'compressed',
    (world: World, name: string, text: string) => world.files.put(`${data}/${name}.gz`, gzipSync(Buffer.from(text))),
  ],
])('long lines go, and one that is longer than any of ours is told and holds up no other file: %s', async (_, put) => {
  const { world, receiver } = worldWith('a');
  receiver.most = 100_000;
  const long = `1,${'x'.repeat(90_000)}\n`;
  put(world, 'cpurec-20260227.csv', `${head}${long}${rows(0, 3000)}${long}2,3\n`);
  put(world, 'cpurec-20260228.csv', `${head}${long}2,${'y'.repeat(600_000)}\n3,4\n`);
  put(world, 'nicrec-20260228.csv', head + rows(0, 5));
  world.append('cpurec-20260301.csv', head);
  expect(await world.drain(to)).toBe(false);
  expect(receiver.text('cpurec-20260227.csv')).toBe(`${head}${long}${rows(0, 3000)}${long}2,3\n`);
  expect(receiver.text('cpurec-20260228.csv')).toBe(head + long);
  expect(receiver.text('nicrec-20260228.csv')).toBe(head + rows(0, 5));
  expect(world.told).toEqual([
    expect.stringMatching(/Cannot read .*cpurec-20260228.*: the line at byte 90026 has more/),
  ]);
});

test('where a file is there both ways, what is not compressed counts', async () => {
  const { world, receiver } = worldWith('a');
  world.append('cpurec-20260227.csv', head + rows(0, 50));
  world.files.put(`${data}/cpurec-20260227.csv.gz`, gzipSync(head + rows(0, 10)));
  expect(await world.drain(to)).toBe(true);
  expect(receiver.text('cpurec-20260227.csv')).toBe(head + rows(0, 50));
});

test('notes say every hour that they are in use, and what killed senders left half written goes', async () => {
  const { world } = worldWith('a');
  world.append('cpurec-20260301.csv', head);
  await world.drain(to);
  const rest = notes(world).replace(/forward-(.*)\.json$/, '.forward-$1');
  world.engine.alive.add(4712);
  for (const pid of [4711, 4712]) world.files.put(`${rest}.${pid}`, '{"to":');
  const forwarder = world.forwarder(to);
  forwarder.start();
  expect([4711, 4712].map((pid) => world.files.has(`${rest}.${pid}`))).toEqual([false, true]);
  await world.run(3 * 3_600_000 + 1_000_000);
  expect(world.clock.wall() - world.files.stat(notes(world)).mtime).toBeLessThan(3_700_000);
  forwarder.close();
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

test('a file that becomes shorter than what was sent of it is told, and what is written anew is refused and not mixed in', async () => {
  const { world, receiver } = worldWith('a');
  world.append('cpurec-20260301.csv', head + rows(0, 50));
  const forwarder = world.forwarder(to);
  forwarder.start();
  await world.run(5000);
  world.files.put(`${data}/cpurec-20260301.csv`, head);
  await world.run(5000);
  world.append('cpurec-20260301.csv', rows(1000, 100));
  await world.run(5000);
  forwarder.close();
  expect(receiver.text('cpurec-20260301.csv')).toBe(head + rows(0, 50));
  expect(world.told).toEqual([
    'sdr: cpurec-20260301.csv is shorter than what http://a:80 has of it; rows written there anew are not sent',
    expect.stringContaining('refuses cpurec-20260301.csv: other bytes are there (409)'),
  ]);
});

test('a directory that cannot be read is not taken for an empty one', async () => {
  const { world } = worldWith('a');
  world.append('cpurec-20260301.csv', head);
  // Nor can it be told which one it is.
  world.files.unlink('/proc/sys/kernel/random/uuid');
  expect(await world.drain(to)).toBe(false);
  expect(world.told).toContain(`sdr: Cannot look at ${data}: ENOENT; it is tried again`);
});

test('notes of thousands of files are read by whoever tidies up, and are written less often the longer they are', async () => {
  const { world, receiver } = worldWith('a');
  for (let i = 0; i < 3000; i++) world.append(`cpurec-20260227r${String(i).padStart(4, '0')}.csv`, head);
  expect(await world.drain(to)).toBe(true);
  expect(receiver.files.size).toBe(3000);
  const [delivered] = deliveredTo(world.files, data, world.clock.wall());
  expect(delivered?.next.size).toBe(3000);
  const forwarder = world.forwarder(to);
  forwarder.start();
  await world.run(2000);
  const [before, length] = [world.files.text(notes(world)), world.files.text(notes(world)).length];
  world.append('cpurec-20260301.csv', head);
  await world.run(length - 3000);
  expect(world.files.text(notes(world))).toBe(before);
  await world.run(5000);
  expect(world.files.text(notes(world))).not.toBe(before);
  forwarder.close();
});

const notes = (world: World): string =>
  `${data}/.sdr/${world.files.names(`${data}/.sdr`).find((name) => /^forward-.*json$/.test(name))}`;

/** Notes that say more than the receiver has. */
function old(world: World): string {
  const known = JSON.parse(world.files.text(notes(world)));
  return JSON.stringify({ ...known, files: { 'cpurec-20260301.csv': { home: 0, next: 1e6, size: 1e6 } } });
}
