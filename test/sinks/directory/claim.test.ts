import { describe, expect, test } from 'vitest';
import { Claim } from '../../../src/sinks/directory/claim.ts';
import type { FakeEngine } from '../../fake.ts';
import { booted } from '../../fake.ts';

function claimOf(engine: FakeEngine, boot = 'boot-1'): Claim {
  engine.files.folders('/data/.sdr');
  return new Claim(engine, '/data/.sdr', 'cpurec', boot);
}

const names = (engine: FakeEngine): string[] => [...engine.files.names('/data/.sdr')].sort();
const started = (engine: FakeEngine, pid: number, at: number): void => {
  const stat = `${pid} (a name) with ) in it) S ${Array.from({ length: 18 }, () => '0').join(' ')} ${at} 0\n`;
  engine.files.put(`/proc/${pid}/stat`, stat);
};

describe('Claim', () => {
  test('a first one has nothing before it', () => {
    const engine = booted();
    expect(claimOf(engine).take()).toMatchObject({ boot: '', file: '', revision: 0 });
    expect(names(engine)).toEqual(['cpurec.1']);
  });

  test('of a living process is not taken over', () => {
    const engine = booted();
    claimOf(engine).take();
    expect(() => claimOf(engine.process(101)).take()).toThrow('Cannot record cpurec in /data: process 100 does');
  });

  test('that was released, or whose process died, is taken over with what it knew', () => {
    for (const ends of ['released', 'died']) {
      const engine = booted();
      const first = claimOf(engine);
      first.take();
      first.standing.file = 'cpurec-20260301.csv';
      first.standing.revision = 3;
      first.update(true);
      if (ends === 'released') first.release();
      else engine.alive.delete(100);
      const standing = claimOf(engine.process(101)).take();
      expect(standing).toMatchObject({ boot: 'boot-1', file: 'cpurec-20260301.csv', revision: 3 });
    }
  });

  test('of another boot is taken over even if its pid lives, and its file is not continued', () => {
    const engine = booted();
    const first = claimOf(engine);
    first.take();
    first.standing.file = 'cpurec-20260301.csv';
    first.update(true);
    const second = claimOf(engine.process(101), 'boot-2');
    expect(second.take()).toMatchObject({ boot: 'boot-1', file: 'cpurec-20260301.csv' });
    engine.alive.delete(101);
    expect(claimOf(engine.process(102), 'boot-2').take()).toMatchObject({ boot: 'boot-2', file: '' });
  });

  test('a pid that another process has by now does not live', () => {
    const engine = booted();
    started(engine, 100, 5000);
    claimOf(engine).take();
    started(engine, 100, 9000);
    expect(() => claimOf(engine.process(101)).take()).not.toThrow();
  });

  test('a process that started when the claim says so lives, even if it may not be asked', () => {
    const engine = booted();
    started(engine, 100, 5000);
    claimOf(engine).take();
    engine.alive.delete(100);
    expect(() => claimOf(engine.process(101)).take()).toThrow('process 100 does');
  });

  test('of a living process that could not see at first when it began is not taken over', () => {
    const engine = booted();
    started(engine, 100, 5000);
    const first = claimOf(engine);
    engine.files.fault = (call, path) => (call === 'open' && path.startsWith('/proc/') ? 'EMFILE' : undefined);
    first.take();
    engine.files.fault = null;
    expect(() => claimOf(engine.process(101)).take()).toThrow('process 100 does');
    first.update(true);
    engine.alive.delete(100);
    expect(() => claimOf(engine.process(101)).take()).toThrow('process 100 does');
  });

  test('half made, at the top, does not hide the one below it', () => {
    for (const text of ['', '{"pid":100,', '\0\0\0\0\0\0']) {
      const engine = booted();
      const first = claimOf(engine);
      first.take();
      first.standing.revision = 7;
      first.update(true);
      engine.files.put('/data/.sdr/cpurec.3', text);
      expect(() => claimOf(engine.process(101)).take()).toThrow('process 100 does');
      engine.alive.delete(100);
      expect(claimOf(engine.process(102)).take().revision).toBe(7);
      expect(names(engine)).toContain('cpurec.4');
    }
  });

  test('of two takers one holds, whoever was quicker', () => {
    const engine = booted();
    const slow = claimOf(engine.process(101));
    const quick = claimOf(engine.process(102));
    let met = false;
    engine.files.fault = (call, path) => {
      // While the slow one makes its file, the quick one comes and goes ahead.
      if (call === 'link' && !met && path.endsWith('cpurec.1')) {
        met = true;
        quick.take();
      }
      return undefined;
    };
    expect(() => slow.take()).toThrow('process 102 does');
    expect(names(engine)).toEqual(['cpurec.1']);
  });

  test('the safe one stays beside newer ones until another is as safe', () => {
    const engine = booted();
    const first = claimOf(engine);
    first.take();
    first.update(true);
    expect(names(engine)).toEqual(['cpurec.2']);
    first.release();
    expect(names(engine)).toEqual(['cpurec.2', 'cpurec.3']);
    const second = claimOf(engine.process(101));
    second.take();
    expect(names(engine)).toEqual(['cpurec.2', 'cpurec.4']);
    second.update(true);
    expect(names(engine)).toEqual(['cpurec.5']);
  });

  test('a disk that is full leaves the claim as it was', () => {
    const engine = booted();
    const first = claimOf(engine);
    first.take();
    engine.files.fault = (call) => (call === 'write' ? 'ENOSPC' : undefined);
    expect(() => first.update(true)).toThrow('ENOSPC');
    expect(() => first.release()).toThrow('ENOSPC');
    engine.files.fault = null;
    expect(names(engine)).toEqual(['cpurec.1']);
    first.update(true);
    expect(names(engine)).toEqual(['cpurec.2']);
  });

  test('that another process took over is an end, not a second writer', () => {
    const engine = booted();
    const first = claimOf(engine);
    first.take();
    engine.alive.delete(100);
    claimOf(engine.process(101)).take();
    expect(() => first.update(true)).toThrow('took over');
  });

  test('a recorder does not see the claims of another', () => {
    const engine = booted();
    claimOf(engine).take();
    const other = new Claim(engine.process(101), '/data/.sdr', 'cpu', 'boot-1');
    expect(() => other.take()).not.toThrow();
  });
});
