import { expect, test } from 'vitest';
import { instanceOf } from '../../../src/sinks/directory/instance.ts';
import type { FakeEngine } from '../../fake.ts';
import { booted } from '../../fake.ts';

const path = '/data/.sdr/instance';

function made(): FakeEngine {
  const engine = booted();
  engine.files.folders('/data/.sdr');
  return engine;
}

function dice(engine: FakeEngine, seed: number): void {
  const digits = `${seed}`.padStart(12, '0');
  engine.files.put('/proc/sys/kernel/random/uuid', `${digits.slice(4)}-7a9f-44e9-8e33-${digits}\n`);
}

test('an instance is 16 hexadecimal digits that stay', () => {
  const engine = made();
  const first = instanceOf(engine, '/data');
  dice(engine, 5);
  expect(first).toBe('0b30587da2c7ec11');
  expect(instanceOf(engine.process(7), '/data')).toBe(first);
});

test('it survives a power cut at once', () => {
  const engine = made();
  const first = instanceOf(engine, '/data');
  engine.files.powerLoss(() => 0);
  dice(engine, 5);
  expect(instanceOf(engine, '/data')).toBe(first);
});

test('it is made anew when the directory was copied to another machine', () => {
  const engine = made();
  const first = instanceOf(engine, '/data');
  dice(engine, 5);
  engine.files.put('/etc/machine-id', 'machine-2\n');
  const second = instanceOf(engine, '/data');
  expect(second).not.toBe(first);
  expect(instanceOf(engine, '/data')).toBe(second);
});

test.each(['', '\0\0\0\0\0\0\0\0', 'garbage', 'abcd machine-1'])('%j is no instance and is replaced', (text) => {
  const engine = made();
  engine.files.put(path, text);
  expect(instanceOf(engine, '/data')).toMatch(/^[0-9a-f]{16}$/);
  expect(engine.files.text(path)).toMatch(/^[0-9a-f]{16} machine-1\n$/);
});

test('a machine without an id has an instance too', () => {
  const engine = made();
  engine.files.unlink('/etc/machine-id');
  const first = instanceOf(engine, '/data');
  dice(engine, 5);
  expect(instanceOf(engine, '/data')).toBe(first);
});

test('of two that start together one makes it, the other takes it', () => {
  const engine = made();
  let theirs = '';
  engine.files.fault = (call, to) => {
    if (call !== 'link' || to !== path || theirs !== '') return undefined;
    theirs = '0123456789abcdef';
    engine.files.put(path, `${theirs} machine-1\n`);
    return undefined;
  };
  expect(instanceOf(engine, '/data')).toBe('0123456789abcdef');
});
