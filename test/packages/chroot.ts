/** Systems of Debian without Node, made by debootstrap from the archive that this machine's own apt uses; and programs run in them. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

/** Where systems are kept between runs: `dist/` goes with a clean clone, this does not. */
const cache = '/var/tmp/sdr-packages';

/** Debian's own archive, not that of its security team. Throws when apt knows none. */
export function archive(): string {
  const format = '$(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)';
  const targets = execFileSync('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], {
    encoding: 'utf8',
  });
  const found = /^Debian Debian main (\S+)$/m.exec(targets)?.[1];
  if (found === undefined) throw new Error('apt is configured for no archive of Debian');
  return found;
}

export interface Suite {
  readonly name: 'bookworm' | 'trixie';
  readonly architecture: 'amd64' | 'arm64' | 'armhf' | 'armel';
}

/** Makes the tarball $1 unless another test, which came first, has just made it. */
const making = `
  test -e "$1" && exit 0
  root=$(mktemp -d "$1.XXXXXX")
  trap 'rm -rf "$root"' EXIT
  debootstrap --variant=minbase --include=systemd,systemd-sysv --arch="$3" "$2" "$root" "$4" >"$1.log" 2>&1 ||
    { tail -n 5 "$1.log" >&2; exit 1; }
  chroot "$root" apt-get clean
  tar -C "$root" --numeric-owner -cf "$1.new" .
  mv "$1.new" "$1"`;

/** The tarball of a system, made the first time: half a minute for this machine's own processor, two for one that is imitated. */
function tarball({ name, architecture }: Suite): string {
  const path = join(cache, `${name}-${architecture}.tar`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const { status, stderr } = spawnSync(
    'flock',
    [`${path}.lock`, 'sh', '-euc', making, 'sh', path, name, architecture, archive()],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`debootstrap ${name} ${architecture}: ${stderr}`);
  return path;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Chroot {
  readonly root: string;

  /** A fresh system; with /proc and /sys, unless it is to be booted. */
  constructor(suite: Suite, isBooted = false) {
    const path = tarball(suite);
    this.root = mkdtempSync(join(cache, 'test-'));
    execFileSync('tar', ['-C', this.root, '--numeric-owner', '-xf', path]);
    // As mkdtemp() made it, only root could look into it.
    chmodSync(this.root, 0o755);
    if (isBooted) return;
    execFileSync('mount', ['-t', 'proc', 'proc', join(this.root, 'proc')]);
    execFileSync('mount', ['-t', 'sysfs', '-o', 'ro', 'sysfs', join(this.root, 'sys')]);
  }

  /** Copies a file into it; gives its path there. */
  take(path: string, to = `/root/${basename(path)}`): string {
    copyFileSync(path, this.root + to);
    return to;
  }

  write(path: string, text: string, mode = 0o644): void {
    writeFileSync(this.root + path, text, { mode });
  }

  /** Runs a line of sh in it, as root with an empty environment. */
  sh(line: string): Ended {
    const environment = ['env', '-i', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
    const { status, stdout, stderr } = spawnSync(
      'chroot',
      [this.root, ...environment, 'DEBIAN_FRONTEND=noninteractive', 'sh', '-c', line],
      { encoding: 'utf8', input: '', timeout: 120_000, maxBuffer: 2 ** 26 },
    );
    return { status, stdout, stderr };
  }

  /** What such a line prints. Throws when it fails. */
  output(line: string): string {
    const { status, stdout, stderr } = this.sh(line);
    if (status !== 0) throw new Error(`${line}: ${status}\n${stdout}${stderr}`);
    return stdout;
  }

  read(path: string): string {
    return readFileSync(this.root + path, 'utf8');
  }

  /** Every path of it but those that only exist while it runs. */
  paths(): readonly string[] {
    const found = execFileSync('find', [this.root, '-xdev', '-printf', '/%P\n'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    const passing = /^\/(proc|sys|dev|run|tmp|root|opt)\/|^\/var\/(cache|log|lib\/(dpkg|apt))\//;
    return found.split('\n').filter((path) => path !== '' && !passing.test(path));
  }

  /** Unmounts and removes it. */
  remove(): void {
    const mounts = ['sys', 'proc'].map((at) => join(this.root, at));
    for (const at of mounts) spawnSync('umount', [at]);
    if (mounts.some((at) => spawnSync('mountpoint', ['-q', at]).status === 0)) return;
    rmSync(this.root, { recursive: true, force: true });
  }
}
