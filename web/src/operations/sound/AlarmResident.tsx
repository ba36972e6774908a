import { Button } from 'antd';
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { AlarmItem } from '../../api/types';
import { useTexts } from '../../ui/i18n';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { isPriority } from '../../ui/StateShape';
import { usePlaceName } from '../../ui/usePlaceName';
import { useAlarmName } from '../../ui/alarmName';
import { useDeskKeys } from '../alarms/useDeskKeys';
import { operationsTexts } from '../texts';
import styles from './Sound.module.css';
import { hornDesk, useHorn, useHornFollowsAlarms, waitingQuery } from './useHorn';

/** In the top bar of every page: sounds new alarms, says them to a screen reader, and lets them be silenced. */
export function AlarmResident() {
  const can = useCan();
  return can(permissions.readAlarms) ? <Resident /> : null;
}

function Resident() {
  const t = useTexts(operationsTexts);
  const horn = useHorn();
  const say = useAnnouncements();
  useHornFollowsAlarms(say.announce);
  useDeskKeys({ m: () => hornDesk.silence() });
  const waits = horn.sounding.length > 0;
  return (
    <>
      {waits && horn.on && (
        <Button size="small" className={styles['silence'] ?? ''} style={{ color: 'var(--p1-text)', borderColor: 'var(--p1-text)' }} onClick={() => hornDesk.silence()} aria-keyshortcuts="M" title={t(horn.locked ? 'sound.locked' : 'sound.silenceHint')}>
          <SpeakerIcon muted={horn.locked} />{t('sound.silence')}<kbd>M</kbd>
        </Button>
      )}
      {!horn.on && (
        <Button size="small" type="text" onClick={() => hornDesk.setOn(true)} title={t('sound.offHint')}><SpeakerIcon muted />{t('sound.off')}</Button>
      )}
      <div className="visually-hidden" role="status" aria-live="polite">{say.polite}</div>
      <div className="visually-hidden" role="alert" aria-live="assertive">{say.urgent}</div>
    </>
  );
}

/** One sentence for what is new: the alarm itself, or in a flood how many and the most urgent. Priorities 1 and 2 interrupt. */
function useAnnouncements() {
  const t = useTexts(operationsTexts);
  const ui = useTexts(uiTexts);
  const alarmName = useAlarmName();
  const place = usePlaceName();
  const queries = useQueryClient();
  const [said, setSaid] = useState({ polite: '', urgent: '' });
  const announce = (fresh: readonly { id: number; priority: number }[]): void => {
    const alarm: AlarmItem | undefined = queries.getQueryData(waitingQuery.queryKey)?.items.find(({ id }) => id === fresh[0]?.id);
    if (!alarm) return;
    const priority = isPriority(alarm.priority) ? ui(`priority.${alarm.priority}`) : '';
    const words = t(fresh.length === 1 ? 'sound.newOne' : 'sound.newMany', { n: fresh.length, priority, alarm: alarmName(alarm), place: place(alarm) });
    setSaid(alarm.priority <= 2 ? { polite: '', urgent: words } : { polite: words, urgent: '' });
  };
  return { ...said, announce };
}

export function SpeakerIcon({ muted = false }: { muted?: boolean }) {
  return (
    <svg width={14} height={14} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth={1.4} strokeLinecap="round" strokeLinejoin="round" aria-hidden>
      <path d="M2 6h2.5L8 3v10L4.5 10H2z" />
      {muted ? <path d="M10.5 6l4 4M14.5 6l-4 4" /> : <path d="M10.5 5.8a3 3 0 0 1 0 4.4M12.4 4a5.6 5.6 0 0 1 0 8" />}
    </svg>
  );
}
