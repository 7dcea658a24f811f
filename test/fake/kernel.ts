/** Text of kernel files as real machines have them, and a machine that is made of them. */
import { ParseError, SdrError } from '../../src/errors.ts';
import type { Source } from '../../src/machine.ts';
import { Machine } from '../../src/machine.ts';
import { Scan } from '../../src/parse.ts';
import type { Recorder } from '../../src/recorder.ts';
import { FakeFiles } from './files.ts';

const snmp = `Ip: Forwarding DefaultTTL InReceives
Ip: 1 64 1000
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts
Tcp: 1 200 120000 -1 50 60 7 8 9 1000 2000 33 0 4
Udp: InDatagrams
Udp: 5
`;

const netdev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1000 10 0 0 0 0 0 0 1000 10 0 0 0 0 0 0
  eth0: 5000 50 1 2 3 4 5 6 7000 70 8 9 10 11 12 13
`;

/** Files by path, of a small machine; what is empty is a folder. */
export const kernel: Readonly<Record<string, string>> = {
  '/proc/self/stat':
    '4711 (sdr) R 1 4711 4711 0 -1 4194304 1935 88 0 0 120 30 7 3 20 0 11 0 1234 1100000000 11500 18446744073709551615\n',
  '/proc/self/statm': '268000 11500 9000 10 0 40000 0\n',
  '/proc/stat': `cpu  300 10 200 4000 50 1 2 3 4 5
cpu0 100 5 100 2000 25 1 1 1 2 3
cpu1 200 5 100 2000 25 0 1 2 2 2
intr 123456 1 2 3
ctxt 654321
btime 1700000000
processes 4242
procs_running 2
procs_blocked 1
softirq 10 1 2 3
`,
  '/proc/meminfo': `MemTotal:        1000000 kB
MemFree:          200000 kB
MemAvailable:     600000 kB
Buffers:           10000 kB
Cached:           300000 kB
SwapCached:            5 kB
SwapTotal:        100000 kB
SwapFree:          90000 kB
Dirty:                40 kB
Writeback:             1 kB
Shmem:              2000 kB
Slab:              50000 kB
VmallocTotal:   34359738367 kB
`,
  '/proc/vmstat': 'nr_free_pages 5\npgpgin 1000\npgpgout 2000\npswpin 3\npswpout 4\npgmajfault 55\noom_kill 1\n',
  '/proc/diskstats': `   8       0 sda 100 20 3000 400 50 6 700 80 1 900 1000 11 12 13 14 15 16
   8       1 sda1 90 20 2800 380 50 6 700 80 0 890 990 0 0 0 0
   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0
`,
  '/proc/net/dev': netdev,
  '/proc/net/snmp': snmp,
  '/proc/net/softnet_stat': '0000001a 00000002 00000003 0 0 0 0 0 0 0 0\n000000ff 00000001 0000000a 0 0 0 0 0 0 0 0\n',
  '/proc/loadavg': '0.42 0.50 0.61 2/345 6789\n',
  '/proc/uptime': '12345.67 98765.43\n',
  '/proc/sys/fs/file-nr': '1024\t0\t9223372036854775807\n',
  '/proc/pressure/cpu':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=12345\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
  '/proc/pressure/memory':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=2\n',
  '/proc/pressure/io':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=3\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=4\n',
  '/proc/cpuinfo': 'processor\t: 0\ncpu MHz\t\t: 2400.123\n\nprocessor\t: 1\ncpu MHz\t\t: 1200.5\n\n',
  '/proc/self/smaps': '00400000-00452000 r-xp 00000000 08:02 1 /x\nSize: 328 kB\nKernelPageSize:        4 kB\n',
  '/sys/class/net/eth0/speed': '1000\n',
  '/sys/class/net/eth0/duplex': 'full\n',
  '/sys/class/net/eth0/carrier': '1\n',
  '/sys/class/net/eth0/device': '',
  '/sys/block/sda/device': '',
  '/sys/block/loop0/size': '0\n',
};

/** The recorders that work on such a machine: it has no sensors, no Xen, and is no Pi. */
export const ableHere = (recorders: readonly Recorder[]): readonly Recorder[] =>
  recorders.filter((recorder) => {
    try {
      return typeof recorder.open(machineOf(kernel).machine, () => false) === 'function';
    } catch (error) {
      if (error instanceof SdrError) return false;
      throw error;
    }
  });

/** Puts a machine's files where they belong. */
export function install(files: FakeFiles, texts: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, text] of Object.entries(texts)) {
    if (text === '') files.folders(path);
    else files.put(path, text);
  }
}

export function machineOf(texts: Readonly<Record<string, string | Uint8Array>>) {
  const files = new FakeFiles();
  const told: string[] = [];
  install(files, texts);
  return { files, told, machine: new Machine(files, '', (_, message) => told.push(message)) };
}

const behind = Buffer.from('cpu 1 2 3 4 5 6 7 8 9\nprocessor: 1\ntotal=9 Tcp: 1 2 3\n');

/** Parses a text as a machine does, with the bytes of an older and longer file behind its end. Null is a ParseError. */
export function parsed<T>(source: Source<T>, text: string | Uint8Array, into = source.make()): T | null {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const scan = new Scan();
  try {
    scan.over(source.path, Buffer.concat([bytes, behind]), bytes.length);
    source.parse(scan, into);
    return into;
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}
