import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // System tests start programs, mount file systems and measure: more workers would starve them.
    maxWorkers: 2,
    // The simulated year looks at the heap after a collection.
    execArgv: ['--expose-gc'],
    // CI machines are shared: a test that fails once and then passes met a busy machine, one that fails three times is a fault.
    retry: process.env['CI'] ? 2 : 0,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ['default'],
    silent: 'passed-only',
  },
});
