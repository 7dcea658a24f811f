/** Reads, writes, waiting and load per block device and partition, from /proc/diskstats. Loop and ram devices that hold nothing are left out. */
import { indexes } from '../src/formula.ts';
import type { Machine } from '../src/machine.ts';
import { decodeId } from '../src/parse.ts';
import { diskstats } from '../src/proc/diskstats.ts';
import { defineRecorder } from '../src/recorder.ts';
import { busy, counter, gauge, level, meanMs, rate } from '../src/schema.ts';

const from = (i: number) => `/proc/diskstats, number ${i} behind the name`;
const ulong = { width: 'ulong' } as const;
const sectors = { width: 'ulong', scale: 512 } as const;
const milliseconds = { width: 'u32', scale: 0.001, digits: 3 } as const;

const fields = {
  reads: counter('reads_total', from(1), 'reads completed', ulong),
  read_merges: counter('read_merges_total', from(2), 'reads merged into another', ulong),
  read_sectors: counter('read_bytes_total', from(3), 'bytes read, in sectors of 512', sectors),
  read_ms: counter('read_s_total', from(4), 'time that all reads took', milliseconds),
  writes: counter('writes_total', from(5), 'writes completed', ulong),
  write_merges: counter('write_merges_total', from(6), 'writes merged into another', ulong),
  written_sectors: counter('written_bytes_total', from(7), 'bytes written, in sectors of 512', sectors),
  write_ms: counter('write_s_total', from(8), 'time that all writes took', milliseconds),
  in_flight: gauge('in_flight', from(9), 'requests that the device has not answered'),
  io_ms: counter('io_s_total', from(10), 'time with a request in flight', milliseconds),
  weighted_ms: counter('weighted_io_s_total', from(11), 'time weighted by the requests in flight', milliseconds),
  discards: counter('discards_total', from(12), 'discards completed (4.18)', ulong),
  discard_merges: counter('discard_merges_total', from(13), 'discards merged into another (4.18)', ulong),
  discarded_sectors: counter('discarded_bytes_total', from(14), 'bytes discarded (4.18)', sectors),
  discard_ms: counter('discard_s_total', from(15), 'time that all discards took (4.18)', milliseconds),
  flushes: counter('flushes_total', from(16), 'flushes completed (5.5)', ulong),
  flush_ms: counter('flush_s_total', from(17), 'time that all flushes took (5.5)', milliseconds),
} as const;
const at = indexes(fields);

export const diskrec = defineRecorder({
  name: 'diskrec',
  summary: 'reads, writes, waiting and load per block device',
  key: 'device',
  sources: ['/proc/diskstats', '/sys/block/*/size'],
  fields,
  columns: {
    reads_per_s: rate('reads', 'reads completed'),
    read_bytes_per_s: rate('read_sectors', 'bytes read'),
    read_merges_per_s: rate('read_merges', 'reads merged into a neighbour before they were sent'),
    writes_per_s: rate('writes', 'writes completed'),
    written_bytes_per_s: rate('written_sectors', 'bytes written'),
    write_merges_per_s: rate('write_merges', 'writes merged into a neighbour before they were sent'),
    iops: rate(['reads', 'writes'], 'reads and writes completed per second'),
    bytes_per_s: rate(['read_sectors', 'written_sectors'], 'bytes read and written'),
    read_await_ms: meanMs(['read_ms'], ['reads'], 'mean time of a read, queueing included; empty without one'),
    write_await_ms: meanMs(['write_ms'], ['writes'], 'mean time of a write, queueing included; empty without one'),
    await_ms: meanMs(['read_ms', 'write_ms'], ['reads', 'writes'], 'mean time of a read or write; empty without one'),
    queue_avg: rate('weighted_ms', 'mean number of requests in flight'),
    util_pct: busy('io_ms', 'time with at least one request in flight; an SSD or array at 100 may not be at its limit'),
    in_flight: level('in_flight', 'requests in flight now'),
    discards_per_s: rate('discards', 'discards completed'),
    discarded_bytes_per_s: rate('discarded_sectors', 'bytes discarded'),
    flushes_per_s: rate('flushes', 'flushes completed'),
  },
  notes: [
    {
      title: 'What has a row',
      text: 'Every block device and partition of /proc/diskstats, also one that stands still; loop and ram devices only while they hold something. Do not add them up: what a partition does its disk does too, and the same bytes pass through a volume (dm), a RAID (md) and the disks below. sysrec(1) has the sum of the physical disks.',
    },
    {
      title: 'Utilisation',
      text: 'util_pct is the share of time in which at least one request was in flight. A single spindle at 100 is at its limit. An SSD, an NVMe device, a RAID or a disk of a cloud serves many requests at once and may be at 100 with most of its speed left: there, await_ms that grows with queue_avg tells when it is too much. Since Linux 5.0 the kernel counts this time in whole timer ticks (1 to 10 ms), so that a few short requests make it too high.',
    },
    {
      title: 'Waiting',
      text: 'read_await_ms, write_await_ms and await_ms are from the moment a request entered the queue until it was done, the mean of those that were done in this row; without any, the cell is empty. A request that takes 30 s is in the row in which it ends. A disk that hangs therefore shows no long waits but none at all: empty cells, in_flight above 0 and util_pct at 100.\n\nqueue_avg is the mean number of requests in flight. Over a time in which nothing changes it is iops × await_ms / 1000.',
    },
    {
      title: 'What is counted',
      text: 'Requests are counted after merging, as the device got them; read_merges_per_s and write_merges_per_s are those that were saved. Sectors are of 512 bytes whatever the disk has. What the page cache answers never gets here, and a write is counted when the kernel writes it out, often 30 s after the program did. Discards (Linux 4.18) and flushes (5.5) are not part of iops and bytes_per_s, and are empty on older kernels; partitions have no flushes. In a guest the numbers are those of its virtual disk: the cache of the host may answer faster than any disk.',
    },
    {
      title: 'Counters that wrap',
      text: 'The times are 32-bit milliseconds on every kernel and wrap every 50 days, the weighted one sooner by the length of the queue; on 32-bit kernels all of them wrap, bytes after 2 TiB. Differences are right across it as long as a row covers less than half of that. A device that was reset begins again at 0 and has empty cells for one row.',
    },
  ],
  examples: [
    'sdr diskrec 1',
    "sdr diskrec 1 --devices 'diskrec=sd?' --devices 'diskrec=nvme?n?'",
    'sdr diskrec 1 --columns read_await_ms,write_await_ms,queue_avg,util_pct',
    'sdr record diskrec 10 -o /var/lib/sdr --counters',
    'sdr stats diskrec await_ms util_pct --since 1d --every 1h',
  ],
  open(machine: Machine) {
    const read = machine.required(diskstats);
    const isEmpty = emptiness(machine);
    return (sample) => {
      const disks = read();
      for (let row = 0; row < disks.count; row++) {
        const id = disks.ids[row] as string;
        const mark = disks.changes[row] as number;
        if (sample.stays(id, mark)) continue;
        const values = sample.row(id);
        if (!values) continue;
        disks.copy(row, values, sample);
        if (isVirtual(id) && isZero(values)) sample.hide(mark);
        else if (isEmpty(id, values)) sample.hide();
      }
    };
  },
});

/**
 * Whether a loop or ram device holds nothing, because its size is 0 (asked for every 10 s). It stays a base all the while, so nothing
 * is missed when it comes into use.
 */
function emptiness(machine: Machine): (id: string, values: Float64Array) => boolean {
  const known = new Map<string, { isEmpty: boolean; due: number }>();
  return (id, values) => {
    if (!isVirtual(id)) return false;
    const last = known.get(id);
    if (last && machine.now < last.due && values[at.in_flight] === 0) return last.isEmpty;
    const isEmpty = machine.number(`/sys/block/${decodeId(id)}/size`) === 0;
    known.set(id, { isEmpty, due: machine.now + 9999 });
    return isEmpty;
  };
}

const isVirtual = (id: string): boolean => id.startsWith('loop') || id.startsWith('ram');

/** Whether a device never did anything. */
function isZero(values: Float64Array): boolean {
  const { length } = values;
  if (values[at.reads] !== 0 || values[at.writes] !== 0) return false;
  for (let i = 0; i < length; i++) if ((values[i] as number) > 0) return false;
  return true;
}
