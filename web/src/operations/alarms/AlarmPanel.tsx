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
import { AlarmPeople } from '../notifications/AlarmPeople';
import { operationsTexts } from '../texts';
import styles from './AlarmPanel.module.css';
import { useAlarmName } from '../../ui/alarmName';
import { AlarmMark, hasLimit, isUnacknowledged, plainNumber } from './AlarmMark';
import { AlarmPast } from './AlarmPast';
import { AlarmStateText } from './AlarmTable';
import { reasonWords, TimeLeft } from './HeldTable';

const alarmQuery = (id: number) => queryOptions({
  queryKey: ['alarms', 'one', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms/{id}', { params: { path: { id } }, signal })),
});

const eventsQuery = (id: number) => queryOptions({
  queryKey: ['alarms', 'events', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms/{id}/events', { params: { path: { id } }, signal })),
});

interface AlarmPanelProps {
  id: number;
  known: AlarmItem | undefined;
  onClose: () => void;
  onAcknowledge: (id: number) => void;
  /** With the id of the definition: what is shelved is the alarm and not this occurrence. */
  onShelve: (definitionId: number) => void;
  onRelease: (definition: { id: number; state: string }) => void;
}

const isHeld = ({ state }: AlarmItem): boolean => state === 'shelved' || state === 'suppressed' || state === 'outOfService';

/** One alarm beside the list: where, how far over, how the value ran, what happened since. */
export function AlarmPanel({ id, known, onClose, onAcknowledge, onShelve, onRelease }: AlarmPanelProps) {
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
          {data.open && !isHeld(data) && can(permissions.shelveAlarms) && <Button onClick={() => onShelve(data.definitionId)}>{t('shelve.button')}</Button>}
          {(data.state === 'shelved' && can(permissions.shelveAlarms) || data.state === 'outOfService' && can(permissions.serviceAlarms)) && <Button type="primary" onClick={() => onRelease({ id: data.definitionId, state: data.state })}>{t('release.button')}</Button>}
          {data.pointId > 0 && <LinkButton to={links.trend([data.pointId])} icon={<Icon name="trend" size={14} />}>{t('panel.trend')}</LinkButton>}
          {can(permissions.workIncidents) && <LinkButton to={links.newIncident([id])} icon={<Icon name="target" size={14} />}>{t('alarms.incident')}</LinkButton>}
          <LinkButton to={links.map(data.assetId)} icon={<Icon name="map" size={14} />}>{t('panel.map')}</LinkButton>
          <LinkButton to={links.alarmDefinition(data.definitionId)}>{t('panel.definition')}</LinkButton>
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
  const point = useQuery({ ...pointQuery(alarm.pointId), enabled: alarm.pointId > 0 }).data;
  const end = alarm.returned ? Date.parse(alarm.returned) : now;
  return (
    <>
      <p><Link to={links.asset(alarm.assetId)}>{place(alarm)}</Link></p>
      {point && (
        <div>
          <LiveValue point={point} size="figure" />
          <div className={styles['now']}>{hasLimit(alarm) && <>{t('alarms.limit')} {plainNumber(alarm.limit)} · </>}<LiveAge point={point} /></div>
        </div>
      )}
      {isHeld(alarm) && <Hold alarm={alarm} />}
      {point && <AlarmCurve alarm={alarm} point={point} />}
      <Response alarm={alarm} />
      <Facts>
        <Fact name={t('alarms.state')}><AlarmStateText alarm={alarm} /></Fact>
        <Fact name={t('alarms.raised')}>{formatFullTime(alarm.raised)}</Fact>
        {alarm.value !== null && alarm.value !== undefined && <Fact name={t('alarms.value')}>{plainNumber(alarm.value)} {symbol(alarm.unit)}</Fact>}
        {alarm.detail && <Fact name={t('panel.detail')}>{alarm.detail}</Fact>}
        <Fact name={t('alarms.duration')}>{formatDuration(end - Date.parse(alarm.raised), language)}</Fact>
        {alarm.priority !== alarm.basePriority && alarm.basePriority > 0 && <Fact name={t('panel.raisedPriority')}>{t(alarm.overdue ? 'desk.overdueHint' : 'desk.worseHint', { n: alarm.basePriority })}</Fact>}
        {alarm.repeats > 0 && <Fact name={t('alarms.repeats')}>{t('alarms.repeatsN', { n: alarm.repeats })}</Fact>}
        {alarm.comment && <Fact name={t('alarms.said')}>{alarm.comment}</Fact>}
      </Facts>
      <AlarmPeople id={alarm.id} />
      <AlarmHistory id={alarm.id} />
      <AlarmPast alarm={alarm} />
    </>
  );
}

/** What it means and what to do, with the time that is left for it. */
function Response({ alarm }: { alarm: AlarmItem }) {
  const t = useTexts(operationsTexts);
  const language = useLanguage();
  const now = useNow();
  const { consequence, response, requiredRole, timeToRespondSeconds } = alarm;
  if (!consequence && !response && !timeToRespondSeconds) return null;
  const left = timeToRespondSeconds && isUnacknowledged(alarm) ? Date.parse(alarm.raised) + timeToRespondSeconds * 1000 - now : null;
  return (
    <section className={styles['response']}>
      {consequence && <p><span>{t('panel.consequence')}</span>{consequence}</p>}
      {timeToRespondSeconds && (
        <p>
          <span>{t('panel.respond')}</span>
          {t('panel.within', { time: formatDuration(timeToRespondSeconds * 1000, language) })}{requiredRole && ` · ${t(`role.${requiredRole}` as 'role.operator')}`}
          {left !== null && <strong className={left < 0 ? styles['late'] : ''}>{left < 0 ? t('panel.late', { time: formatDuration(-left, language) }) : t('panel.left', { time: formatDuration(left, language) })}</strong>}
        </p>
      )}
      {response && <ol>{response.split('\n').filter((step) => step.trim() !== '').map((step, index) => <li key={index}>{step.replace(/^\s*\d+[.、)]\s*/, '')}</li>)}</ol>}
    </section>
  );
}

/** Why nobody is told of it now, and until when. */
function Hold({ alarm }: { alarm: AlarmItem }) {
  const t = useTexts(operationsTexts);
  return (
    <p className={styles['hold']}>
      <strong>{t(`state.${alarm.state}`)}</strong> {alarm.heldBy} · {alarm.heldUntil ? <>{t('held.left')} <TimeLeft until={alarm.heldUntil} /></> : t('held.open')}
      {alarm.heldReason && <><br />{reasonWords(t, alarm.heldReason)}</>}
    </p>
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
  const inSight = useMemo(() => (hasLimit(alarm) ? [alarm.limit] : []), [alarm]);
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

/** Causes worth a word: that a sample or a person caused it stands there anyway. */
const spoken: Record<string, true> = { limitsChanged: true, noLongerWatched: true, time: true, rule: true, system: true, commonCause: true };

function HistoryLine({ event }: { event: AlarmEvent }) {
  const t = useTexts(operationsTexts);
  const parts = [t(`event.${event.kind}`), event.cause in spoken ? t(`cause.${event.cause}` as 'cause.rule') : '', event.value !== null && event.value !== undefined ? t('event.value', { value: plainNumber(event.value) }) : '', event.by ?? '', event.comment ? `“${event.comment}”` : ''];
  return <li><time dateTime={event.time} title={formatFullTime(event.time)}>{formatTime(event.time)}</time><span>{parts.filter(Boolean).join(' · ')}</span></li>;
}
