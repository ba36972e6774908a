import { useCallback, useMemo } from 'react';
import { useLocation, useNavigation, useSearchParams } from 'react-router';

export type FilterValues = Record<string, string>;

/**
 * Filters live in the URL, so that a colleague opens the same list. Values equal to their default are left out;
 * changing any filter goes back to the first page.
 */
export function useFilter<T extends FilterValues>(defaults: T): [T, (patch: Partial<T>) => void] {
  const [search, setSearch] = useSearchParams();
  const { pathname } = useLocation();
  const ahead = useNavigation().location?.pathname;
  const isLeaving = ahead !== undefined && ahead !== pathname;
  const key = JSON.stringify(defaults);

  const values = useMemo(() => {
    const known = JSON.parse(key) as T;
    return Object.fromEntries(Object.entries(known).map(([name, fallback]) => [name, search.get(name) ?? fallback])) as T;
  }, [key, search]);

  const change = useCallback((patch: Partial<T>) => {
    // A filter that was typed just before a row was opened would call off the way to its page.
    if (isLeaving) return;
    const known = JSON.parse(key) as T;
    // Not the parameters of the last rendering: a row opened right after a filter was chosen would take the filter back.
    const next = new URLSearchParams(window.location.search);
    const staysOnPage = 'page' in patch || Object.keys(patch).every((name) => name === 'open' || name === 'tab');
    if (!staysOnPage) next.delete('page');
    for (const [name, value] of Object.entries(patch)) {
      if (value === undefined || value === known[name]) next.delete(name);
      else next.set(name, value as string);
    }
    setSearch(next, { replace: true });
  }, [key, setSearch, isLeaving]);

  return [values, change];
}

/** A filter's page number, from 1. */
export const pageNumber = (text: string | undefined): number => Math.max(1, Math.floor(Number(text)) || 1);
export const idOf = (text: string | undefined): number | undefined => (text && Number.isInteger(Number(text)) ? Number(text) : undefined);
