/** Line icons, drawn for a 16 px grid with a stroke of 1.4. Decorative: the label stands beside them or on the button. */
const paths: Record<string, string> = {
  map: 'M1.5 3.5 6 2l4 1.5L14.5 2v10.5L10 14l-4-1.5L1.5 14zM6 2v10.5M10 3.5V14',
  alarm: 'M8 1.8v1M3.8 11V7.2a4.2 4.2 0 0 1 8.4 0V11l1.3 1.6h-11zM6.5 14.4h3',
  trend: 'M1.8 2v12h12.4M4 10.5l3-4 2.5 2.2L14 3.8',
  asset: 'M8 1.8v3.4M3.5 10.8V8h9v2.8M8 5.2V8M6 1.8h4v3.4H6zM1.7 10.8h3.6v3.4H1.7zM10.7 10.8h3.6v3.4h-3.6z',
  point: 'M8 8m-1.6 0a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0-3.2 0M4.6 11.4a4.8 4.8 0 0 1 0-6.8M11.4 4.6a4.8 4.8 0 0 1 0 6.8M2.6 13.4a7.6 7.6 0 0 1 0-10.8M13.4 2.6a7.6 7.6 0 0 1 0 10.8',
  source: 'M2 9.5h12v4H2zM4.3 11.5h.1M7 11.5h.1M8 9.5V6M5.6 4.8a3.3 3.3 0 0 1 4.8 0M3.8 3a5.8 5.8 0 0 1 8.4 0',
  import: 'M8 2v7.5M5 6.8 8 9.8l3-3M2 11v3h12v-3',
  account: 'M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8zM2.4 14c.5-2.7 2.7-4 5.6-4s5.1 1.3 5.6 4',
  token: 'M10.3 9.2a3.6 3.6 0 1 0-3.4-2.3L2 11.8V14h2.6v-1.6h1.6v-1.6h1.5l1.2-1.7c.4.1.9.1 1.4.1zM11.2 4.9h.1',
  audit: 'M4 1.8h5.5L13 5.3v8.9H4zM9.5 1.8v3.5H13M6 8h5M6 10.8h5',
  search: 'M7 11.8A4.8 4.8 0 1 0 7 2.2a4.8 4.8 0 0 0 0 9.6zM10.6 10.6 14 14',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  right: 'M6 3.5 10.5 8 6 12.5', left: 'M10 3.5 5.5 8 10 12.5', down: 'M3.5 6 8 10.5 12.5 6', up: 'M3.5 10 8 5.5 12.5 10',
  fold: 'M2 3h12M7 6.3h7M7 9.7h7M2 13h12M4.5 6 2.2 8l2.3 2', unfold: 'M2 3h12M7 6.3h7M7 9.7h7M2 13h12M2.2 6l2.3 2-2.3 2',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M3.2 12.8l1.1-1.1M11.7 4.3l1.1-1.1',
  moon: 'M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1z',
  code: 'M2 2h4.5v4.5H2zM9.5 2H14v4.5H9.5zM2 9.5h4.5V14H2zM9.5 9.5h2v2M14 9.5V14h-4.5',
  clock: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 4.5V8l2.4 1.6',
  broken: 'M6.3 9.7l-2 2a2.2 2.2 0 0 1-3.1-3.1l2-2M9.7 6.3l2-2a2.2 2.2 0 1 1 3.1 3.1l-2 2M5.5 2v2M2 5.5h2M10.5 14v-2M14 10.5h-2',
  download: 'M8 2v8M5 7.2l3 3 3-3M2.5 13.5h11', plus: 'M8 3v10M3 8h10', minus: 'M3 8h10', edit: 'M2.5 13.5l.6-3L10.8 2.8l2.4 2.4-7.7 7.7zM9.3 4.3l2.4 2.4',
  check: 'M2.5 8.5l3.5 3.5 7.5-8', copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3', columns: 'M2 2.5h12v11H2zM6 2.5v11M10 2.5v11',
  home: 'M2 7.5 8 2.2l6 5.3M3.8 6.2v7.6h8.4V6.2', cube: 'M8 1.8 13.5 5v6L8 14.2 2.5 11V5zM2.5 5 8 8.2 13.5 5M8 8.2v6', target: 'M8 12.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3',
  storage: 'M2.5 4c0-1.2 2.5-2 5.5-2s5.5.8 5.5 2-2.5 2-5.5 2-5.5-.8-5.5-2zM2.5 4v8c0 1.2 2.5 2 5.5 2s5.5-.8 5.5-2V4M2.5 8c0 1.2 2.5 2 5.5 2s5.5-.8 5.5-2',
  calculator: 'M3.5 1.8h9v12.4h-9zM5.5 4h5v2.2h-5zM5.6 8.6h.1M8 8.6h.1M10.4 8.6h.1M5.6 11.4h.1M8 11.4h.1M10.4 11.4h.1',
  more: 'M3.5 8h.1M8 8h.1M12.4 8h.1', gauge: 'M2.5 12a6 6 0 1 1 11 0M8 9.5l3-3.6M8 9.5h.1', rule: 'M2 4h7M12 4h2M10.5 2.5v3M2 8h2M7 8h7M5.5 6.5v3M2 12h6M11 12h3M9.5 10.5v3',
  mimic: 'M2 3h4.5v4.5H2zM11.5 8.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4zM6.5 5.2h5v3.1M4.2 7.5V11h4.6',
  report: 'M3.5 1.8h9v12.4h-9zM5.5 5h5M5.5 12V9.5M8 12V7.5M10.5 12v-1.5',
  info: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 7.2v4M8 4.8h.1', inbox: 'M2 9.5 4 3h8l2 6.5v4H2zM2 9.5h3.5L6.5 11h3l1-1.5H14', send: 'M14.2 1.8 7 9M14.2 1.8 9.8 14.2 7 9 1.8 6.2z',
};

export function Icon({ name, size = 16 }: { name: string; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth={1.4} strokeLinecap="round" strokeLinejoin="round" aria-hidden style={{ flex: 'none' }}>
      <path d={paths[name] ?? paths['info']} />
    </svg>
  );
}
