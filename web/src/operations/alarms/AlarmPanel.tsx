import { queryOptions, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { api, read } from '../../api/client';
import { pointQuery } from '../../api/shared';
import type { AlarmEvent, AlarmItem } from '../../api/types';
import { RecentCurve } from '../../ui/chart/RecentCurve';
import { wallOf } from '../../ui/chart/curves';
import { useNow } from '../../ui/clock';
import { formatDuration, formatFullTime, formatTime } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useLanguage, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { Fact, Facts, SidePanel } from '../../ui/ListLayout';
import { LiveAge, LiveValue } from '../../ui/LiveValue';
import { QueryView } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { token } from '../../ui/theme';
import { usePlaceName } from '../../ui/usePlaceName';
import { useUnitSymbol } from '../../ui/useUnitSymbol';
import { operationsTexts } from '../texts';
import styles from './AlarmPanel.module.css';
import { useAlarmName } from '../../ui/alarmName';
import { AlarmMark, isUnacknowledged, plainNumber } from './AlarmMark';
import { AlarmPast } from './AlarmPast';
import { AlarmStateText } from './AlarmTable';

const alarmQuery = (id: number) => queryOptions({
  queryKey: ['alarms', 'one', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms/{id}', { params: { path: { id } }, signal })),
});

const eventsQuery = (id: number) => queryOptions({
  queryKey: ['alarms', 'events', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms/{id}/events', { params: { path: { id } }, signal })),
});

/** One alarm beside the list: where, how far over, how the value ran, what happened since. */
export function AlarmPanel({ id, known, onClose, onAcknowledge }: { id: number; known: AlarmItem | undefined; onClose: () => void; onAcknowledge: (id: number) => void }) {
  const t = useTexts(operationsTexts);
  const alarmName = useAlarmName();
  const can = useCan();
  const alarm = useQuery({ ...alarmQuery(id), ...(known ? { placeholderData: known } : {}) });
  const data = alarm.data;
  return (
    <SidePanel
      label={t('alarms.panel')} onClose={onClose} title={data ? <><AlarmMark alarm={data} />{alarmName(data)}</> : '…'}
      foot={data && (
        <>
          {isUnacknowledged(data) && can(permissions.acknowledgeAlarms) && <Button type="primary" onClick={() => onAcknowledge(id)}>{t('alarms.acknowledge')}</Button>}
          <LinkButton to={links.trend([data.pointId])} icon={<Icon name="trend" size={14} />}>{t('map.openTrend')}</LinkButton>
          <LinkButton to={links.map(data.assetId)} icon={<Icon name="map" size={14} />}>{t('map.title')}</LinkButton>
        </>
      )}
    >
      <QueryView query={alarm} skeleton="block">{(value) => <AlarmDetails alarm={value} />}</QueryView>
    </SidePanel>
  );
}

function AlarmDetails({ alarm }: { alarm: AlarmItem }) {
  const t = useTexts(operationsTexts);
  const language = useLanguage();
  const place = usePlaceName();
  const symbol = useUnitSymbol();
  const now = useNow();
  const point = useQuery(pointQuery(alarm.pointId)).data;
  const end = alarm.returned ? Date.parse(alarm.returned) : now;
  return (
    <>
      <p><Link to={links.asset(alarm.assetId)}>{place(alarm)}</Link></p>
      {point && (
        <div>
          <LiveValue point={point} size="figure" />
          <div className={styles['now']}>{t('alarms.limit')} {plainNumber(alarm.limit)} · <LiveAge point={point} /></div>
        </div>
      )}
      {point && <AlarmCurve alarm={alarm} point={point} />}
      <Facts>
        <Fact name={t('alarms.state')}><AlarmStateText alarm={alarm} /></Fact>
        <Fact name={t('alarms.raised')}>{formatFullTime(alarm.raised)}</Fact>
        <Fact name={t('alarms.value')}>{plainNumber(alarm.value)} {symbol(alarm.unit)}</Fact>
        <Fact name={t('alarms.duration')}>{formatDuration(end - Date.parse(alarm.raised), language)}</Fact>
        {alarm.repeats > 0 && <Fact name={t('alarms.repeats')}>{t('alarms.repeatsN', { n: alarm.repeats })}</Fact>}
        {alarm.comment && <Fact name={t('alarms.said')}>{alarm.comment}</Fact>}
      </Facts>
      <AlarmHistory id={alarm.id} />
      <AlarmPast alarm={alarm} />
    </>
  );
}

const minute = 60_000;

/** Half an hour before the alarm until a while after it, or until now. */
function AlarmCurve({ alarm, point }: { alarm: AlarmItem; point: Parameters<typeof RecentCurve>[0]['point'] }) {
  const [openedAt] = useState(() => Date.now());
  const raised = Date.parse(alarm.raised);
  const end = alarm.returned ? Math.min(openedAt, Date.parse(alarm.returned) + 15 * minute) : openedAt;
  const window = useMemo(() => ({ from: raised - 30 * minute, to: Math.max(end, raised + 5 * minute) }), [raised, end]);
  const moments = useMemo(() => [{ x: wallOf(raised), label: '', color: token(`p${alarm.priority}`) }], [raised, alarm.priority]);
  const inSight = useMemo(() => [alarm.limit], [alarm.limit]);
  return <RecentCurve point={point} window={window} moments={moments} inSight={inSight} height={160} />;
}

function AlarmHistory({ id }: { id: number }) {
  const t = useTexts(operationsTexts);
  const events = useQuery(eventsQuery(id)).data;
  if (!events || events.length === 0) return null;
  return (
    <section>
      <h3 className={styles['heading']}>{t('alarms.history')}</h3>
      <ol className={styles['events']}>{events.map((event) => <HistoryLine key={event.id} event={event} />)}</ol>
    </section>
  );
}

function HistoryLine({ event }: { event: AlarmEvent }) {
  const t = useTexts(operationsTexts);
  const parts = [t(`event.${event.kind}`), event.cause === 'limitsChanged' || event.cause === 'noLongerWatched' ? t(`cause.${event.cause}`) : '', event.value !== null && event.value !== undefined ? t('event.value', { value: plainNumber(event.value) }) : '', event.by ?? '', event.comment ? `“${event.comment}”` : ''];
  return <li><time dateTime={event.time} title={formatFullTime(event.time)}>{formatTime(event.time)}</time><span>{parts.filter(Boolean).join(' · ')}</span></li>;
}
