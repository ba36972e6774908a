import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Writes `name.gz` beside every text file, so that the server sends it as it is and never compresses on the fly. */
function precompress(): Plugin {
  return {
    name: 'ordo-precompress',
    apply: 'build',
    enforce: 'post',
    // After everything is written: Vite still changes the chunks while the bundle is generated.
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/\.(m?js|css|svg|html)$/.test(name)) continue;
        const path = join(dir ?? 'dist', name);
        const source = readFileSync(path);
        if (source.length >= 1024) writeFileSync(`${path}.gz`, gzipSync(source, { level: 9 }));
      }
    },
  };
}

/** Where the server listens while one develops the console with `npm run dev`. */
const server = process.env['ORDO_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), precompress()],
  build: {
    target: 'es2023',
    manifest: true,
    // The map library alone is above the default warning; scripts/check-size.mjs guards what the first page loads.
    chunkSizeWarningLimit: 1200,
    // Two maps use the library: without a name of its own its chunk is called after whatever else they share.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'maplibre', test: /node_modules\/maplibre-gl\// }] } } },
  },
  worker: { format: 'es' },
  server: { host: '127.0.0.1', proxy: { '/api': server, '/health': server, '/openapi': server } },
  preview: { host: '127.0.0.1', proxy: { '/api': server, '/health': server } },
  // The tests touch no global state: one process for all of them starts fastest.
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx'], isolate: false },
});
