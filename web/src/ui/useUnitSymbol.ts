import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { quantitiesQuery } from '../api/shared';
import { useLanguage } from './i18n';

const chinese = /\p{Script=Han}/u;

/** What people write for a unit's code: µg/m³ for `ug/m3`; a symbol that is a Chinese word (亿元) gives way to the unit's name in English. Until the catalogue is read, and for a code it does not know, the code. */
export function useUnitSymbol(): (code: string) => string {
  const language = useLanguage();
  const quantities = useQuery(quantitiesQuery).data;
  return useMemo(() => {
    const symbols = new Map(quantities?.flatMap((quantity) => quantity.units.map((unit) => [unit.code, language === 'en' && chinese.test(unit.symbol) ? unit.nameEn : unit.symbol] as const)));
    return (code) => symbols.get(code) ?? code;
  }, [quantities, language]);
}
