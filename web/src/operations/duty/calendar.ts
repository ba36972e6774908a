const pad = (value: number): string => String(value).padStart(2, '0');

/** A month as its days, begun on a Monday. */
export function daysOfMonth(month: string): { first: string; last: string; blanks: number; days: string[] } {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const days = Array.from({ length }, (_each, index) => `${month}-${pad(index + 1)}`);
  return { first: days[0] ?? '', last: days[length - 1] ?? '', blanks: (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7, days };
}

export function otherMonth(month: string, by: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const date = new Date(Date.UTC(year, number - 1 + by, 1));
  return `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}`;
}
