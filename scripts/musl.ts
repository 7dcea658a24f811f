/**
 * musl, the C library of the static programs: built from Debian's pinned source with the target's own compiler and
 * flags, so that nothing in it is for a newer processor. Nothing is installed; the compiler is pointed at it by a spec
 * file, as musl's own wrapper does (gcc's manual, "Spec Files").
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianSource, muslSource } from './debian-source.ts';
import { cache, type Target } from './quickjs.ts';
import { execute, need } from './tools.ts';

/** What musl is compiled with beside the target's own flags: sections, so that the linker drops what is not called. */
const flags = ['-ffunction-sections', '-fdata-sections', '-fno-asynchronous-unwind-tables', '-fno-unwind-tables'];

/**
 * The older of its two allocators: QuickJS takes and gives back many small pieces, for which the newer one asks the kernel
 * each time it has just given back a page (1,486 calls of mmap against 423 of brk for one sample, twice the time).
 */
const options = ['--disable-shared', '--disable-wrapper', '--with-malloc=oldmalloc'];

/** Headers of musl and of the compiler, start files and libraries of musl: nothing of the machine's own C library. */
function specs(at: string): string {
  return `%rename cpp_options musl_cpp_options

*cpp_options:
-nostdinc -isystem ${at}/include -isystem include%s %(musl_cpp_options)

%rename cc1 musl_cc1

*cc1:
%(musl_cc1) -nostdinc -isystem ${at}/include -isystem include%s

*link_libgcc:
-L${at}/lib -L .%s

*libgcc:
libgcc.a%s libgcc_eh.a%s

*lib:
-lc

*startfile:
${at}/lib/crt1.o ${at}/lib/crti.o crtbeginT.o%s

*endfile:
crtend.o%s ${at}/lib/crtn.o

`;
}

async function build(target: Target, source: string, to: string): Promise<void> {
  need(target.package, target.cc);
  need('make', 'make');
  const objects = `${to}.objects`;
  mkdirSync(objects, { recursive: true });
  try {
    const names = [`CC=${target.cc}`, `AR=${target.ar}`, `RANLIB=${target.ar} s`];
    // No message of assert() holds the folder of the build.
    const cflags = [...target.flags, ...flags, `-ffile-prefix-map=${source}=musl`].join(' ');
    await execute(join(source, 'configure'), [...options, `--prefix=${to}`, ...names, `CFLAGS=${cflags}`], {
      cwd: objects,
    });
    await execute('make', ['-j2', 'ARFLAGS=rcD', 'install'], { cwd: objects });
  } finally {
    rmSync(objects, { recursive: true, force: true });
  }
}

/** The target with musl as its C library, which is built the first time (half a minute). */
export async function withMusl(target: Target): Promise<Target> {
  const key = createHash('sha256').update(
    [muslSource.sha256, target.cc, ...target.flags, ...flags, ...options].join('\0'),
  );
  const at = join(cache, `musl-${target.name}-${key.digest('hex').slice(0, 12)}`);
  if (!existsSync(at)) {
    mkdirSync(cache, { recursive: true });
    const draft = `${at}.${process.pid}`;
    try {
      await build(target, debianSource(muslSource, cache), draft);
      if (!existsSync(at)) renameSync(draft, at);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  const file = join(at, 'specs');
  if (!existsSync(file)) writeFileSync(file, specs(at));
  return { ...target, flags: [...target.flags, `-specs=${file}`] };
}
