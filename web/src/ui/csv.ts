/** One cell of a CSV file (RFC 4180). A text that a spreadsheet would run as a formula is defused with an apostrophe. */
export function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+@\t\r]|^-(?![\d.]*$)/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvOf = (rows: readonly (readonly (string | number | null | undefined)[])[]): string => rows.map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';

export function download(name: string, content: string | Blob): void {
  // The byte order mark tells Excel that the Chinese in it is UTF-8.
  const blob = typeof content === 'string' ? new Blob(['\ufeff', content], { type: 'text/csv;charset=utf-8' }) : content;
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

interface PageOf<T> { items: T[]; total: number }

/** Reads a server-paged list to its end, for an export. Stops with the abort signal. */
export async function readAllPages<T>(readPage: (page: number, pageSize: number) => Promise<PageOf<T>>, onProgress: (done: number, total: number) => void, signal: AbortSignal): Promise<T[]> {
  const pageSize = 500;
  const all: T[] = [];
  for (let page = 1; ; page++) {
    signal.throwIfAborted();
    const { items, total } = await readPage(page, pageSize);
    all.push(...items);
    onProgress(all.length, total);
    if (items.length === 0 || all.length >= total) return all;
  }
}
