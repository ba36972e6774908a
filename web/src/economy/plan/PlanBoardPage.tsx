import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useCallback } from 'react';
import { Link, useNavigate } from 'react-router';
import { Chips } from '../../ui/Chips';
import { DataTable, type Column } from '../../ui/DataTable';
import { useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { useCan } from '../../ui/session';
import { useFilter } from '../../ui/useFilter';
import { plain, withSign } from './figures';
import styles from './Plan.module.css';
import { boardQuery, plansQuery, readPlans, statuses, writePlans, type BoardRow } from './queries';
import { Sparkline } from './Sparkline';
import { StatusMark } from './StatusMark';
import { planTexts } from './texts';

const mainSection = '第二章第三节 专栏1', nobody = '—';

/** Which of the plan's promises are kept, and which need somebody. */
export default function PlanBoardPage() {
  const t = useTexts(planTexts);
  const can = useCan();
  const name = useName();
  const navigate = useNavigate();
  const [filter, setFilter] = useFilter({ plan: '14FYP', status: '', chapter: '', unit: '', q: '', main: '' });
  const board = useQuery(boardQuery);
  const plans = useQuery(plansQuery);
  const all = board.data ?? [];
  const ofPlan = all.filter((row) => filter.plan === 'all' || row.plan === filter.plan);
  const q = filter.q.trim().toLowerCase();
  const rows = ofPlan.filter((row) => (!filter.main || row.target.section === mainSection) && (!filter.chapter || row.chapter === filter.chapter) && (!filter.unit || (row.responsible || nobody) === filter.unit)
    && (!q || [row.target.nameZh, row.target.nameEn, row.target.code].some((text) => text.toLowerCase().includes(q))));
  // What needs somebody stands first, what nobody can judge last; within that the plan's own order.
  const shown = rows.filter((row) => !filter.status || row.assessment.status === filter.status).sort((left, right) => urgency(left) - urgency(right));
  const count = (...wanted: string[]): number => rows.filter((row) => wanted.includes(row.assessment.status)).length;
  const search = useCallback((text: string) => setFilter({ q: text }), [setFilter]);
  const units = [...new Set(ofPlan.map((row) => row.responsible || nobody))];
  return (
    <Page
      title={t('board.title')} layout="fill"
      figure={board.data && t('board.figure', { n: rows.length, done: count('done', 'ahead'), risk: count('atRisk', 'missed'), none: count('noData', 'targetNotSet') })}
      actions={(
        <div className={styles['links']}>
          <LinkButton to="/economy/plan/documents">{t('board.documents')}</LinkButton>
          {can(readPlans) && <LinkButton to="/economy/plan/reports">{t('board.reports')}</LinkButton>}
          {can(writePlans) && <LinkButton to="/economy/plan/new">{t('board.newPlan')}</LinkButton>}
        </div>
      )}
    >
      <ListLayout
        filters={(
          <>
            <Chips label={t('board.status')} value={filter.status} onChange={(status) => setFilter({ status })} options={[{ value: '', label: t('board.all'), count: rows.length }, ...statuses.map((status) => ({ value: status, label: t(`status.${status}`), count: count(status) }))]} />
            <Select aria-label={t('board.plan')} style={{ width: 230 }} value={filter.plan} onChange={(plan) => setFilter({ plan, chapter: '', unit: '', main: '' })} options={[...(plans.data ?? []).map((plan) => ({ value: plan.code, label: name(plan.nameZh, plan.nameEn) })), { value: 'all', label: t('board.anyPlan') }]} />
            <Select aria-label={t('board.chapter')} style={{ width: 150 }} value={filter.main ? 'main' : filter.chapter} onChange={(chapter) => setFilter(chapter === 'main' ? { main: '1', chapter: '' } : { main: '', chapter })} options={[{ value: '', label: t('board.anyChapter') }, ...(filter.plan === '14FYP' ? [{ value: 'main', label: t('board.main') }] : []), ...[...new Set(ofPlan.map((row) => row.chapter))].map((chapter) => ({ value: chapter, label: chapter }))]} />
            {units.length > 1 && <Select aria-label={t('board.unit')} style={{ width: 150 }} value={filter.unit} onChange={(unit) => setFilter({ unit })} options={[{ value: '', label: t('board.anyUnit') }, ...units.map((unit) => ({ value: unit, label: unit === nobody ? t('board.noUnit') : unit }))]} />}
            <SearchBox label={t('board.search')} value={filter.q} onChange={search} width={170} />
          </>
        )}
        list={(
          <QueryView query={board} isEmpty={() => shown.length === 0} empty={t('board.none')}>
            {() => <DataTable label={t('board.title')} columns={columnsOf(t, name)} rows={shown} rowKey={(row) => row.targetId} onOpen={(row) => void navigate(`/economy/plan/targets/${row.targetId}`)} accent={(row) => (row.assessment.status === 'missed' ? 'var(--p1)' : row.assessment.status === 'atRisk' ? 'var(--p2)' : undefined)} />}
          </QueryView>
        )}
      />
    </Page>
  );
}

const urgency = (row: BoardRow): number => (['atRisk', 'missed'].includes(row.assessment.status) ? 0 : ['noData', 'targetNotSet'].includes(row.assessment.status) ? 2 : 1);

function columnsOf(t: ReturnType<typeof useTexts<typeof planTexts>>, name: ReturnType<typeof useName>): Column<BoardRow>[] {
  return [
    { key: 'indicator', title: t('col.indicator'), cut: true, render: (row) => <><Link className={styles['name']} to={`/economy/plan/targets/${row.targetId}`}>{name(row.target.nameZh, row.target.nameEn)}</Link><span className={styles['sub']}>{row.chapter} {row.task}{row.responsible && ` · ${row.responsible}`}{row.openCase !== null && ` · ${t('target.openCase', { id: row.openCase })}`}</span></> },
    { key: 'status', title: t('col.status'), width: 130, render: (row) => <StatusMark status={row.assessment.status} delay={row.assessment.delay} /> },
    { key: 'trend', title: t('col.trend'), width: 116, render: (row) => <Sparkline row={row} /> },
    { key: 'base', title: t('col.base'), align: 'right', width: 92, render: (row) => withSign(row.base) },
    { key: 'actual', title: t('col.actual'), align: 'right', width: 120, render: (row) => (row.actual ? <>{withSign(row.actual)} <span className={styles['sub']}>{row.actual.year}</span></> : withSign(null)) },
    { key: 'target', title: t('col.target'), align: 'right', width: 150, render: (row) => <>{withSign(row.target)} <span className={styles['sub']}>{row.target.unit} {row.target.year}</span></> },
    { key: 'progress', title: t('col.progress'), width: 130, align: 'right', render: (row) => <Progress row={row} /> },
    { key: 'expected', title: t('col.expected'), align: 'right', width: 110, render: (row) => { const last = row.outcome.years.at(-1); return last ? <>{plain(Math.round(last.value * 100) / 100)}{row.outcome.probability !== null && <span className={styles['sub']}> {plain(row.outcome.probability)}%</span>}</> : withSign(null); } },
  ];
}

/** How far, and the mark where it should be by now. */
function Progress({ row: { assessment } }: { row: BoardRow }) {
  if (assessment.progress === null) return <>{withSign(null)}</>;
  return (
    <>
      {assessment.isLowerBound && '≥ '}{plain(Math.round(assessment.progress * 10) / 10)}%
      <span className={styles['bar']} aria-hidden><i style={{ width: `${Math.max(0, Math.min(100, assessment.progress))}%` }} /><b style={{ left: `${Math.min(99, assessment.timeProgress)}%` }} /></span>
    </>
  );
}
