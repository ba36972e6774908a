/**
 * The library of symbols, drawn for this project on a field of 60 × 60. `currentColor` is what a bound colour paints; lines and ground are the console's, with colours
 * beside them for programs that do not know those.
 */
export const symbolSize = 60;
const ink = 'var(--ink, #1b2127)', ground = 'var(--surface, #ffffff)';
const line = `fill="${ground}" stroke="${ink}" stroke-width="2" vector-effect="non-scaling-stroke"`;
const body = `fill="currentColor" stroke="${ink}" stroke-width="2" vector-effect="non-scaling-stroke"`;
const bare = `fill="none" stroke="${ink}" stroke-width="2" vector-effect="non-scaling-stroke"`;

export const symbols = {
  pump: `<path d="M20 46 14 56H46L40 46" ${line}/><circle cx="30" cy="28" r="20" ${body}/><path d="M30 8H56V20H48" ${bare}/><path d="M22 18 46 28 22 38z" fill="${ground}"/>`,
  valve: `<path d="M4 24V52L56 24V52z" ${body}/><path d="M30 38V14M20 14H40" ${bare}/>`,
  tank: `<path d="M10 12Q30 0 50 12V48Q30 60 10 48z" ${line}/><path class="content" d="M12 13Q30 2.5 48 13V47Q30 57.5 12 47z" fill="currentColor"/><path d="M10 12Q30 24 50 12" ${bare}/>`,
  pipe: `<path d="M0 25H60M0 35H60" ${bare}/><path class="content" d="M0 30H60" fill="none" stroke="currentColor" stroke-width="6"/>`,
  riser: `<path d="M25 0V60M35 0V60" ${bare}/><path class="content" d="M30 0V60" fill="none" stroke="currentColor" stroke-width="6"/>`,
  motor: `<circle cx="30" cy="30" r="24" ${body}/><path d="M20 40V20L30 34 40 20V40" fill="none" stroke="${ground}" stroke-width="4" stroke-linejoin="round"/>`,
  fan: `<circle cx="30" cy="30" r="25" ${line}/><g class="content"><path d="M30 30C20 22 20 10 30 8 40 14 36 24 30 30C40 24 50 28 50 38 44 46 34 40 30 30C32 42 24 50 14 46 10 36 20 30 30 30z" fill="currentColor"/><circle cx="30" cy="30" r="4" ${line}/></g>`,
  meter: `<circle cx="30" cy="30" r="25" ${line}/><path d="M13 40A20 20 0 1 1 47 40" ${bare}/><path class="content" d="M30 32 17 41" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round"/><circle cx="30" cy="31" r="3" fill="currentColor"/>`,
  breaker: `<path d="M30 0V12M30 48V60" ${bare}/><rect x="16" y="12" width="28" height="36" ${body}/><path d="M24 20 36 40M36 20 24 40" fill="none" stroke="${ground}" stroke-width="3"/>`,
  transformer: `<path d="M30 0V6M30 54V60" ${bare}/><circle cx="30" cy="21" r="15" ${body}/><circle cx="30" cy="39" r="15" fill="none" stroke="${ink}" stroke-width="2" vector-effect="non-scaling-stroke"/>`,
  boiler: `<rect x="8" y="10" width="44" height="46" rx="4" ${line}/><path class="content" d="M30 52C18 48 20 38 28 32 26 40 32 38 32 26 42 34 44 48 30 52z" fill="currentColor"/><path d="M38 10V2H46V10" ${bare}/>`,
  exchanger: `<circle cx="30" cy="30" r="25" ${body}/><path d="M0 30H14L22 16 38 44 46 30H60" fill="none" stroke="${ground}" stroke-width="3" stroke-linejoin="round"/>`,
  lamp: `<circle cx="30" cy="30" r="18" ${body}/>`,
  label: `<text x="0" y="42" font-size="36">—</text>`,
} as const;

export type SymbolKind = keyof typeof symbols;
export const symbolKinds = Object.keys(symbols) as readonly SymbolKind[];
