/** The inventory: the list of items is what the fixtures bring, rights and engines make no faults, and changes are told once. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hdwrec } from '../../recorders/hdwrec/index.ts';
import { items } from '../../recorders/hdwrec/item.ts';
import { Csv } from '../../src/formats/csv.ts';
import type { System } from '../../src/host.ts';
import { Job } from '../../src/job.ts';
import { Machine } from '../../src/machine.ts';
import { everything } from '../../src/recorder.ts';
import { noSystem } from '../../src/tape-system.ts';
import { Text } from '../../src/text.ts';
import { viewOf } from '../../src/view.ts';
import { FakeFiles } from '../fake/files.ts';
import { sampled } from '../fake/job.ts';
import { install } from '../fake/kernel.ts';

const fixtures = new URL('../../fixtures/hdwrec/', import.meta.url).pathname;
const declared = Object.keys(items);

/** `disk:NAME:model` of `disk:sda:model`. */
const patternOf = (item: string): string => item.replace(/^(disk|nic):.*:([a-z_]+)$/, '$1:NAME:$2');

/** The items of each sample of a fixture. */
function samplesOf(situation: string): readonly (readonly string[])[] {
  const samples = new Map<string, string[]>();
  for (const line of readFileSync(`${fixtures}${situation}/expected.csv`, 'utf8').trimEnd().split('\n').slice(1)) {
    const [time = '', item = ''] = line.split(',');
    samples.set(time, [...(samples.get(time) ?? []), item]);
  }
  return [...samples.values()];
}

const all = readdirSync(fixtures).flatMap(samplesOf);

describe('the list of items', () => {
  test('has every item that there is, and none that no machine has', () => {
    expect([...new Set(all.flat().map(patternOf))].sort()).toEqual([...declared].sort());
  });

  test('is in the order of the rows', () => {
    for (const sample of all) {
      const places = sample.map((item) => declared.indexOf(patternOf(item)));
      const kinds = sample.map((item) => /^(disk|nic):/.exec(item)?.[1] ?? item);
      sample.forEach((item, i) => {
        // The next disk begins with its first item again.
        const isNext = kinds[i] === kinds[i - 1] && item.split(':')[1] !== sample[i - 1]?.split(':')[1];
        if (i > 0 && !isNext)
          expect(places[i], `${sample[i - 1]} before ${item}`).toBeGreaterThan(places[i - 1] as number);
      });
    }
  });

  test('can be looked for with grep and awk', () => {
    for (const item of all.flat()) expect(item).toMatch(/^[A-Za-z0-9_.:@/+%-]+$/);
  });
});

/** A machine that is looked at again and again. */
function recorded(texts: Readonly<Record<string, string>>, system: Partial<System> = {}, changes = false) {
  const files = new FakeFiles();
  const told: string[] = [];
  install(files, texts);
  const warn = (_: string, message: string) => told.push(message);
  const machine = new Machine(files, '', warn, { system: { ...noSystem, ...system } });
  const job = new Job(hdwrec, viewOf(hdwrec, { changes }), machine, everything, warn);
  return {
    files,
    told,
    rows(time: number): string[] {
      machine.begin(time);
      const batch = sampled(job, time, time * 1000);
      const out = new Text();
      if (batch) new Csv().rows(batch, out);
      return Buffer.from(out.view()).toString().split('\n').slice(0, -1);
    },
  };
}

const pc = {
  '/proc/sys/kernel/hostname': 'one\n',
  '/sys/class/dmi/id/product_serial': 'ABC1\n',
  '/sys/block/sda/device/model': 'Disk, "fast"\n',
  '/sys/block/sda/size': '8\n',
};

describe('hdwrec', () => {
  test('leaves out what it may not read, without a word', () => {
    const { files, rows, told } = recorded(pc);
    files.fault = (call, path) => (call === 'open' && path.endsWith('product_serial') ? 'EACCES' : undefined);
    expect(rows(1)).toEqual(['1,hostname,one', '1,disk:sda:size_bytes,4096', '1,disk:sda:model,"Disk, ""fast"""']);
    expect(told).toEqual([]);
  });

  test('takes a disk that fails while it is read for one that says nothing', () => {
    const { files, rows, told } = recorded(pc);
    files.fault = (call, path) => (call === 'read' && path.startsWith('/sys/block') ? 'EIO' : undefined);
    expect(rows(1)).toEqual(['1,hostname,one', '1,serial,ABC1']);
    expect(told).toEqual([]);
  });

  test('has no row on a machine that says nothing, and says so in no other way', () => {
    const { rows, told } = recorded({});
    expect({ rows: rows(1), told }).toEqual({ rows: [], told: [] });
  });

  test('tells with --changes what became different, and what went', () => {
    let addresses = 'eth0 192.0.2.1/24';
    const nic = { '/sys/class/net/eth0/address': '02:00:00:00:00:01\n' };
    const { files, rows } = recorded(
      { ...pc, ...nic },
      { fact: (name) => (name === 'addresses' ? addresses : null) },
      true,
    );
    expect(rows(1).length).toBe(6);
    expect(rows(2)).toEqual([]);
    addresses = 'eth0 192.0.2.1/24\neth0 192.0.2.2/24';
    files.put('/proc/sys/kernel/hostname', 'two\n');
    expect(rows(3)).toEqual(['3,hostname,two', '3,nic:eth0:address,192.0.2.1/24 192.0.2.2/24']);
    files.unlink('/sys/class/dmi/id/product_serial');
    addresses = '';
    expect(rows(4)).toEqual(['4,nic:eth0:mac,', '4,nic:eth0:address,', '4,serial,']);
    expect(rows(5)).toEqual([]);
    addresses = 'eth0 192.0.2.1/24';
    expect(rows(6)).toEqual(['6,nic:eth0:mac,02:00:00:00:00:01', '6,nic:eth0:address,192.0.2.1/24']);
  });
});
