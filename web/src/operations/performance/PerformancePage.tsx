import { useQuery } from '@tanstack/react-query';
import { Button, InputNumber } from 'antd';
import type { ReactNode } from 'react';
import type { AlarmPerformance, AlarmShare, PerformanceFigure } from '../../api/types';
import { AssetSelect } from '../../ui/AssetSelect';
import { Chips } from '../../ui/Chips';
import { useNow } from '../../ui/clock';
import { DataTable, type Column } from '../../ui/DataTable';
import { DateInput } from '../../ui/DateInput';
import { formatCount, formatDuration, formatFullTime, formatTime } from '../../ui/format';
import { useLanguage, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { isPriority, PriorityShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { idOf, useFilter } from '../../ui/useFilter';
import { usePlaceName } from '../../ui/usePlaceName';
import { useAlarmName } from '../../ui/alarmName';
import { FigureCards, formatFigure, TargetText, VerdictMark } from './FigureCards';
import styles from './Performance.module.css';
import { defaults, performanceQuery, type PerformanceFilter } from './queries';
import { RateChart } from './RateChart';
import { performanceTexts } from './texts';

/** How well the alarms serve those who must act on them, each figure against its target. */
export default function PerformancePage() {
  const t = useTexts(performanceTexts);
  const [filter, setFilter] = useFilter(defaults);
  const performance = useQuery(performanceQuery(filter));
  return (
    <Page title={t('title')} figure={performance.data && <Headline data={performance.data} />} actions={<Button className="no-print" onClick={() => print()}>{t('print')}</Button>}>
      <Filters filter={filter} onChange={setFilter} />
      <QueryView query={performance} skeleton="block">{(data) => <Report data={data} />}</QueryView>
    </Page>
  );
}

function Headline({ data }: { data: AlarmPerformance }) {
  const t = useTexts(performanceTexts);
  const missed = data.figures.filter(({ verdict }) => verdict === 'missed').length;
  const rate = data.figures.find(({ code }) => code === 'averageRate')?.value;
  return <>{t('figure', { n: formatCount(data.total), rate: formatFigure(rate) })} · {missed > 0 ? t('missedN', { n: missed }) : t('allMet')}</>;
}

function Filters({ filter, onChange }: { filter: PerformanceFilter; onChange: (patch: Partial<PerformanceFilter>) => void }) {
  const t = useTexts(performanceTexts);
  return (
    <div className={`${styles['filters']} no-print`}>
      <Chips label={t('period')} value={filter.last} onChange={(last) => onChange({ last })} options={[...(['1', '7', '30', '90'] as const).map((last) => ({ value: last, label: t(`last.${last}`) })), { value: 'custom', label: t('custom') }]} />
      {filter.last === 'custom' && (
        <>
          <DateInput label={t('from')} value={filter.from} onChange={(from) => onChange({ from })} />
          <DateInput label={t('to')} value={filter.to} onChange={(to) => onChange({ to })} />
        </>
      )}
      <div style={{ width: 220, display: 'grid' }}><AssetSelect label={t('asset')} placeholder={t('asset')} allowClear value={idOf(filter.asset) ?? null} onChange={(asset) => onChange({ asset: asset === null ? '' : String(asset) })} /></div>
      <label className={styles['operators']}>{t('operators')}<InputNumber min={1} max={50} value={idOf(filter.operators) ?? 1} onChange={(operators) => onChange({ operators: String(operators ?? 1) })} style={{ width: 72 }} /></label>
    </div>
  );
}

function Report({ data }: { data: AlarmPerformance }) {
  const t = useTexts(performanceTexts);
  return (
    <>
      <FigureCards data={data} />
      <Section id="rate" title={t('rate.title')}>{data.total === 0 ? <Nothing>{t('none')}</Nothing> : <RateChart data={data} />}</Section>
      <Section id="top" title={t('top.title')}>{data.topTen.length === 0 ? <Nothing>{t('none')}</Nothing> : <ShareTable rows={data.topTen} kind="top" />}</Section>
      <div className={styles['pair']}>
        <Section id="chattering" title={t('chatter.title')} hint={t('chatter.hint')}>{data.chattering.length === 0 ? <Nothing>{t('chatter.none')}</Nothing> : <ShareTable rows={data.chattering} kind="chatter" />}</Section>
        <Section id="fleeting" title={t('fleeting.title')} hint={t('fleeting.hint')}>{data.fleeting.length === 0 ? <Nothing>{t('fleeting.none')}</Nothing> : <ShareTable rows={data.fleeting} kind="fleeting" />}</Section>
        <Section id="floods" title={t('flood.title')} hint={data.floodCount > data.floods.length ? t('flood.more', { n: data.floodCount, shown: data.floods.length }) : undefined}><Floods data={data} /></Section>
        <Section id="stale" title={t('stale.title')}><Stale data={data} /></Section>
        <Section id="priorities" title={t('priority.title')}><Priorities data={data} /></Section>
        <Section id="acknowledgement" title={t('ack.title')}><Acknowledgement data={data} /></Section>
      </div>
    </>
  );
}

function Section({ id, title, hint, children }: { id: string; title: string; hint?: string | undefined; children: ReactNode }) {
  return <section id={id} tabIndex={-1} aria-label={title} className={styles['section']}><Card title={title}>{hint && <p className={styles['hint']}>{hint}</p>}{children}</Card></section>;
}

const Nothing = ({ children }: { children: ReactNode }) => <p className={styles['nothing']}>{children}</p>;

function ShareTable({ rows, kind }: { rows: readonly AlarmShare[]; kind: 'top' | 'chatter' | 'fleeting' }) {
  const t = useTexts(performanceTexts);
  const alarmName = useAlarmName();
  const place = usePlaceName();
  const number = (key: string, title: string, value: (row: AlarmShare) => ReactNode, width = 84): Column<AlarmShare> => ({ key, title, align: 'right', width, render: value });
  const columns: Column<AlarmShare>[] = [
    { key: 'mark', title: <span className="visually-hidden">{t('priority.priority')}</span>, width: 40, render: (row) => isPriority(row.priority) && <PriorityShape priority={row.priority} /> },
    { key: 'alarm', title: t('top.alarm'), cut: true, render: (row) => <span title={alarmName(row)}>{alarmName(row)}</span> },
    { key: 'place', title: t('top.place'), cut: 'start', render: (row) => <span title={place(row)}>{place(row)}</span> },
    ...(kind === 'top' ? [
      number('count', t('top.count'), (row) => formatCount(row.count)),
      { key: 'share', title: t('top.share'), width: 180, render: (row: AlarmShare) => <ShareBar row={row} rows={rows} /> },
      number('cumulative', t('top.cumulative'), (row) => `${formatFigure(row.cumulative)} %`, 104),
    ] : kind === 'chatter' ? [
      number('episodes', t('chatter.episodes'), (row) => formatCount(row.chatterEpisodes)),
      number('occurrences', t('chatter.occurrences'), (row) => formatCount(row.chatterOccurrences), 96),
    ] : [number('fleeting', t('top.count'), (row) => formatCount(row.fleeting))]),
    { key: 'open', title: <span className="visually-hidden">{t('top.definition')}</span>, width: 92, align: 'right', render: (row) => <LinkButton size="small" type="link" to={links.alarmDefinition(row.definitionId)} aria-label={t('top.openDefinition', { name: alarmName(row) })}>{t('top.definition')}</LinkButton> },
  ];
  return <div className={styles['scroll']}><DataTable label={t(`${kind}.title`)} columns={columns} rows={rows} rowKey={(row) => row.definitionId} /></div>;
}

function ShareBar({ row, rows }: { row: AlarmShare; rows: readonly AlarmShare[] }) {
  return <span className={styles['share']}><span style={{ width: `${(row.share / Math.max(...rows.map((each) => each.share))) * 100}%` }} /><b>{formatFigure(row.share)} %</b></span>;
}

type Flood = AlarmPerformance['floods'][number];

function Floods({ data }: { data: AlarmPerformance }) {
  const t = useTexts(performanceTexts);
  const language = useLanguage();
  if (data.floods.length === 0) return <Nothing>{t('flood.none')}</Nothing>;
  const columns: Column<Flood>[] = [
    { key: 'start', title: t('flood.start'), render: (flood) => <time dateTime={flood.start} title={formatFullTime(flood.start)}>{formatTime(flood.start).slice(0, 11)}</time>, width: 108 },
    { key: 'minutes', title: t('flood.minutes'), align: 'right', render: (flood) => formatDuration(flood.minutes * 60_000, language) },
    { key: 'alarms', title: t('flood.alarms'), align: 'right', render: (flood) => formatCount(flood.alarms) },
    { key: 'peak', title: t('flood.peak'), align: 'right', render: (flood) => formatCount(flood.peak) },
    { key: 'open', title: <span className="visually-hidden">{t('flood.open')}</span>, width: 120, align: 'right', render: (flood) => <LinkButton size="small" type="link" to={links.alarmHistory(flood.start, new Date(Date.parse(flood.start) + flood.minutes * 60_000).toISOString())}>{t('flood.open')}</LinkButton> },
  ];
  return <div className={styles['scroll']}><DataTable label={t('flood.title')} columns={columns} rows={data.floods} rowKey={(flood) => flood.start} /></div>;
}

type StaleRow = AlarmPerformance['stale'][number];

function Stale({ data }: { data: AlarmPerformance }) {
  const t = useTexts(performanceTexts);
  const language = useLanguage();
  const now = useNow(60);
  const alarmName = useAlarmName();
  const place = usePlaceName();
  if (data.stale.length === 0) return <Nothing>{t('stale.none')}</Nothing>;
  const columns: Column<StaleRow>[] = [
    { key: 'mark', title: <span className="visually-hidden">{t('priority.priority')}</span>, width: 40, render: (row) => isPriority(row.priority) && <PriorityShape priority={row.priority} /> },
    { key: 'alarm', title: t('top.alarm'), cut: true, render: (row) => <span title={alarmName(row)}>{alarmName(row)}</span> },
    { key: 'place', title: t('top.place'), cut: 'start', render: (row) => <span title={place(row)}>{place(row)}</span> },
    { key: 'age', title: t('stale.age'), align: 'right', width: 92, render: (row) => <span title={formatFullTime(row.raised)}>{formatDuration(now - Date.parse(row.raised), language)}</span> },
    { key: 'open', title: <span className="visually-hidden">{t('top.definition')}</span>, width: 92, align: 'right', render: (row) => <LinkButton size="small" type="link" to={links.alarmDefinition(row.definitionId)} aria-label={t('top.openDefinition', { name: alarmName(row) })}>{t('top.definition')}</LinkButton> },
  ];
  return <div className={styles['scroll']}><DataTable label={t('stale.title')} columns={columns} rows={data.stale} rowKey={(row) => row.id} /></div>;
}

function Priorities({ data }: { data: AlarmPerformance }) {
  const t = useTexts(performanceTexts);
  const ui = useTexts(uiTexts);
  const rows = data.priorities.map((row) => ({ ...row, figure: data.figures.find(({ code }) => code === `priority${row.priority}`) }));
  type Row = (typeof rows)[number];
  const columns: Column<Row>[] = [
    { key: 'priority', title: t('priority.priority'), render: ({ priority }) => isPriority(priority) && <><PriorityShape priority={priority} decorative /> {ui(`priority.${priority}`)}</> },
    { key: 'count', title: t('priority.count'), align: 'right', width: 66, render: (row) => formatCount(row.count) },
    { key: 'share', title: t('priority.share'), align: 'right', width: 78, render: (row) => (row.share === null ? '—' : `${formatFigure(row.share)} %`) },
    { key: 'target', title: t('priority.target'), width: 170, render: ({ figure }) => figure && <TargetText figure={figure} /> },
    { key: 'verdict', title: <span className="visually-hidden">{t('priority.target')}</span>, width: 92, render: ({ figure }) => <VerdictMark verdict={verdictOf(figure)} /> },
  ];
  return <DataTable label={t('priority.title')} columns={columns} rows={rows} rowKey={(row) => row.priority} />;
}

const verdictOf = (figure: PerformanceFigure | undefined) => figure?.verdict ?? null;

type AckRow = AlarmPerformance['acknowledgement'][number];

function Acknowledgement({ data }: { data: AlarmPerformance }) {
  const t = useTexts(performanceTexts);
  const ui = useTexts(uiTexts);
  const language = useLanguage();
  const time = (seconds: number | null | undefined): string => (seconds === null || seconds === undefined ? '—' : formatDuration(seconds * 1000, language));
  const columns: Column<AckRow>[] = [
    { key: 'priority', title: t('priority.priority'), render: ({ priority }) => (isPriority(priority) ? <><PriorityShape priority={priority} decorative /> {ui(`priority.${priority}`)}</> : t('ack.all')) },
    { key: 'count', title: t('ack.count'), align: 'right', width: 108, render: (row) => formatCount(row.count) },
    { key: 'never', title: t('ack.unacknowledged'), align: 'right', width: 84, render: (row) => formatCount(row.unacknowledged) },
    { key: 'median', title: t('ack.median'), align: 'right', width: 92, render: (row) => time(row.medianSeconds) },
    { key: 'p90', title: t('ack.p90'), align: 'right', width: 100, render: (row) => time(row.p90Seconds) },
  ];
  return <DataTable label={t('ack.title')} columns={columns} rows={data.acknowledgement} rowKey={(row) => row.priority ?? 0} />;
}
