import { useMemo } from 'react';
import type { AlarmItem } from '../../api/types';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatFullTime, formatTime } from '../../ui/format';
import { useTexts } from '../../ui/i18n';
import { usePlaceName } from '../../ui/usePlaceName';
import { useUnitSymbol } from '../../ui/useUnitSymbol';
import { operationsTexts } from '../texts';
import { useAlarmName } from '../../ui/alarmName';
import { AlarmMark, hasLimit, isUnacknowledged, plainNumber } from './AlarmMark';

interface AlarmTableProps {
  alarms: readonly AlarmItem[];
  openId?: number | undefined;
  onOpen: (alarm: AlarmItem) => void;
  selection?: { selected: ReadonlySet<number | string>; onChange: (selected: Set<number | string>) => void };
  withPlace?: boolean;
}

export function AlarmTable({ alarms, openId, onOpen, selection, withPlace = true }: AlarmTableProps) {
  const t = useTexts(operationsTexts);
  const place = usePlaceName();
  const alarmName = useAlarmName();
  const symbol = useUnitSymbol();
  const columns = useMemo<Column<AlarmItem>[]>(() => [
    { key: 'mark', title: <span className="visually-hidden">{t('alarms.priority')}</span>, render: (alarm) => <AlarmMark alarm={alarm} />, width: 40 },
    { key: 'raised', title: t('alarms.raised'), render: (alarm) => <time dateTime={alarm.raised} title={formatFullTime(alarm.raised)}>{formatTime(alarm.raised)}</time>, width: 126 },
    ...(withPlace ? [{ key: 'place', title: t('alarms.place'), render: (alarm: AlarmItem) => <span title={place(alarm)}>{place(alarm)}</span>, cut: 'start' as const }] : []),
    { key: 'what', title: t('alarms.what'), render: (alarm) => alarmName(alarm), cut: true },
    { key: 'value', title: `${t('alarms.value')} / ${t('alarms.limit')}`, align: 'right', render: (alarm) => <>{plainNumber(alarm.value)}{hasLimit(alarm) && <span style={{ color: 'var(--ink-2)' }}> / {plainNumber(alarm.limit)}</span>}<span style={{ color: 'var(--ink-2)', fontSize: 12 }}>{'\u2009'}{symbol(alarm.unit)}</span></>, width: 148 },
    { key: 'state', title: t('alarms.state'), render: (alarm) => <AlarmStateText alarm={alarm} />, width: 150 },
  ], [t, place, alarmName, symbol, withPlace]);
  return (
    <DataTable
      label={t('alarms.title')} columns={columns} rows={alarms} rowKey={(alarm) => alarm.id} openKey={openId ?? null} onOpen={onOpen}
      accent={(alarm) => (isUnacknowledged(alarm) ? `var(--p${alarm.priority})` : undefined)} isStrong={isUnacknowledged}
      {...(selection ? { selection: { ...selection, label: (alarm: AlarmItem) => t('alarms.select', { name: alarmName(alarm) }), labelAll: t('alarms.selectAll') } } : {})}
    />
  );
}

export function AlarmStateText({ alarm }: { alarm: AlarmItem }) {
  const t = useTexts(operationsTexts);
  const by = (alarm.state === 'acknowledged' || alarm.state === 'latchedAcknowledged') && alarm.acknowledgedBy ? ` ${alarm.acknowledgedBy}` : '';
  return <span style={{ color: isUnacknowledged(alarm) ? 'var(--ink)' : 'var(--ink-2)' }}>{t(`state.${alarm.state}`)}{by}</span>;
}
