/** `npm run test:packages`: the packages of `npm run packages`, in systems of their own. Apart from `npm test`: it needs root. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/packages/*.package.ts'],
    pool: 'forks',
    maxWorkers: 2,
    retry: process.env['CI'] ? 2 : 0,
    testTimeout: 180_000,
    hookTimeout: 400_000,
  },
});
