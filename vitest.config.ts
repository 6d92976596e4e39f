import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    // Tests open real sockets and wait for them; a forgotten one must not hang the run.
    testTimeout: 20_000,
  },
});

export default config;
