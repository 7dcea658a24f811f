/**
 * How V8 spends memory and compiles: one way for code that runs once a second, another for code that runs as often as it can.
 *
 * The first is not worth the optimizing compiler: its threads cost more in the first minute than it saves in many, and its code stays
 * in memory. Thirty times the usual patience leaves it to machines with hundreds of CPUs or disks, where it pays. Measured on two CPUs
 * at 1 s: a fifth less CPU in the first minute, the same within noise after it, 2 MB less dirty memory.
 *
 * Nor does it need more room for young objects than V8 begins with: two halves of 1 MB. V8 doubles both in the first tenth of a second,
 * since what a start makes stays. On the command line, V8 takes a factor of 1 for 2: it holds only when it is set later.
 *
 * V8 says so on stderr when it does not know a flag: Node 22's counts calls, and has a compiler between.
 */
import v8 from 'node:v8';

/** The flags of patience for a version of V8, `12.4.254.21-node.33`. */
export const patience = (version: string): readonly string[] =>
  Number.parseInt(version, 10) < 12
    ? ['--interrupt-budget=2000000']
    : ['--invocation-count-for-maglev=12000', '--invocation-count-for-turbofan=90000'];

const impatience = (version: string): readonly string[] =>
  Number.parseInt(version, 10) < 12
    ? ['--interrupt-budget=67584']
    : ['--invocation-count-for-maglev=400', '--invocation-count-for-turbofan=3000'];

/** The young generation stays as small as it began. */
export const small = '--semi-space-growth-factor=1';

/** For what runs once a second, for months. */
export const frugal = (version: string): readonly string[] => [...patience(version), small];

/** For what has much to do: as V8 is by itself, in `node --v8-options`. */
export const hasty = (version: string): readonly string[] => [...impatience(version), '--semi-space-growth-factor=2'];

export function pace(flags: (version: string) => readonly string[]): void {
  for (const flag of flags(process.versions.v8)) v8.setFlagsFromString(flag);
}
