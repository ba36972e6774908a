import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { quantitiesQuery } from '../api/shared';

/** What people write for a unit's code: µg/m³ for `ug/m3`. Until the catalogue is read, and for a code it does not know, the code. */
export function useUnitSymbol(): (code: string) => string {
  const quantities = useQuery(quantitiesQuery).data;
  return useMemo(() => {
    const symbols = new Map(quantities?.flatMap((quantity) => quantity.units.map((unit) => [unit.code, unit.symbol] as const)));
    return (code) => symbols.get(code) ?? code;
  }, [quantities]);
}
