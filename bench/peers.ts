import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import type { Absent, Contestant } from './contestant.ts';
import { which } from './workshop.ts';

type Peer = Omit<Contestant, 'name'>;

/** The peers: those installed, and the Debian packages that would bring the others. */
export async function peers(): Promise<(Contestant | Absent)[]> {
  const port = await freePort();
  const peer = (name: string, pack: string, path: string | null, describe: (path: string) => Peer) =>
    path === null ? { name, remedy: `apt-get install ${pack}` } : { name, ...describe(path) };
  return [
    peer('sadc', 'sysstat', which('sadc', ['/usr/lib/sysstat', '/usr/lib64/sa', '/usr/lib/sa']), sadc),
    peer('sar', 'sysstat', which('sar'), sar),
    peer('collectd', 'collectd-core', which('collectd'), collectd),
    peer('nmon', 'nmon', which('nmon'), nmon),
    peer('node_exporter', 'prometheus-node-exporter', which('prometheus-node-exporter'), (path) =>
      nodeExporter(path, port),
    ),
    peer('vmstat', 'procps', which('vmstat'), vmstat),
  ];
}

function sadc(path: string): Peer {
  return {
    collects: '-S DISK: system, CPUs, disks, NICs, binary file',
    shortest: 1,
    version: [path, '-V'],
    once: (dir) => [path, '-S', 'DISK', '1', '1', join(dir, 'sa')],
    record: (dir, interval, count) => [path, '-S', 'DISK', String(interval), String(count), join(dir, 'sa')],
    scrape: null,
  };
}

function sar(path: string): Peer {
  const what = '-u ALL -P ALL -r -S -B -W -w -q -d -n DEV -n EDEV'.split(' ');
  return {
    collects: 'the same as text, with its sadc',
    shortest: 1,
    version: [path, '-V'],
    once: () => [path, ...what, '1', '1'],
    record: (_dir, interval, count) => [path, ...what, String(interval), String(count)],
    scrape: null,
  };
}

function vmstat(path: string): Peer {
  return {
    collects: 'system totals only',
    shortest: 1,
    version: [path, '--version'],
    once: () => [path, '-n', '1', '1'],
    record: (_dir, interval, count) => [path, '-n', String(interval), String(count)],
    scrape: null,
  };
}

function nmon(path: string): Peer {
  return {
    collects: 'system, CPUs, disks, NICs, to a file',
    shortest: 1,
    version: [path, '-V'],
    once: (dir) => [path, '-F', join(dir, 'nmon'), '-s', '1', '-c', '1'],
    record: (dir, interval, count) => [path, '-F', join(dir, 'nmon'), '-s', String(interval), '-c', String(count)],
    scrape: null,
  };
}

function collectd(path: string): Peer {
  const plugins = ['csv', 'cpu', 'memory', 'disk', 'interface', 'load', 'vmem', 'swap'];
  return {
    collects: 'csv; cpu memory disk interface load vmem swap',
    shortest: 0.01,
    version: [path, '-h'],
    once: null,
    record(dir, interval) {
      const config = [
        `BaseDir "${dir}"`,
        `PIDFile "${dir}.pid"`,
        'Hostname "bench"',
        'FQDNLookup false',
        `Interval ${interval}`,
        ...plugins.map((plugin) => `LoadPlugin ${plugin}`),
        `<Plugin csv>\n  DataDir "${join(dir, 'csv')}"\n</Plugin>`,
      ];
      writeFileSync(`${dir}.conf`, `${config.join('\n')}\n`);
      return [path, '-f', '-C', `${dir}.conf`];
    },
    scrape: null,
  };
}

function nodeExporter(path: string, port: number): Peer {
  const collectors = ['cpu', 'meminfo', 'vmstat', 'diskstats', 'netdev', 'loadavg', 'stat', 'pressure'];
  const chosen = ['--collector.disable-defaults', ...collectors.map((name) => `--collector.${name}`)];
  return {
    collects: `8 collectors: ${collectors.join(' ')}; scraped`,
    shortest: 0.01,
    version: [path, '--version'],
    once: null,
    record: () => [path, ...chosen, '--log.level=error', `--web.listen-address=127.0.0.1:${port}`],
    scrape: `http://127.0.0.1:${port}/metrics`,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
