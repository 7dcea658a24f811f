/** What a sender does about receivers that fail, refuse, are slow or are several. */
import { expect, test } from 'vitest';
import { backoff } from '../../src/forward/patience.ts';
import { random } from '../fake/random.ts';
import { data, head, rows, worldWith } from './world.ts';

const file = 'cpurec-20260301.csv';
const instead = (status: number, headers = {}, body = '{"error":"so it is"}') => ({
  instead: { status, headers, body },
});

test('waits are at random, up to twice as long each time and half a minute at most', () => {
  expect([1, 2, 3, 4, 7, 8, 100].map((failures) => backoff(failures, () => 1))).toEqual([
    1000, 2000, 4000, 8000, 30_000, 30_000, 30_000,
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

test('nobody can silence a sender for longer than an hour', async () => {
  const { world, a } = worldWith('a');
  world.append(file, head + rows(0, 10));
  let requests = 0;
  world.net.trouble = () => (++requests < 2 ? instead(503, { 'retry-after': '999999999' }) : null);
  const forwarder = world.forwarder(['http://a']);
  forwarder.start();
  await world.run(3_600_000 - 1000);
  expect(requests).toBe(1);
  await world.run(32_000);
  forwarder.close();
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
  expect(a.frames.filter((frame) => frame.file === file)).toHaveLength(1);
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
  expect(requests).toBeLessThan(60);
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
  const noted = world.files.names(`${data}/.sdr`).filter((name) => /^forward.*json$/.test(name));
  for (const name of noted) expect(world.files.text(`${data}/.sdr/${name}`)).not.toMatch(/"next":[^0]/);
  expect(noted).toHaveLength(1);
  world.net.trouble = () => null;
  expect(await world.drain(['http://a'])).toBe(true);
  expect(a.text(file)).toBe(head + rows(0, 10));
});

test.each(['<html>welcome</html>', '[]', '{"ok":true}'])(
  'what is no collector is said to be none: %s',
  async (body) => {
    const { world } = worldWith('a');
    world.append(file, head);
    world.net.trouble = () => instead(200, {}, body);
    await world.drain(['http://a']);
    expect(world.told).toEqual([expect.stringContaining('it answers, but not as a collector does (404)')]);
  },
);

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

test.each(['ECONNRESET', 'ECONNREFUSED'])(
  'when the first of two is down, what it may have a part of waits for it, and new files go to the second: %s',
  async (lost) => {
    const { world, a, b } = worldWith('a', 'b');
    let isDown = false;
    world.net.trouble = (name) => (name === 'a' && isDown ? { lost, isArrived: false } : null);
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
  },
);

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

test.each([1, 2, 3, 4, 5, 6])('nor after a power cut: %i', async (seed) => {
  const { world, a, b } = worldWith('a', 'b');
  const both = ['http://a,http://b'];
  world.append('nicrec-20260301.csv', head + rows(0, 5));
  const cut = world.forwarder(both);
  cut.start();
  await world.run(40_000);
  world.files.settle();
  world.append(file, head + rows(0, 5));
  const fd = world.files.open(`${data}/${file}`, 'append');
  world.files.fsync(fd);
  world.files.close(fd);
  world.net.trouble = (name) => (name === 'a' ? { lost: 'ETIMEDOUT', isArrived: true } : null);
  await world.run(10_000);
  expect(a.text(file)).toBe(head + rows(0, 5));
  world.clock.forget();
  world.files.powerLoss(random(seed));
  if (!world.files.has(`${data}/${file}`)) world.append(file, head + rows(0, 5));
  world.net.trouble = (name) => (name === 'a' ? { lost: 'ECONNREFUSED', isArrived: false } : null);
  await world.drain(both);
  expect(b.text(file)).toBe('');
  world.net.trouble = () => null;
  expect(await world.drain(both)).toBe(true);
  expect([a.text(file), b.text(file)]).toEqual([head + rows(0, 5), '']);
});

test.each(['ECONNRESET', 'ECONNREFUSED'])(
  'what the first has, though its answer was lost and then came %s, never goes to the second',
  async (lost) => {
    const { world, a, b } = worldWith('a', 'b');
    world.append(file, head + rows(0, 5));
    world.net.trouble = (name, { method }) => {
      if (name !== 'a' || method !== 'POST') return null;
      return a.files.size === 0
        ? { lost: 'ECONNRESET', isArrived: true }
        : { lost, isArrived: lost !== 'ECONNREFUSED' };
    };
    const forwarder = world.forwarder(['http://a,http://b']);
    forwarder.start();
    await world.run(180_000);
    forwarder.close();
    expect(world.told).toContain('sdr: New files go to http://b:80 from now on');
    expect([a.text(file), b.files.size]).toEqual([head + rows(0, 5), 0]);
  },
);

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

test.each([401, 403])(
  'after %i a token that was replaced is used at once, and one that is broken never',
  async (status) => {
    const { world, a } = worldWith('a');
    const tokenPath = '/etc/sdr/token';
    world.files.put(tokenPath, 'old');
    a.token = 'new';
    world.append(file, head + rows(0, 10));
    world.net.trouble = (_, { headers }) => (headers['Authorization'] === 'Bearer new' ? null : instead(status));
    const forwarder = world.forwarder(['http://a'], { tokenPath });
    forwarder.start();
    await world.run(10_000);
    expect(a.files.size).toBe(0);
    world.files.put(tokenPath, 'new');
    await world.run(2000);
    expect(a.text(file)).toBe(head + rows(0, 10));
    world.files.unlink(tokenPath);
    world.append(file, rows(10, 10));
    await world.run(5000);
    forwarder.close();
    expect(a.text(file)).toBe(head + rows(0, 20));
    expect(world.told.at(-1)).toBe(
      `sdr: Cannot read the token in ${tokenPath}: there is no such file; the token that was there before is used on`,
    );
  },
);

test('a refusal that passes holds up no file for longer than it says, whatever stands beside it', async () => {
  const { world, a } = worldWith('a');
  world.append(file, head + rows(0, 10));
  world.append('nicrec-20260301.csv', head + rows(0, 9));
  let isFull = true;
  a.refuses = (frame) => {
    if (frame.file === file) return { status: 409, error: 'other bytes are there' };
    return isFull ? { status: 507, error: 'the disk is full' } : null;
  };
  const forwarder = world.forwarder(['http://a']);
  forwarder.start();
  await world.run(5000);
  expect(world.told).toContain(`sdr: Cannot send to http://a:80: the disk is full (507); rows wait in ${data}`);
  expect(a.frames.length).toBeLessThan(8);
  isFull = false;
  await world.run(60_000);
  forwarder.close();
  expect(a.text('nicrec-20260301.csv')).toBe(head + rows(0, 9));
});

test('a file that is refused at first and taken in the end is not held against a sender that runs once', async () => {
  const { world, a } = worldWith('a');
  world.append(file, head + rows(0, 10));
  world.append('nicrec-20260227.csv', head + rows(0, 20_000));
  world.net.latency = 20_000;
  let refusals = 0;
  a.refuses = (frame) => (frame.file === file && refusals++ < 1 ? { status: 409, error: 'no' } : null);
  expect(await world.drain(['http://a'])).toBe(true);
  expect(a.text(file)).toBe(head + rows(0, 10));
});

test('of two processes that send a directory to one place, one waits until the other ends, however it does', async () => {
  const { world, a } = worldWith('a');
  const turn = () => world.files.names(`${data}/.sdr`).filter((name) => name.includes('.pid.'));
  world.append(file, head + rows(0, 10));
  const first = world.forwarder(['http://a']);
  first.start();
  await world.run(2000);
  const [name = ''] = turn();
  expect(name).toMatch(/^forward-[0-9a-f]{16}\.pid\.1$/);
  first.close();
  expect(turn().map((each) => world.files.text(`${data}/.sdr/${each}`))).toEqual(['0\n']);
  world.files.put(`${data}/.sdr/${name.replace(/1$/, '3')}`, '4711  ');
  world.engine.alive.add(4711);
  world.append(file, rows(10, 10));
  const second = world.forwarder(['http://a', 'http://b']);
  second.start();
  await world.run(20_000);
  expect(second.rival).toEqual({ name: 'http://a:80', pid: 4711 });
  expect(second.lags().map((each) => each.name)).toEqual(['http://b:80']);
  expect(a.text(file)).toBe(head + rows(0, 10));
  world.engine.alive.delete(4711);
  await world.run(7000);
  second.close();
  expect(a.text(file)).toBe(head + rows(0, 20));
  expect(a.doubled).toBe(0);
});

test('a process of another boot sends nothing any more, and nobody gives away the turn of another', async () => {
  const { world, a } = worldWith('a');
  world.files.put('/proc/sys/kernel/random/boot_id', 'boot-2\n');
  world.append(file, head + rows(0, 10));
  const first = world.forwarder(['http://a']);
  first.start();
  const name = world.files.names(`${data}/.sdr`).find((each) => each.includes('.pid.')) ?? '';
  first.close();
  const path = `${data}/.sdr/${name.replace(/1$/, '4')}`;
  world.engine.alive.add(4711);
  world.files.put(path.replace(/4$/, '3'), '4711 12 boot-1');
  const second = world.forwarder(['http://a']);
  second.start();
  expect(second.rival).toBe(null);
  await world.run(2000);
  expect(a.text(file)).toBe(head + rows(0, 10));
  world.files.put(path, '4711 12 boot-2');
  second.close();
  expect(world.files.text(path)).toBe('4711 12 boot-2');
});

test('a receiver to which nothing is left to send is asked until it is back', async () => {
  const { world, a, b } = worldWith('a', 'b');
  let isDown = false;
  world.net.trouble = (name) => (name === 'a' && isDown ? { lost: 'ECONNREFUSED', isArrived: false } : null);
  const forwarder = world.forwarder(['http://a,http://b']);
  forwarder.start();
  await world.run(2000);
  isDown = true;
  world.append(file, head + rows(0, 5));
  await world.run(120_000);
  expect(b.text(file)).toBe(head + rows(0, 5));
  isDown = false;
  await world.run(60_000);
  world.append('cpurec-20260301r0001.csv', head + rows(5, 5));
  await world.run(5000);
  forwarder.close();
  expect(a.text('cpurec-20260301r0001.csv')).toBe(head + rows(5, 5));
});

test('a sender that was refused before it drains tries once more', async () => {
  const { world, a } = worldWith('a');
  world.append(file, head + rows(0, 10));
  world.net.trouble = () => instead(401);
  const forwarder = world.forwarder(['http://a']);
  forwarder.start();
  await world.run(2000);
  world.net.trouble = () => null;
  let isDone: boolean | null = null;
  forwarder.drain((done) => {
    isDone = done;
  });
  await world.run(1000);
  forwarder.close();
  expect([isDone, a.text(file)]).toEqual([true, head + rows(0, 10)]);
});
