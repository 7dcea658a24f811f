/**
 * Code that runs once a second is not worth the optimizing compiler: its threads cost more in the first minute than it saves in
 * many, and its code stays in memory. Thirty times the usual patience leaves it to machines with hundreds of CPUs or disks, where
 * it pays. Measured on two CPUs at 1 s: a fifth less CPU in the first minute, the same within noise after it, 2 MB less dirty memory.
 * V8 says so on stderr when it does not know a flag: Node 22's counts calls, and has a compiler between.
 */

/** Flags for a version of V8, `12.4.254.21-node.33`. */
export const patience = (version: string): readonly string[] =>
  Number.parseInt(version, 10) < 12
    ? ['--interrupt-budget=2000000']
    : ['--invocation-count-for-maglev=12000', '--invocation-count-for-turbofan=90000'];
