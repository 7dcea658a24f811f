/** What a sender does about receivers that fail, refuse, are slow or are several. */
import { expect, test } from 'vitest';
import { backoff } from '../../src/forward/patience.ts';
import { Receiver } from './receiver.ts';
import { data, head, rows, World } from './world.ts';

function worldWith(...names: readonly string[]) {
  const world = new World();
  const receivers = names.map((name) => {
    const receiver = new Receiver();
    world.net.receivers.set(name, receiver);
    return receiver;
  });
  const [a = new Receiver(), b = new Receiver()] = receivers;
  return { world, a, b };
}

const file = 'cpurec-20260301.csv';
const instead = (status: number, headers = {}, body = '{"error":"so it is"}') => ({
  instead: { status, headers, body },
});

test('waits are at random, up to twice as long each time and a minute at most', () => {
  expect([1, 2, 3, 4, 7, 8, 100].map((failures) => backoff(failures, () => 1))).toEqual([
    1000, 2000, 4000, 8000, 60_000, 60_000, 60_000,
  ]);
  expect(backoff(5, () => 0.25)).toBe(4000);
});

test.each(['ECONNRESET', 'ETIMEDOUT'])(
  'an answer that is lost (%s) is no reason to store anything twice',
  async (lost) => {
    const { world, a } = worldWith('a');
    world.append(file, head + rows(0, 3000));
    let requests = 0;
    world.net.trouble = () => (++requests % 2 === 1 ? { lost, isArrived: true } : null);
    expect(await world.drain(['http://a'])).toBe(lost === 'ECONNRESET');
    await world.drain(['http://a']);
    world.net.trouble = () => null;
    expect(await world.drain(['http://a'])).toBe(true);
    expect(a.text(file)).toBe(head + rows(0, 3000));
  },
);

test.each([429, 503, 507])('%i is waited for as long as it says', async (status) => {
  const { world, a } = worldWith('a');
  world.append(file, head + rows(0, 10));
  world.net.trouble = () => instead(status, { 'retry-after': '20' });
  const forwarder = world.forwarder(['http://a']);
  const times: number[] = [];
  const begun = world.clock.monotonic();
  world.net.trouble = () => {
    times.push(world.clock.monotonic() - begun);
    return times.length > 2 ? null : instead(status, { 'retry-after': '20' });
  };
  forwarder.start();
  await world.run(60_000);
  forwarder.close();
  const [first = 0, second = 0, third = 0] = times;
  expect(second - first).toBeGreaterThanOrEqual(20_000);
  expect(third - second).toBeGreaterThanOrEqual(20_000);
  expect(third - second).toBeLessThan(23_500);
  expect(a.text(file)).toBe(head + rows(0, 10));
});

test.each([400, 401, 403, 404, 409])('%i keeps the rows, says so once and asks every five minutes', async (status) => {
  const { world, a } = worldWith('a');
  world.append(file, head + rows(0, 10));
  let isRefusing = true;
  let requests = 0;
  world.net.trouble = () => {
    requests++;
    return isRefusing ? instead(status) : null;
  };
  const forwarder = world.forwarder(['http://a']);
  forwarder.start();
  await world.run(16 * 60_000);
  expect(requests).toBe(4);
  expect(world.told.filter((line) => line.includes('refuses'))).toEqual([
    `sdr: http://a:80 refuses all rows: so it is (${status}); they are kept in ${data}, and it is asked again every 5 minutes`,
  ]);
  isRefusing = false;
  await world.run(5 * 60_000);
  forwarder.close();
  expect(a.text(file)).toBe(head + rows(0, 10));
});

test('a file that is refused holds up no other', async () => {
  const { world, a } = worldWith('a');
  world.append(file, head + rows(0, 10));
  world.append('nicrec-20260301.csv', head + rows(0, 10));
  a.refuses = (frame) => (frame.file === file ? { status: 409, error: 'other bytes are there' } : null);
  const forwarder = world.forwarder(['http://a']);
  forwarder.start();
  await world.run(3000);
  world.append('nicrec-20260301.csv', rows(10, 10));
  await world.run(3000);
  expect(a.text('nicrec-20260301.csv')).toBe(head + rows(0, 20));
  expect(world.told).toEqual([
    `sdr: http://a:80 refuses ${file}: other bytes are there (409); it is kept, and tried again every 5 minutes`,
  ]);
  a.refuses = () => null;
  forwarder.sendNow();
  await world.run(1000);
  forwarder.close();
  expect(a.text(file)).toBe(head + rows(0, 10));
});

test('a machine that nobody knows under this name is refused as a whole, not file by file', async () => {
  const { world, a } = worldWith('a');
  for (let day = 10; day < 29; day++) world.append(`cpurec-202602${day}.csv`, head + rows(0, 200));
  a.refuses = () => ({ status: 409, error: 'another machine has this name' });
  expect(await world.drain(['http://a'])).toBe(false);
  expect(a.asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  expect(world.told).toHaveLength(1);
});

test('what is too large goes in halves', async () => {
  const { world, a } = worldWith('a');
  world.append(file, head + rows(0, 900));
  a.most = 3000;
  expect(await world.drain(['http://a'])).toBe(true);
  expect(a.text(file)).toBe(head + rows(0, 900));
});

test('a receiver that always says that it has nothing is not flooded', async () => {
  const { world } = worldWith('a');
  world.append(file, head + rows(0, 10));
  let requests = 0;
  world.net.trouble = () => {
    requests++;
    return instead(200, {}, `{"next":{"pi-attic.example/${file}":0}}`);
  };
  const forwarder = world.forwarder(['http://a']);
  forwarder.start();
  await world.run(10 * 60_000);
  forwarder.close();
  expect(requests).toBeLessThan(40);
});

test.each([
  ['<html>welcome</html>'],
  ['[]'],
  ['null'],
  ['{"next":{"pi-attic.example/../../x":5,"pi-attic.example/cpurec-20260301.csv":-1}}'],
  ['{"next":{"pi-attic.example/cpurec-20260301.csv":"10","other/cpurec-20260301.csv":99}}'],
  ['{"next":null,"refused":{"pi-attic.example/cpurec-20260301.csv":null}}'],
])('an answer of something else moves nothing: %s', async (body) => {
  const { world, a } = worldWith('a');
  world.append(file, head + rows(0, 10));
  world.net.trouble = () => instead(200, {}, body);
  expect(await world.drain(['http://a'])).toBe(false);
  world.net.trouble = () => null;
  expect(await world.drain(['http://a'])).toBe(true);
  expect(a.text(file)).toBe(head + rows(0, 10));
});

test('a destination that is dead or slow delays no other', async () => {
  const { world, b } = worldWith('slow', 'b');
  world.net.trouble = (name) => (name === 'slow' ? { lost: 'ETIMEDOUT', isArrived: false } : null);
  const forwarder = world.forwarder(['http://slow', 'http://gone', 'http://b']);
  forwarder.start();
  world.append(file, head);
  await world.run(500);
  for (let i = 0; i < 30; i++) {
    world.append(file, rows(i, 1));
    forwarder.tick();
    await world.run(1000);
    expect(b.text(file)).toContain(head + rows(0, i));
  }
  expect(forwarder.lags().map(({ bytes }) => bytes)).toEqual([...Array(2).fill((head + rows(0, 30)).length), 0]);
  forwarder.close();
});

test('a token goes into the header, and nowhere else', async () => {
  const { world, a } = worldWith('a');
  world.append(file, head + rows(0, 10));
  a.token = 'top-secret';
  expect(await world.drain(['http://a'], { token: 'wrong-secret' })).toBe(false);
  expect(await world.drain(['http://a'], { token: 'top-secret' })).toBe(true);
  const kept = world.files.names(`${data}/.sdr`).map((name) => world.files.text(`${data}/.sdr/${name}`));
  expect([...world.told, ...kept].join()).not.toContain('secret');
});

test('when the first of two is down, what it may have a part of waits for it, and new files go to the second', async () => {
  const { world, a, b } = worldWith('a', 'b');
  let isDown = false;
  world.net.trouble = (name) => (name === 'a' && isDown ? { lost: 'ECONNRESET', isArrived: false } : null);
  const turns: number[] = [];
  const forwarder = world.forwarder(['http://a,http://b'], { turned: () => turns.push(world.clock.monotonic()) });
  forwarder.start();
  world.append(file, head + rows(0, 5));
  await world.run(5000);
  isDown = true;
  world.append(file, rows(5, 5));
  await world.run(120_000);
  expect(turns).toHaveLength(1);
  world.append('cpurec-20260301r0001.csv', head + rows(10, 5));
  await world.run(5000);
  expect(a.text(file)).toBe(head + rows(0, 5));
  expect(b.text('cpurec-20260301r0001.csv')).toBe(head + rows(10, 5));
  expect(b.text(file)).toBe('');
  isDown = false;
  await world.run(120_000);
  expect(turns).toHaveLength(2);
  world.append('cpurec-20260301r0001.csv', rows(15, 5));
  world.append('cpurec-20260301r0002.csv', head + rows(20, 5));
  await world.run(5000);
  forwarder.close();
  expect(a.text(file)).toBe(head + rows(0, 10));
  expect(b.text('cpurec-20260301r0001.csv')).toBe(head + rows(10, 10));
  expect(a.text('cpurec-20260301r0002.csv')).toBe(head + rows(20, 5));
  expect([a.files.size, b.files.size]).toEqual([2, 1]);
});

test('a killed sender that fails over gives nothing to the second that the first may have', async () => {
  const { world, a, b } = worldWith('a', 'b');
  world.append(file, head + rows(0, 5));
  world.net.trouble = (name) => (name === 'a' ? { lost: 'ETIMEDOUT', isArrived: true } : null);
  const killed = world.forwarder(['http://a,http://b']);
  killed.start();
  await world.run(10_000);
  world.clock.forget();
  expect(await world.drain(['http://a,http://b'])).toBe(false);
  expect(b.files.size).toBe(0);
  world.net.trouble = () => null;
  expect(await world.drain(['http://a,http://b'])).toBe(true);
  expect(a.text(file)).toBe(head + rows(0, 5));
  expect(b.files.size).toBe(0);
});

test('with its notes lost, a sender asks both before it gives an old file to either', async () => {
  const { world, a, b } = worldWith('a', 'b');
  let isDown = false;
  world.net.trouble = (name) => (name === 'a' && isDown ? { lost: 'ECONNREFUSED', isArrived: false } : null);
  world.append(file, head + rows(0, 5));
  await world.drain(['http://a,http://b']);
  for (const name of world.files.names(`${data}/.sdr`)) {
    if (name.startsWith('forward-')) world.files.unlink(`${data}/.sdr/${name}`);
  }
  isDown = true;
  world.append(file, rows(5, 5));
  expect(await world.drain(['http://a,http://b'])).toBe(false);
  expect(b.files.size).toBe(0);
  isDown = false;
  expect(await world.drain(['http://a,http://b'])).toBe(true);
  expect(a.text(file)).toBe(head + rows(0, 10));
});

test('a first receiver that was never reached has nothing of what is new, so that it goes to the second at once', async () => {
  const { world, a: b } = worldWith('b');
  expect(await world.drain(['http://gone,http://b'])).toBe(true);
  world.append(file, head + rows(0, 5));
  expect(await world.drain(['http://gone,http://b'])).toBe(true);
  expect(b.text(file)).toBe(head + rows(0, 5));
});

test('hosts are spread over receivers by their names, and one more receiver moves few of them', async () => {
  const { world, a, b } = worldWith('a', 'b');
  world.append(file, head + rows(0, 5));
  for (let i = 0; i < 40; i++) expect(await world.drain(['hash:http://a,http://b'], { host: `pi${i}` })).toBe(true);
  expect(a.files.size + b.files.size).toBe(40);
  expect(Math.min(a.files.size, b.files.size)).toBeGreaterThan(8);
});
