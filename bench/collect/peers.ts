/** Servers that others use for the same, each with the request that it takes; Debian's packages. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Absent } from '../contestant.ts';
import { which } from '../workshop.ts';
import type { Contestant, Ports } from './contestant.ts';

type Peer = Omit<Contestant, 'name' | 'doors' | 'canBeSlowed'>;

export function peers(): (Contestant | Absent)[] {
  const peer = (name: string, pack: string, program: string, describe: (path: string) => Peer) => {
    const path = which(program);
    if (path === null) return { name, remedy: `apt-get install ${pack}` };
    return { name, doors: ['HTTP'] as const, canBeSlowed: false, ...describe(path) };
  };
  return [
    peer('nginx', 'nginx-light libnginx-mod-http-echo', 'nginx', nginx),
    peer('InfluxDB /write', 'influxdb', 'influxd', influx),
    peer('VictoriaMetrics CSV', 'victoria-metrics', 'victoria-metrics', victoria),
  ];
}

/** Appends each body to a file of its host. */
function nginx(path: string): Peer {
  return {
    promise: 'unsynced',
    shape: 'csv',
    serve(dir, { HTTP }) {
      mkdirSync(join(dir, 'rows'));
      const config = `
        daemon off; master_process off; pid ${dir}/pid; error_log ${dir}/error.log;
        load_module /usr/lib/nginx/modules/ngx_http_echo_module.so;
        events { worker_connections 16384; }
        http {
          log_format body escape=none '$request_body';
          client_body_in_single_buffer on; client_body_buffer_size 256k; client_body_temp_path ${dir}/temp;
          keepalive_requests 1000000000; open_log_file_cache max=2000; root ${dir}/rows; access_log off;
          server {
            listen 127.0.0.1:${HTTP};
            location / { access_log ${dir}/rows$uri.csv body; echo_read_request_body; echo -n ok; }
          }
        }`;
      writeFileSync(`${dir}.conf`, config);
      return [path, '-c', `${dir}.conf`, '-p', dir, '-e', join(dir, 'error.log')];
    },
  };
}

/** Its log ahead of writing is synced before each answer, which is its default. */
function influx(path: string): Peer {
  return {
    promise: 'synced',
    shape: 'influx',
    serve(dir, { HTTP, TCP }) {
      const config = `
        reporting-disabled = true
        bind-address = "127.0.0.1:${TCP}"
        [meta]
          dir = "${dir}/meta"
        [data]
          dir = "${dir}/data"
          wal-dir = "${dir}/wal"
          query-log-enabled = false
        [monitor]
          store-enabled = false
        [http]
          bind-address = "127.0.0.1:${HTTP}"
          log-enabled = false
        [logging]
          level = "error"`;
      writeFileSync(`${dir}.conf`, config.replaceAll(/^ +/gm, ''));
      return [path, '-config', `${dir}.conf`];
    },
    async setUp({ HTTP }: Ports) {
      const q = encodeURIComponent('CREATE DATABASE bench');
      const { ok, status } = await fetch(`http://127.0.0.1:${HTTP}/query?q=${q}`, { method: 'POST' });
      if (!ok) throw new Error(`InfluxDB made no database: ${status}`);
    },
  };
}

/** Answers once the rows are in memory and flushes them every few seconds. */
function victoria(path: string): Peer {
  return {
    promise: 'in memory',
    shape: 'victoria',
    serve: (dir, { HTTP }) => [
      path,
      `-httpListenAddr=127.0.0.1:${HTTP}`,
      `-storageDataPath=${dir}/data`,
      '-loggerLevel=ERROR',
      '-http.idleConnTimeout=10m',
    ],
  };
}
