/** Whose turn it is: one of several, whenever they look and however the last one ended. */
import { expect, test } from 'vitest';
import { Turn } from '../../src/forward/turn.ts';
import type { Files } from '../../src/host.ts';
import { FakeEngine } from '../fake.ts';
import { Receiver } from './receiver.ts';
import { data, head, rows, World } from './world.ts';

const notes = '/data/.sdr';

/** A machine of which each process has a start that the kernel tells. */
class Machine {
  readonly engine = new FakeEngine();
  readonly files = this.engine.files;

  constructor() {
    this.files.put('/proc/sys/kernel/random/boot_id', 'boot-1\n');
    this.files.folders(notes);
  }

  /** A process that may take turns. */
  turn(pid: number): Turn {
    this.files.put(`/proc/${pid}/stat`, this.stat(pid));
    return new Turn(this.engine.process(pid), `${notes}/forward-1.pid`, `${notes}/.forward-1.${pid}`);
  }

  stat(pid: number): string {
    return `${pid} (sdr) ${Array.from({ length: 30 }, (_, i) => i * pid).join(' ')}`;
  }

  /** It ends without a word. */
  kill(pid: number): void {
    this.engine.alive.delete(pid);
    this.files.unlink(`/proc/${pid}/stat`);
  }
}

const isOurs = ({ rival }: Turn): boolean => rival === 0;

test.each([true, false])(
  'of two that find a dead one there, one has the turn, whenever they do (links: %s)',
  (hasLinks) => {
    let met = 0;
    for (let step = 1; step < 60; step++) {
      const machine = new Machine();
      machine.files.hasLinks = hasLinks;
      machine.turn(7).look();
      machine.kill(7);
      const slow = machine.turn(8);
      const quick = machine.turn(9);
      let calls = 0;
      machine.files.fault = (_, path) => {
        if (!path.startsWith(notes) || ++calls !== step) return undefined;
        met++;
        machine.files.fault = null;
        quick.look();
        return undefined;
      };
      slow.look();
      machine.files.fault = null;
      quick.look();
      expect([slow, quick].filter(isOurs), `step ${step}`).toHaveLength(1);
    }
    expect(met).toBeGreaterThan(8);
  },
);

test('one that is slow to look finds who came and who went meanwhile', () => {
  const machine = new Machine();
  machine.turn(7).look();
  machine.kill(7);
  const slow = machine.turn(8);
  const third = machine.turn(10);
  machine.files.fault = (call, path) => {
    if (call !== 'link' || !path.startsWith(notes)) return undefined;
    machine.files.fault = null;
    const second = machine.turn(9);
    second.look();
    second.release();
    machine.kill(9);
    third.look();
    return undefined;
  };
  slow.look();
  expect([isOurs(slow), slow.rival, isOurs(third)]).toEqual([false, 10, true]);
});

test('one that ends gives its turn to who asks next', () => {
  const machine = new Machine();
  const first = machine.turn(7);
  const second = machine.turn(8);
  first.look();
  second.look();
  expect(second.rival).toBe(7);
  first.release();
  machine.engine.clock.pass(5000);
  expect(second.look()).toBe(true);
  expect(second.rival).toBe(0);
});

test('a process whose start could not be read has its turn as long as its id lives', () => {
  const machine = new Machine();
  const isFull = (call: keyof Files, path: string) =>
    call === 'open' && path === '/proc/7/stat' ? 'EMFILE' : undefined;
  machine.files.put('/proc/7/stat', machine.stat(7));
  machine.files.fault = isFull;
  const first = machine.turn(7);
  first.look();
  machine.files.fault = null;
  const second = machine.turn(8);
  second.look();
  expect([first.rival, second.rival]).toEqual([0, 7]);
  machine.engine.clock.pass(40_000);
  first.look();
  second.look();
  expect([first.rival, second.rival]).toEqual([0, 7]);
  // The same process reads its configuration anew.
  const again = machine.turn(7);
  again.look();
  expect(again.rival).toBe(0);
  machine.kill(7);
  machine.engine.clock.pass(40_000);
  second.look();
  expect(second.rival).toBe(0);
});

test('who waits for a receiver when another takes the turn sends nothing more, and leaves its notes alone', async () => {
  const world = new World();
  world.net.receivers.set('a', new Receiver());
  world.append('cpurec-20260301.csv', head + rows(0, 10));
  let requests = 0;
  world.net.trouble = () => {
    requests++;
    return { instead: { status: 503, headers: {}, body: '{"error":"busy"}' } };
  };
  const forwarder = world.forwarder(['http://a,http://b'], { random: () => 0.999 });
  forwarder.start();
  await world.run(70_000);
  const held = world.files.names(`${data}/.sdr`).find((name) => name.includes('.pid'));
  const noted = world.files.names(`${data}/.sdr`).find((name) => name.endsWith('.json'));
  world.files.put(`${data}/.sdr/${held}`, '4711  ');
  world.files.put(`${data}/.sdr/${noted}`, 'what the other notes');
  world.engine.alive.add(4711);
  while (!forwarder.rival) await world.run(1000);
  const before = requests;
  await world.run(300_000);
  forwarder.close();
  expect(requests).toBe(before);
  expect(world.files.text(`${data}/.sdr/${noted}`)).toBe('what the other notes');
});
