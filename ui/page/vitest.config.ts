import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // One browser, one page at a time: the screenshots and timings are those of a calm machine.
    fileParallelism: false,
  },
});
