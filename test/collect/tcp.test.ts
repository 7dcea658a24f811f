/** The line mode: AUTH, frames, answers in order, and how a connection ends. */
import { describe, expect, test } from 'vitest';
import { addToken } from '../../src/collect/tokens/file.ts';
import { WireError } from '../../src/wire/error.ts';
import { FakeArchive } from './fake-archive.ts';
import { collecting, file, folder, frame, Line, until, type Wishes, wish } from './harness.ts';

const rows = 'time,cpu_pct\n1,2.00\n';
const ack = (next: number): string => `ACK pi1/${file} ${next}`;

async function listening(wishes: Wishes = {}) {
  const found = await collecting({ listen: ['tcp:0'], ...wishes });
  const [where = ''] = found.where;
  return { ...found, where, line: () => new Line(where) };
}

describe('a connection', () => {
  test('says AUTH, sends frames, and gets a line for each', async () => {
    const { line, archive } = await listening();
    const one = line().send(`AUTH -\n${frame(rows)}${frame('2,3.00\n', {}, rows)}`);
    await one.line(3);
    expect(one.lines).toEqual(['OK sdr/1', ack(20), ack(27)]);
    expect(archive.text('pi1', file)).toBe(`${rows}2,3.00\n`);
  });

  test('may come in any pieces', async () => {
    const { line } = await listening();
    const one = line();
    one.socket.setNoDelay(true);
    const text = `AUTH -\n${frame(rows)}${frame('', {}, rows)}${frame('2,3.00\n', {}, rows)}`;
    for (const letter of text) {
      one.send(letter);
      await new Promise(setImmediate);
    }
    await one.line(4);
    expect(one.lines).toEqual(['OK sdr/1', ack(20), ack(20), ack(27)]);
  });

  test('is told of a refused frame and goes on', async () => {
    const { line } = await listening();
    const one = line().send(`AUTH -\n${frame(rows)}${frame('x\n', { offset: 13, crc: 7 })}${frame('2\n', {}, rows)}`);
    await one.line(4);
    expect(one.lines.slice(1)).toEqual([
      ack(20),
      `NAK 409 pi1/${file} ${file}: other bytes are there before 13`,
      ack(22),
    ]);
  });

  test('whose host the disk does not tell gives back what it took', async () => {
    const archive = new FakeArchive();
    let asked = 0;
    archive.knows = () => {
      asked++;
      throw new WireError(503, 'EMFILE');
    };
    const tokens = `${folder()}/tokens`;
    const secret = addToken(tokens, wish('one', { hosts: ['pi*'], enrol: false }));
    const { line, running } = await listening({ archive, tokens, listen: ['tcp:127.0.0.1:0'] });
    const one = line().send(`AUTH ${secret}\n${frame(rows)}`);
    await one.closed();
    expect([asked, running.service.open]).toEqual([1, 0]);
  });

  test('that sends no more still gets its answers', async () => {
    const { line, archive } = await listening();
    let open = (): void => {};
    archive.gate = new Promise((resolve) => {
      open = resolve;
    });
    const one = line().send(`AUTH -\n${frame(rows)}`);
    one.socket.end();
    await until(() => archive.text('pi1', file) === rows, 'the frame');
    open();
    await one.closed();
    expect(one.lines).toEqual(['OK sdr/1', ack(20)]);
  });

  test.each([
    ['no AUTH', `${frame(rows)}`, 'ERR 400 expected AUTH'],
    ['a line without end', 'A'.repeat(700), 'ERR 400 expected a line AUTH'],
    ['no frame', 'AUTH -\nhello\n', 'ERR 400 expected a frame'],
    [
      'a frame beyond the limit',
      `AUTH -\n${frame('x\n', { length: 2 ** 20 + 1 })}`,
      'ERR 413 a frame of 1048577 bytes',
    ],
    ['half a line', `AUTH -\n${frame('1,2')}`, `ERR 400 ${file}: expected whole lines`],
  ])('with %s is told and closed', async (_, text, why) => {
    const { line, running } = await listening();
    const one = line().send(text);
    await one.closed();
    expect(one.lines.at(-1)).toContain(why);
    await until(() => running.service.counts.tcp === 0, 'the end');
    expect([running.service.budget.used, running.service.open]).toEqual([0, 0]);
  });

  test('that ends inside a frame leaves nothing', async () => {
    const { line, running, archive } = await listening();
    const one = line().send(`AUTH -\n${frame(rows).slice(0, -5)}`);
    await one.line(1);
    one.socket.destroy();
    await until(() => running.service.counts.tcp === 0, 'the end');
    expect(running.service.budget.used).toBe(0);
    expect(archive.known.size).toBe(0);
  });

  test('is closed when nothing can be stored: the sender comes again', async () => {
    const { line, archive } = await listening();
    archive.failure = new WireError(507, 'the disk is full');
    const one = line().send(`AUTH -\n${frame(rows)}`);
    await one.closed();
    expect(one.lines.at(-1)).toBe('ERR 507 the disk is full');
  });
});

describe('slow connections over TCP', () => {
  const short = { headers: 150, request: 150, idle: 150, check: 20 };

  test('one that says nothing is closed', async () => {
    const { line } = await listening({ limits: short });
    const one = line();
    await one.closed();
    expect(one.lines).toEqual(['ERR 408 nothing arrived']);
  });

  test('one that sends a frame byte by byte is closed all the same', async () => {
    const { line } = await listening({ limits: { ...short, idle: 60_000 } });
    const one = line().send('AUTH -\n');
    await one.line(1);
    const letters = [...frame(`time,x\n${'1,2\n'.repeat(1000)}`)];
    const timer = setInterval(() => one.send(letters.shift() ?? ''), 5);
    await one.closed();
    clearInterval(timer);
    expect(one.lines.at(-1)).toBe('ERR 408 the frame did not arrive in time');
  });

  test('one that waits for the disk is not', async () => {
    const { line, archive } = await listening({ limits: short });
    let open = (): void => {};
    archive.gate = new Promise((resolve) => {
      open = resolve;
    });
    const one = line().send(`AUTH -\n${frame(rows)}`);
    const two = line().send('AUTH -\n');
    await two.closed();
    expect(one.isClosed).toBe(false);
    open();
    expect(await one.line(2)).toBe(ack(20));
  });

  test('one that never reads its answers is closed', async () => {
    const { line, running } = await listening();
    const one = line().send('AUTH -\n');
    await one.line(1);
    one.socket.pause();
    const asking = frame('', { host: 'h'.repeat(200) }).repeat(100);
    const send = (): void => {
      while (!one.socket.destroyed && one.socket.write(asking)) {}
    };
    one.socket.on('drain', send);
    send();
    await until(() => running.service.counts.tcp === 0, 'the end');
    expect(running.service.budget.used).toBe(0);
  });
});

test('a sender that is faster than the disk is held back, not refused', async () => {
  const { line, archive, running } = await listening({ limits: { pipelined: 4 } });
  const one = line();
  let most = 0;
  const append = archive.append.bind(archive);
  archive.append = async (frames) => {
    most = Math.max(most, running.service.budget.used);
    await new Promise(setImmediate);
    return append(frames);
  };
  let text = 'time,x\n';
  one.send(`AUTH -\n${frame(text)}`);
  for (let i = 0; i < 400; i++) {
    const more = `${i},${'7'.repeat(20_000)}\n`;
    one.send(frame(more, { offset: text.length, crc: 0 }, ''));
    text += more;
    if (i === 0) await one.line(2);
  }
  await until(() => one.lines.length >= 402 || one.isClosed, 'all answers');
  expect(one.lines.length).toBe(402);
  expect(most).toBeLessThan(running.service.budget.limit / 4);
  await until(() => running.service.budget.used === 0, 'nothing held');
});
