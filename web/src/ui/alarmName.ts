import { useMemo } from 'react';
import type { AlarmItem } from '../api/types';
import { useName, useTexts } from './i18n';
import { uiTexts } from './texts';

type Named = Pick<AlarmItem, 'pointNameZh' | 'pointNameEn' | 'kind'>;

/** "PM2.5 高高": the point and which limit it passed. */
export function useAlarmName(): (alarm: Named) => string {
  const t = useTexts(uiTexts);
  const name = useName();
  return useMemo(() => (alarm) => `${name(alarm.pointNameZh, alarm.pointNameEn)} ${t(`limit.${alarm.kind}`)}`, [t, name]);
}
