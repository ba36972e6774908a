import { useMemo } from 'react';
import type { AlarmDefinition } from '../../api/types';
import { useName, useTexts } from '../../ui/i18n';
import { definitionTexts } from './texts';

type Named = Pick<AlarmDefinition, 'nameZh' | 'nameEn' | 'pointNameZh' | 'pointNameEn' | 'kind' | 'code' | 'ofPoint'>;

/** What a definition is called: its own name, or of a limit of a point the point and the limit. */
export function useDefinitionName(): (definition: Named) => string {
  const t = useTexts(definitionTexts);
  const name = useName();
  return useMemo(() => (each) => {
    const own = name(each.nameZh, each.nameEn);
    const ofPoint = `${name(each.pointNameZh, each.pointNameEn)} ${t(`kind.${each.kind}`)}`;
    return each.ofPoint && each.pointNameZh ? ofPoint : own || ofPoint.trim() || each.code;
  }, [name, t]);
}
