/** What a sender bears: a disk on which nothing can be noted, lines that nobody takes, secrets that are away for a while. */
import { expect, test } from 'vitest';
import { Credentials } from '../../src/forward/credentials.ts';
import { forwardWishesOf } from '../../src/forward/wishes.ts';
import { data, head, rows, worldWith } from './world.ts';

const file = 'cpurec-20260301.csv';

test.each(['ENOSPC', 'EROFS', 'EIO'])(
  'a disk on which nothing can be noted (%s) only delays new files',
  async (code) => {
    const { world, a, b } = worldWith('a', 'b');
    world.append(file, head + rows(0, 10));
    const forwarder = world.forwarder(['http://a,http://b']);
    forwarder.start();
    await world.run(5000);
    world.files.fault = (call, path) => (call === 'rename' && path.endsWith('.json') ? code : undefined);
    world.append(file, rows(10, 10));
    world.append('nicrec-20260301.csv', head + rows(0, 10));
    await world.run(120_000);
    // Who may have a part of the new one could not be told after a power cut.
    expect([a.text(file), a.files.size, b.files.size]).toEqual([head + rows(0, 20), 1, 0]);
    expect(world.told).toContain(
      `sdr: Cannot note in ${data}/.sdr where files go: ${code}; new ones wait until it can`,
    );
    world.files.fault = null;
    world.append(file, rows(20, 10));
    await world.run(10_000);
    forwarder.close();
    expect([a.text(file), a.text('nicrec-20260301.csv')]).toEqual([head + rows(0, 30), head + rows(0, 10)]);
    expect(b.files.size).toBe(0);
    expect(world.told).toContainEqual(expect.stringContaining(`Where files go can be noted in ${data}/.sdr again`));
  },
);

test('notes that nobody may list are no reason to end', async () => {
  const { world, a } = worldWith('a');
  world.append(file, head + rows(0, 10));
  const forwarder = world.forwarder(['http://a']);
  world.files.fault = (call, path) => (call === 'names' && path.endsWith('/.sdr') ? 'EIO' : undefined);
  forwarder.start();
  await world.run(10_000);
  forwarder.close();
  expect(a.text(file)).toBe(head + rows(0, 10));
});

test('a line that is too large for a receiver waits, and holds up no other file', async () => {
  const { world, a } = worldWith('a');
  a.most = 3000;
  let requests = 0;
  world.net.trouble = () => {
    if (++requests > 200) throw new Error('this never ends');
    return null;
  };
  const long = `${head}1772366400,${'1,'.repeat(3000)}1\n`;
  world.append(file, long);
  world.append('nicrec-20260301.csv', head + rows(0, 100));
  const forwarder = world.forwarder(['http://a']);
  forwarder.start();
  await world.run(60_000);
  expect(a.text('nicrec-20260301.csv')).toBe(head + rows(0, 100));
  expect(requests).toBeLessThan(40);
  expect(world.told).toEqual([
    expect.stringMatching(/refuses cpurec-20260301\.csv: .* \(413\); it is kept, and tried/),
  ]);
  a.most = Number.POSITIVE_INFINITY;
  await world.run(6 * 60_000);
  forwarder.close();
  expect(a.text(file)).toBe(long);
});

test('after one 413 a sender dares to send as much as before again', async () => {
  const { world, a } = worldWith('a');
  const wide = Array.from({ length: 20_000 }, (_, i) => `${1_772_366_400 + i},${'8'.repeat(500)}\n`).join('');
  world.append(file, head + wide);
  let requests = 0;
  world.net.trouble = (_, { method }) => {
    if (method === 'GET' || ++requests > 5) return null;
    return { instead: { status: 413, headers: {}, body: '{"error":"too large"}' } };
  };
  expect(await world.drain(['http://a'])).toBe(true);
  expect(a.text(file)).toBe(head + wide);
  const sent = a.frames.map(({ bytes }) => bytes.length);
  expect(Math.min(...sent.slice(0, 5))).toBeLessThan(16_384);
  expect(Math.max(...sent)).toBeGreaterThan(250_000);
});

test('a credential that is away for a while is used on, and its return is told', () => {
  const { world } = worldWith();
  let token: string | null = 'one';
  const path = '/run/credentials/sdr/token';
  world.files.put(path, 'one');
  const source = { path, read: () => token };
  const { pem } = forwardWishesOf({ to: ['http://a'] });
  const credentials = new Credentials({ files: world.files, report: world.report, source, pem, agent: 'sdr/1' });
  world.files.unlink(path);
  token = null;
  credentials.renew();
  expect(credentials.token).toBe('one');
  expect(world.told).toEqual([
    `sdr: Cannot read the token in ${path}: there is no such file; the token that was there before is used on`,
  ]);
  world.files.put(path, 'two');
  token = 'two';
  expect(credentials.renew()).toBe(true);
  expect(credentials.token).toBe('two');
  expect(world.told.at(-1)).toBe('sdr: The token can be read again');
});
