/**
 * The power is cut under load: an ext4 in a file is shut down in the middle (FS_IOC_SHUTDOWN without a flush, as xfstests does it), so
 * that all that was not written to the device is gone, and mounted again. What was acknowledged before is there; without fdatasync it is not.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'vitest';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Archive } from '../../src/collect/archive/index.ts';
import { find, mount, needsRoot } from '../system/needs.ts';
import { output } from '../system/program.ts';
import { acknowledged, faultsIn } from './archive/sendings.ts';

const rounds = process.env['LONG'] === '1' ? 100 : 20;
const load = resolve(import.meta.dirname, 'archive/load.ts');
const goingDown = 'my $how = pack("L", 2); open F, "<", $ARGV[0] or die $!; ioctl(F, 0x8004587d, $how) or die $!';

class Board {
  private image: string;
  readonly at: string;

  constructor(context: TestContext) {
    const folder = mkdtempSync(join(tmpdir(), 'sdr-power-'));
    this.image = join(folder, 'card');
    this.at = join(folder, 'mnt');
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(this.at);
    output(['truncate', '-s', '96M', this.image]);
    output([find('mkfs.ext4') ?? 'mkfs.ext4', '-q', '-F', this.image]);
    mount(context, this.at, ['-o', 'loop', this.image]);
  }

  cut(): void {
    output(['perl', '-e', goingDown, this.at]);
  }

  /** Puts it on again, with a copy of the card: whoever else has the old file system mounted would keep it as it is, shut down. */
  again(): void {
    output(['umount', this.at]);
    const copy = `${this.image}.`;
    output(['cp', '--sparse=always', this.image, copy]);
    output(['rm', this.image]);
    output(['mount', '-o', 'loop', copy, this.at]);
    this.image = copy;
  }
}

/** Runs the load until so many requests were acknowledged, then cuts the power; returns what it had printed before. */
function cutAfter(board: Board, directory: string, requests: number, mode: string): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, ['--import', 'tsx', load, directory, mode], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    let printed: string | null = null;
    let left = requests;
    child.stdout.setEncoding('latin1').on('data', (more: string) => {
      text += more;
      left -= more.split('\n').length - 1;
      if (left > 0 || printed !== null) return;
      printed = text;
      board.cut();
      child.kill('SIGKILL');
    });
    child.on('error', failed);
    child.on('close', () => (printed === null ? failed(new Error('it ended by itself')) : done(printed)));
  });
}

/** One round; returns what is missing or wrong afterwards. */
async function round(board: Board, number: number, mode: string): Promise<string[]> {
  const directory = join(board.at, `a${number}`);
  const promised = acknowledged(await cutAfter(board, directory, 100 + number * 61, mode));
  board.again();
  const archive = await Archive.open({ path: directory, report: () => {}, journalBytes: 262_144 });
  await archive.close();
  const faults = faultsIn(directory, promised);
  rmSync(directory, { recursive: true });
  return faults;
}

describe('on an ext4 whose power is cut', needsRoot('mount', 'umount', 'mkfs.ext4', 'truncate', 'perl'), () => {
  test('no acknowledged byte is missing', { timeout: 1_200_000 }, async (context) => {
    const board = new Board(context);
    for (let number = 0; number < rounds; number++)
      expect([number, await round(board, number, '')]).toEqual([number, []]);
  });

  test('acknowledged bytes are missing when nothing is made durable: the cut is one', async (context) => {
    const board = new Board(context);
    const faults: string[] = [];
    for (let number = 0; number < 5 && faults.length === 0; number++)
      faults.push(...(await round(board, number, 'unsynced')));
    expect(faults).not.toEqual([]);
  });
});
