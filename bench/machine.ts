import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How large a pretended machine is, and whether its devices work or sleep. */
export interface Shape {
  readonly cpus: number;
  readonly disks: number;
  readonly nics: number;
  readonly active: boolean;
}

const base = 1_000_000_000; // large enough that counters keep their width, and files their size, for a whole run
const copied = ['meminfo', 'vmstat', 'loadavg', 'cpuinfo', 'net/snmp', 'net/softnet_stat', 'sys/fs/file-nr'];
const pressure = ['pressure/cpu', 'pressure/memory', 'pressure/io', 'sys/kernel/random/boot_id'];

/**
 * A folder shaped like a machine's root, whose counters advance by one tick of 0.1 s whenever told to. Files are
 * rewritten in place: a recorder holds them open.
 */
export class PretendedMachine {
  private readonly dir: string;
  private readonly moving: (readonly [fd: number, text: (tick: number) => string])[];
  private ticks = 0;

  constructor(dir: string, shape: Shape) {
    this.dir = dir;
    for (const name of [...copied, ...pressure]) this.copy(name);
    for (let n = 0; n < shape.cpus; n += 1)
      this.put(`sys/devices/system/cpu/cpu${n}/cpufreq/scaling_cur_freq`, '2400000');
    for (let n = 0; n < shape.disks; n += 1) this.addDisk(`vd${letters(n)}`);
    for (let n = 0; n < shape.nics; n += 1) this.addNic(`eth${n}`);
    const files: [string, (tick: number) => string][] = [
      ['proc/stat', (tick) => stat(shape, tick)],
      ['proc/diskstats', (tick) => diskstats(shape, tick)],
      ['proc/net/dev', (tick) => netDev(shape, tick)],
      ['proc/uptime', () => readFileSync('/proc/uptime', 'latin1')],
    ];
    this.moving = files.map(([path, text]) => [openSync(this.made(path), 'w'), text] as const);
    this.advance();
  }

  advance(): void {
    this.ticks += 1;
    for (const [fd, text] of this.moving) ftruncateSync(fd, writeSync(fd, text(this.ticks), 0, 'latin1'));
  }

  close(): void {
    for (const [fd] of this.moving) closeSync(fd);
  }

  private addDisk(name: string): void {
    this.put(`sys/block/${name}/size`, '41943040');
    this.put(`sys/block/${name}/device/vendor`, '0x1af4');
  }

  private addNic(name: string): void {
    const attributes = { speed: '10000', duplex: 'full', carrier: '1', operstate: 'up', 'device/vendor': '0x1af4' };
    for (const [file, text] of Object.entries(attributes)) this.put(`sys/class/net/${name}/${file}`, text);
  }

  private put(path: string, text: string): void {
    writeFileSync(this.made(path), `${text}\n`);
  }

  private copy(name: string): void {
    try {
      writeFileSync(this.made(join('proc', name)), readFileSync(join('/proc', name)));
    } catch {
      // This kernel has no such file; neither has the pretended machine.
    }
  }

  private made(path: string): string {
    const full = join(this.dir, path);
    mkdirSync(dirname(full), { recursive: true });
    return full;
  }
}

/** a … z, aa … zz, as the kernel names disks. */
function letters(n: number): string {
  return (n < 26 ? '' : letters(Math.floor(n / 26) - 1)) + String.fromCharCode(97 + (n % 26));
}

function stat({ cpus, active }: Shape, tick: number): string {
  // A tick of 0.1 s is 10 jiffies of each CPU.
  const [user, system, idle] = active ? [6, 2, 2] : [0, 0, 10];
  const times = (scale: number) =>
    [user, 0, system, idle, 0, 0, 0, 0, 0, 0].map((n) => (n === 0 ? 0 : (base + n * tick) * scale)).join(' ');
  const lines = [`cpu  ${times(cpus)}`];
  for (let n = 0; n < cpus; n += 1) lines.push(`cpu${n} ${times(1)}`);
  lines.push(`intr ${base + 500 * tick} 0 0`, `ctxt ${base + 900 * tick}`, 'btime 1700000000');
  lines.push(`processes ${base + tick}`, 'procs_running 2', 'procs_blocked 0', `softirq ${base + 300 * tick} 0 0`);
  return `${lines.join('\n')}\n`;
}

function diskstats({ disks, active }: Shape, tick: number): string {
  const step = active ? tick : 0;
  let text = '';
  for (let n = 0; n < disks; n += 1) {
    const at = (factor: number) => base + (factor + (n % 7)) * step;
    const reads = `${at(12)} ${at(1)} ${at(480)} ${at(9)}`;
    const writes = `${at(30)} ${at(4)} ${at(960)} ${at(22)}`;
    const name = `vd${letters(n)}`;
    const rest = `0 0 0 0 ${at(1)} ${at(1)}`;
    text += ` 252 ${String(n * 16).padStart(7)} ${name} ${reads} ${writes} 0 ${at(20)} ${at(31)} ${rest}\n`;
  }
  return text;
}

const netDevHead = [
  'Inter-|   Receive                                                |  Transmit',
  ' face |bytes    packets errs drop fifo frame compressed multicast' +
    '|bytes    packets errs drop fifo colls carrier compressed',
];

function netDev({ nics, active }: Shape, tick: number): string {
  const step = active ? tick : 0;
  let text = `${netDevHead.join('\n')}\n`;
  for (let n = 0; n < nics; n += 1) {
    const at = (factor: number) => base + (factor + (n % 7)) * step;
    const received = `${at(64_000)} ${at(80)}    0    0    0     0          0 ${at(2)}`;
    text += `${`eth${n}`.padStart(6)}: ${received} ${at(48_000)} ${at(70)}    0    0    0     0       0          0\n`;
  }
  return text;
}
