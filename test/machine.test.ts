import { describe, expect, test } from 'vitest';
import { netdev } from '../src/proc/netdev.ts';
import { softnet, uptime } from '../src/proc/small.ts';
import { stat } from '../src/proc/stat.ts';
import { vmstat } from '../src/proc/vmstat.ts';
import { kernel, machineOf } from './fake/kernel.ts';

/** How often a call was made since this. */
function counting(files: ReturnType<typeof machineOf>['files'], call: string): () => number {
  let count = 0;
  files.fault = (each) => {
    if (each === call) count++;
    return undefined;
  };
  return () => count;
}

describe('Machine', () => {
  test('reads a file once a tick, however many ask, from a descriptor that stays open', () => {
    const { files, machine } = machineOf(kernel);
    const opens = counting(files, 'open');
    const [one, two] = [machine.source(uptime), machine.source(uptime)];
    for (let now = 1000; now < 6000; now += 1000) {
      files.put('/proc/uptime', `${now}.5 0\n`);
      machine.begin(now);
      expect(one()?.seconds).toBe(now + 0.5);
      files.put('/proc/uptime', '7 0\n');
      expect(two()?.seconds).toBe(now + 0.5);
    }
    expect(opens()).toBe(1);
  });

  test('a file larger than the buffer is read whole', () => {
    const cpus = Array.from({ length: 4096 }, (_, i) => `cpu${i} 100 200 300 400 500 600 700 800 900 1000\n`).join('');
    const { machine } = machineOf({ '/proc/stat': `cpu 1 2 3 4\n${cpus}ctxt 77\n` });
    machine.begin(1);
    const found = machine.source(stat)();
    expect([found?.cpus.count, found?.contextSwitches]).toEqual([4097, 77]);
  });

  test('a file that the kernel gives page by page is read to its end, however long it is', () => {
    const interfaces = (count: number) =>
      `heading\nheading\n${Array.from({ length: count }, (_, i) => `veth${i}: ${'1234567 '.repeat(16)}\n`).join('')}`;
    const backlogs = (count: number) => `${'00000001 '.repeat(13)}00000001\n`.repeat(count);
    const { files, machine } = machineOf(kernel);
    const [devices, queues, pages] = [machine.source(netdev), machine.source(softnet), machine.source(vmstat)];
    files.page = 4096;
    for (let count = 1; count <= 80; count++) {
      files.put('/proc/net/dev', interfaces(count));
      files.put('/proc/net/softnet_stat', backlogs(count));
      files.put('/proc/vmstat', `pgpgin 1\n${'nr_something_else 12\n'.repeat(count * 8)}oom_kill ${count}\n`);
      machine.begin(count * 1000);
      expect([devices()?.count, queues()?.lines, pages()?.oom_kill]).toEqual([count, count, count]);
    }
  });

  test('a file that is missing is an answer, and looked for again after 10 s', () => {
    const { files, machine, told } = machineOf({});
    const read = machine.source(uptime);
    machine.begin(1000);
    expect(read()).toBeNull();
    files.put('/proc/uptime', '5 0\n');
    machine.begin(2000);
    expect(read()).toBeNull();
    machine.begin(11_000);
    expect(read()?.seconds).toBe(5);
    expect(told).toEqual([]);
  });

  test.each([
    [
      'garbage',
      (files: ReturnType<typeof machineOf>['files']) => files.put('/proc/uptime', 'x\n'),
      'Cannot parse /proc/uptime',
    ],
    [
      'EIO',
      (files: ReturnType<typeof machineOf>['files']) => {
        files.fault = (call) => (call === 'read' ? 'EIO' : undefined);
      },
      'Cannot read /proc/uptime: EIO',
    ],
  ])('%s is null and a warning, and the next tick reads again', (_, spoil, message) => {
    const { files, machine, told } = machineOf(kernel);
    const read = machine.source(uptime);
    spoil(files);
    machine.begin(1000);
    expect(read()).toBeNull();
    expect(told[0]).toContain(message);
    files.fault = null;
    files.put('/proc/uptime', '5 0\n');
    machine.begin(2000);
    expect(read()?.seconds).toBe(5);
  });

  test.each(['ENODEV', 'ENOTCONN', 'ESTALE'])('a descriptor that has gone stale (%s) is opened again', (code) => {
    const { files, machine, told } = machineOf(kernel);
    const read = machine.source(uptime);
    machine.begin(1000);
    read();
    let isStale = true;
    files.fault = (call) => {
      if (call === 'open') isStale = false;
      return call === 'read' && isStale ? code : undefined;
    };
    machine.begin(2000);
    expect(read()?.seconds).toBe(12_345.67);
    expect(told).toEqual([]);
  });

  test('a small attribute is a number, or none', () => {
    const { machine } = machineOf({ '/sys/a': '15\n', '/sys/b': '-1.5\n', '/sys/c': 'x\n', '/sys/d': '\n' });
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => machine.number(`/sys/${name}`))).toEqual([
      15,
      -1.5,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });

  test('what is a must tells at once that this machine has none of it', () => {
    expect(() => machineOf({}).machine.required(stat)).toThrow('This machine has no /proc/stat');
  });
});
