import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Each server waits for datagrams on a thread of the pool, and a test file runs many servers in one process.
process.env['UV_THREADPOOL_SIZE'] ??= '64';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    // Tests open real sockets and wait for them; a forgotten one must not hang the run.
    testTimeout: 20_000,
  },
});

export default config;
