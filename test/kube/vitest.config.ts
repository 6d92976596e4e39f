import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    // `*.spec.ts`: `npm test` runs every `*.test.ts`, and these need Go.
    include: ['test/kube/**/*.spec.ts'],
    globalSetup: 'test/kube/global-setup.ts',
    // An API server has a core's work with its start; side by side the files would wait for each other.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});

export default config;
