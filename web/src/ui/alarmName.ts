import { useMemo } from 'react';
import type { AlarmItem } from '../api/types';
import { useName, useTexts } from './i18n';
import { uiTexts } from './texts';

type Named = Pick<AlarmItem, 'pointNameZh' | 'pointNameEn' | 'kind'> & Partial<Pick<AlarmItem, 'nameZh' | 'nameEn'>>;

/** "PM2.5 高高": the point and which limit it passed; a definition with a name of its own is called by that. */
export function useAlarmName(): (alarm: Named) => string {
  const t = useTexts(uiTexts);
  const name = useName();
  return useMemo(() => (alarm) => alarm.nameZh ? name(alarm.nameZh, alarm.nameEn ?? '') : `${name(alarm.pointNameZh, alarm.pointNameEn)} ${t(`limit.${alarm.kind}`)}`.trim(), [t, name]);
}
