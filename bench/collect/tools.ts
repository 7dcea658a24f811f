/** What the bench of collectors works with besides its workshop: the C programs, a certificate, two CPUs. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { type Workshop, which } from '../workshop.ts';

export interface Tools {
  readonly load: string;
  readonly reference: string;
  readonly threads: string;
  /** To be preloaded: each flush takes 25 ms longer. */
  readonly slowSync: string;
  /** Paths of a certificate and its key; null where there is no OpenSSL to make or to speak TLS. */
  readonly certificate: { readonly cert: string; readonly key: string } | null;
  /** What goes before a command so that it runs on the server's CPU, or on the load's. */
  readonly pin: { readonly server: readonly string[]; readonly load: readonly string[] };
}

const here = import.meta.dirname;

/** Compiles and prepares all that; says what cannot be had. */
export function openTools({ dir }: Workshop, say: (line: string) => void): Tools {
  const compile = (name: string, flags: readonly string[], libraries: readonly string[] = []): string | null => {
    const program = join(dir, name);
    const words = ['-O2', '-Wall', ...flags, '-o', program, join(here, `${name}.c`), ...libraries];
    return spawnSync('gcc', words, { stdio: 'ignore' }).status === 0 ? program : null;
  };
  const needed = (name: string, flags: readonly string[], libraries: readonly string[] = []): string => {
    const program = compile(name, flags, libraries);
    if (program === null) throw new Error(`bench/collect/${name}.c needs gcc (apt-get install gcc libc6-dev)`);
    return program;
  };
  const secure = compile('load', ['-DWITH_TLS'], ['-lssl', '-lcrypto']);
  const certificate = secure === null ? null : makeCertificate(dir);
  if (secure === null) say('HTTPS and TLS left out: apt-get install libssl-dev');
  else if (certificate === null) say('HTTPS and TLS left out: apt-get install openssl');
  return {
    load: secure ?? needed('load', []),
    reference: needed('reference', ['-pthread']),
    threads: needed('reference-threads', ['-pthread']),
    slowSync: needed('slow-sync', ['-shared', '-fPIC'], ['-ldl']),
    certificate,
    pin: pinning(say),
  };
}

function pinning(say: (line: string) => void): Tools['pin'] {
  const taskset = which('taskset');
  if (taskset !== null && availableParallelism() > 1) {
    return { server: [taskset, '-c', '0'], load: [taskset, '-c', '1'] };
  }
  say('Servers and load share the CPUs: no taskset, or only one CPU');
  return { server: [], load: [] };
}

/** P-256, as one would make it today. */
function makeCertificate(dir: string): Tools['certificate'] {
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const { status } = spawnSync('openssl', [...words, '-subj', '/CN=localhost', '-out', cert, '-keyout', key], {
    stdio: 'ignore',
  });
  return status === 0 ? { cert, key } : null;
}
