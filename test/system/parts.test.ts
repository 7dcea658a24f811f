/** What of the bundle a recording reads, and what becomes of one whose bundle is replaced. The binaries are one file: nothing to see. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needs } from './needs.ts';
import { folder, output, program, run, startAny, until, words } from './program.ts';

const ofNode = describe.skipIf(!program.endsWith('.cjs'));

/** The parts that a run opened, without the sums in their names. */
function partsOf(args: readonly string[]): readonly string[] {
  const trace = join(folder(), 'trace');
  output(words(args, ['strace', '-f', '-e', 'trace=openat,open', '-o', trace]));
  const opened = [...readFileSync(trace, 'utf8').matchAll(/\/parts\/(\w+)-[0-9a-f]{8}\.cjs".* = \d/g)];
  return [...new Set(opened.map(([, name = '']) => name))].sort();
}

ofNode('the parts of the bundle', needs('strace'), () => {
  test('are not read by a recording of files', () => {
    expect(partsOf(['record', 'sysrec', 'cpurec', 'diskrec', 'nicrec', '.1', '3', '-o', folder()])).toEqual([]);
  });

  test('are not read for the version', () => {
    expect(partsOf(['--version'])).toEqual([]);
  });

  test('are those that are asked for', () => {
    expect(partsOf(['record', '--exec', 'x=echo a 1', 'x', '.1', '1', '-o', folder()])).toEqual(['custom', 'programs']);
  });
});

/** Modules of Node that take memory: half a megabyte of what a recorder would never use. */
test.skipIf(!program.endsWith('.cjs'))('a recording loads no sockets, terminals or performance hooks of Node', () => {
  const at = folder();
  const list = join(at, 'list');
  const watcher = join(at, 'watcher.cjs');
  const write = `require('node:fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n'))`;
  writeFileSync(watcher, `process.on('exit', () => ${write})`);
  const recording = [program, 'record', 'sysrec', 'cpurec', 'diskrec', 'nicrec', '.1', '3', '-o', join(at, 'data')];
  expect(run([process.execPath, '-r', watcher, ...recording])).toMatchObject({ status: 0, stderr: '' });
  const loaded = readFileSync(list, 'utf8').split('\n');
  expect(loaded).toContain('NativeModule v8');
  expect(loaded.filter((name) => /^NativeModule (net|tty|perf_hooks|zlib|child_process|crypto)$/.test(name))).toEqual(
    [],
  );
});

/** A recording by a configuration, of a copy of the bundle. */
function recording() {
  const at = folder();
  cpSync(program, join(at, 'sdr.cjs'));
  cpSync(join(dirname(program), 'parts'), join(at, 'parts'), { recursive: true });
  const config = join(at, 'sdr.toml');
  const says = (more: string): void =>
    writeFileSync(config, `[record]\nrecorders = ["sysrec"]\ninterval = "100ms"\n${more}\n`);
  says('');
  const data = join(at, 'data');
  const running = startAny([process.execPath, join(at, 'sdr.cjs'), 'record', '--config', config, '-o', data]);
  const rows = (name: string): number =>
    readdirSync(at).includes('data')
      ? readdirSync(data)
          .filter((file) => file.startsWith(name))
          .reduce((sum, file) => sum + readFileSync(join(data, file), 'utf8').split('\n').length, 0)
      : 0;
  return { at, says, running, rows };
}

ofNode('a recording whose parts an update took away', () => {
  test('reads its configuration again all the same', async () => {
    const { at, says, running, rows } = recording();
    await until(() => rows('sysrec') > 2, 'the first rows');
    rmSync(join(at, 'parts'), { recursive: true });
    says('devices = ["diskrec=sd?"]');
    running.child.kill('SIGHUP');
    await until(() => running.stderr().includes('has changed, and is in force'), running.stderr);
    const before = rows('sysrec');
    await until(() => rows('sysrec') > before, 'more rows');
    expect((await running.stop()).status).toBe(0);
  });

  test('says what it cannot load, and goes on as it was', async () => {
    const { at, says, running, rows } = recording();
    await until(() => rows('sysrec') > 2, 'the first rows');
    rmSync(join(at, 'parts'), { recursive: true });
    says('exec = ["x=echo a 1"]');
    running.child.kill('SIGHUP');
    await until(() => running.stderr().includes('the recording goes on as it was'), running.stderr);
    expect(running.stderr()).toMatch(/Cannot load \.\/parts\/custom-\w+\.cjs, a part of sdr: it is not there/);
    const before = rows('sysrec');
    await until(() => rows('sysrec') > before, 'more rows');
    expect((await running.stop()).status).toBe(0);
  });
});
