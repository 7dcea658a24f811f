/** A collector from its start to its end: signals, what is in flight, and what it cannot begin with. */
import { describe, expect, test } from 'vitest';
import { serve } from '../../src/collect/serve.ts';
import { SdrError } from '../../src/errors.ts';
import type { Engine, Signal } from '../../src/host.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import { Report } from '../../src/report.ts';
import { FakeArchive } from './fake-archive.ts';
import { append, ask, collecting, file, frame, Line, servingOf, until, type Wishes } from './harness.ts';

const rows = 'time,cpu_pct\n1,2.00\n';

/** Served until a signal that the test gives. */
function serving(wishes: Wishes = {}) {
  let said = '';
  const signals = new Map<Signal, () => void>();
  const bare = nodeEngine();
  const engine: Engine = {
    ...bare,
    onSignal: (signal, then) => void signals.set(signal, then),
    files: {
      ...bare.files,
      write(_, from, offset, length) {
        said += Buffer.from(from.subarray(offset, offset + length)).toString();
        return length;
      },
    },
  };
  const archive = wishes.archive ?? new FakeArchive();
  const exit = serve(
    { engine, report: new Report(engine) },
    servingOf({ listen: ['0', 'tcp:0'], ...wishes }),
    async () => archive,
  );
  const where = (scheme: string) => new RegExp(`${scheme}://\\S+`).exec(said)?.[0] ?? '';
  return { exit, archive, said: () => said, where, signal: (name: Signal) => signals.get(name)?.(), signals };
}

const ready = async (wishes: Wishes = {}) => {
  const found = serving(wishes);
  await until(() => found.signals.has('INT'), found.said);
  return found;
};

describe('an end', () => {
  test.each([
    ['TERM', 'done'],
    ['INT', 'interrupted'],
  ] as const)('by SIG%s closes doors and archive', async (name, how) => {
    const { exit, archive, where, signal } = await ready();
    const line = new Line(where('tcp')).send('AUTH -\n');
    await line.line(1);
    signal(name);
    expect(await exit).toBe(how);
    expect(archive.isClosed).toBe(true);
    await line.closed();
    await expect(append(where('http'), frame(rows))).rejects.toThrow('ECONNREFUSED');
  });

  test('answers what is in flight first, in both modes', async () => {
    const { exit, archive, where, signal } = await ready({ limits: { drain: 60_000 } });
    let open = (): void => {};
    archive.gate = new Promise((resolve) => {
      open = resolve;
    });
    const reply = append(where('http'), frame(rows));
    const line = new Line(where('tcp')).send(`AUTH -\n${frame(rows, { host: 'pi2' })}`);
    await until(() => archive.known.size === 2, 'both frames');
    signal('TERM');
    expect(archive.isClosed).toBe(false);
    open();
    expect((await reply).json).toEqual({ next: { [`pi1/${file}`]: 20 } });
    expect(await line.line(2)).toBe(`ACK pi2/${file} 20`);
    expect(await exit).toBe('done');
  });

  test('does not wait for ever', async () => {
    const { exit, archive, where, signal } = await ready({ limits: { drain: 50 } });
    archive.gate = new Promise(() => {});
    const reply = append(where('http'), frame(rows)).catch((error: Error) => error.message);
    await until(() => archive.known.size === 1, 'the frame');
    signal('TERM');
    expect(await exit).toBe('done');
    expect(await reply).toBe('socket hang up');
  });

  test('takes nothing new on connections that stand', async () => {
    const { archive, where, running } = await withKeptConnection();
    running.service.isClosing = true;
    const { status, headers } = await ask(`${where}/healthz`);
    expect([status, headers.connection]).toEqual([503, 'close']);
    expect(archive.isClosed).toBe(false);
  });
});

async function withKeptConnection() {
  const found = await collecting();
  return { ...found, where: found.where[0] ?? '' };
}

describe('a start', () => {
  test('that fails closes the archive', async () => {
    const { where } = await collecting();
    const archive = new FakeArchive();
    const taken = new URL(where[0] ?? '').port;
    await expect(serving({ listen: [taken], archive }).exit).rejects.toMatchObject({ exit: 'io' });
    expect(archive.isClosed).toBe(true);
  });

  test.each(['7373x', 'http:', '1.2.3.4:99999', 'ftp:21', '::1:80'])('at "%s" is refused', async (listen) => {
    await expect(serving({ listen: [listen] }).exit).rejects.toBeInstanceOf(SdrError);
  });

  test('says where it listens and who may write', async () => {
    const { said, signal, exit } = await ready();
    expect(said()).toMatch(
      /^sdr: Listening on http:\/\/127\.0\.0\.1:\d+\nsdr: Listening on tcp:\/\/127\.0\.0\.1:\d+\nsdr: There are no tokens/,
    );
    signal('TERM');
    await exit;
  });
});
