/** Block devices: Documentation/admin-guide/iostats.rst. Sectors are 512 bytes everywhere; times are milliseconds. */
import { level, mean, type Oracles, rate, share, theirs } from '../oracle.ts';
import { perSecond, ratio, value } from '../view.ts';

const SECTOR = 512;
const of = (...names: string[]): string[] => names.map((name) => `disk:{d}:${name}`);
const iostat = (name: string | string[], scale = 1, most = 0): ReturnType<typeof theirs> =>
  theirs(
    [name].flat().map((each) => `iostat:{d}:${each}`),
    scale,
    most,
  );

export const diskOracles: Oracles = {
  reads_per_s: rate(perSecond(of('reads')), { sysstat: iostat('r/s') }),
  read_bytes_per_s: rate(perSecond(of('read_sectors'), SECTOR), { sysstat: iostat('rkB/s', 1024, 6) }),
  read_merges_per_s: rate(perSecond(of('read_merges')), { sysstat: iostat('rrqm/s') }),
  writes_per_s: rate(perSecond(of('writes')), { sysstat: iostat('w/s') }),
  written_bytes_per_s: rate(perSecond(of('write_sectors'), SECTOR), { sysstat: iostat('wkB/s', 1024, 6) }),
  write_merges_per_s: rate(perSecond(of('write_merges')), { sysstat: iostat('wrqm/s') }),
  iops: rate(perSecond(of('reads', 'writes')), { sysstat: iostat(['r/s', 'w/s']) }),
  bytes_per_s: rate(perSecond(of('read_sectors', 'write_sectors'), SECTOR), {
    sysstat: iostat(['rkB/s', 'wkB/s'], 1024, 6),
  }),
  // iostat's own waits are means of one second each: they say nothing about the mean of all requests.
  read_await_ms: mean(ratio(of('read_ms'), of('reads')), 'reads_per_s'),
  write_await_ms: mean(ratio(of('write_ms'), of('writes')), 'writes_per_s'),
  await_ms: mean(ratio(of('read_ms', 'write_ms'), of('reads', 'writes')), 'iops'),
  queue_avg: rate(perSecond(of('weighted_ms'), 0.001), { counted: false, sysstat: iostat('aqu-sz', 1, 0.01) }),
  util_pct: share(perSecond(of('io_ms'), 0.1), { most: 0.1, sysstat: iostat('util', 1, 1) }),
  // What is under way at one instant no other instant can tell: on the tape of `mutate` it is exact.
  in_flight: level(value(of('in_flight')), { most: 16 }),
  discards_per_s: rate(perSecond(of('discards')), { sysstat: iostat('d/s') }),
  discarded_bytes_per_s: rate(perSecond(of('discard_sectors'), SECTOR), { sysstat: iostat('dkB/s', 1024, 6) }),
  flushes_per_s: rate(perSecond(of('flushes')), { sysstat: iostat('f/s') }),
};
