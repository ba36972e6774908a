// Fails the build when what a browser must load before the first page is usable grows above the budget.
// Counted: the entry, everything it imports statically, and the first page's own chunk; gzip, JavaScript only.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budgetKiB = 500;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

/** The entry graph plus the two pages somebody may land on; the map library and ECharts come later, by dynamic import. */
const roots = ['index.html', 'src/foundation/signin/SignInPage.tsx', 'src/operations/map/ParkMapPage.tsx'];
const heavy = Object.keys(manifest).filter((name) => /(maplibre|echarts)/.test(name) && manifest[name].isDynamicEntry);

const files = new Set();
const visit = (name) => {
  const chunk = manifest[name];
  if (!chunk || files.has(chunk.file)) return;
  files.add(chunk.file);
  chunk.imports?.forEach(visit);
};
roots.forEach(visit);

let total = 0;
const sizes = [...files].filter((file) => file.endsWith('.js')).map((file) => {
  const size = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1024;
  total += size;
  return { file, size };
});
sizes.sort((a, b) => b.size - a.size).forEach(({ file, size }) => console.log(`${size.toFixed(1).padStart(8)} KiB  ${file}`));
console.log(`${total.toFixed(1).padStart(8)} KiB  before the map or a chart is opened (budget ${budgetKiB} KiB gzip)`);
for (const name of heavy) {
  if (files.has(manifest[name].file)) { console.error(`${name} is loaded before it is needed.`); process.exit(1); }
}
if (total > budgetKiB) { console.error(`Too large by ${(total - budgetKiB).toFixed(1)} KiB.`); process.exit(1); }
