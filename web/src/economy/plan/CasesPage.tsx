import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useCallback, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Chips } from '../../ui/Chips';
import { DataTable } from '../../ui/DataTable';
import { useName, useTexts } from '../../ui/i18n';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { useCan } from '../../ui/session';
import { useFilter } from '../../ui/useFilter';
import { OpenCaseDialog } from './dialogs';
import { plain } from './figures';
import styles from './Plan.module.css';
import { casesQuery, correctPlans, deviationsQuery } from './queries';
import { StatusMark } from './StatusMark';
import { planTexts } from './texts';

type Reason = 'atRisk' | 'missed' | 'needsMoreThanEver' | 'unlikely';

/** What is being put right, what is late, and what is behind without anybody at it. */
export default function CasesPage() {
  const t = useTexts(planTexts);
  const name = useName();
  const [filter, setFilter] = useFilter({ view: 'open', q: '' });
  const open = useQuery(casesQuery({ open: true, page: 1 }));
  const deviations = useQuery(deviationsQuery);
  const cases = useQuery(casesQuery({ open: filter.view !== 'over', page: 1, ...(filter.q ? { q: filter.q } : {}) }));
  const search = useCallback((q: string) => setFilter({ q }), [setFilter]);
  const navigate = useNavigate();
  return (
    <Page title={t('cases.title')} layout="fill" figure={open.data && deviations.data && t('cases.figure', { n: open.data.total, late: open.data.items.filter((item) => item.isOverdue).length, behind: deviations.data.length })}>
      <ListLayout
        filters={(
          <>
            <Chips label={t('cases.state')} value={filter.view} onChange={(view) => setFilter({ view })} options={[{ value: 'open', label: t('cases.open'), count: open.data?.total }, { value: 'deviations', label: t('cases.deviations'), count: deviations.data?.length }, { value: 'over', label: t('cases.over') }]} />
            {filter.view !== 'deviations' && <SearchBox label={t('cases.search')} value={filter.q} onChange={search} />}
          </>
        )}
        list={filter.view === 'deviations' ? <Deviations /> : (
          <QueryView query={cases} isEmpty={(page) => page.total === 0} empty={t('cases.none')}>
            {(page) => (
              <DataTable label={t('cases.title')} rows={page.items} rowKey={(item) => item.id} onOpen={(item) => void navigate(`/economy/plan/cases/${item.id}`)} accent={(item) => (item.isOverdue ? 'var(--p2)' : undefined)} columns={[
                { key: 'case', title: t('cases.case'), render: (item) => <><Link to={`/economy/plan/cases/${item.id}`}>{item.title}</Link><br /><span className={styles['sub']}>{name(item.targetNameZh, item.targetNameEn)} · {item.area}</span></> },
                { key: 'state', title: t('cases.state'), width: 150, render: (item) => <>{t(`state.${item.state}`)}{item.isOverdue && <strong className={styles['warn']}> {t('cases.overdue')}</strong>}</> },
                { key: 'owner', title: t('cases.owner'), width: 180, render: (item) => item.owner || plain(null) },
                { key: 'deadline', title: t('cases.deadline'), width: 130, render: (item) => item.deadline ?? plain(null) },
                { key: 'measure', title: t('case.measure'), cut: true, render: (item) => item.measure || item.cause },
              ]} />
            )}
          </QueryView>
        )}
      />
    </Page>
  );
}

function Deviations() {
  const t = useTexts(planTexts);
  const name = useName();
  const can = useCan();
  const navigate = useNavigate();
  const deviations = useQuery(deviationsQuery);
  const [opening, setOpening] = useState<{ id: number; name: string } | null>(null);
  return (
    <>
      <QueryView query={deviations} isEmpty={(all) => all.length === 0} empty={t('cases.noDeviation')}>
        {(all) => (
          <DataTable label={t('cases.deviations')} rows={all} rowKey={(each) => each.row.targetId} columns={[
            { key: 'target', title: t('col.indicator'), render: ({ row }) => <Link to={`/economy/plan/targets/${row.targetId}`}>{name(row.target.nameZh, row.target.nameEn)}</Link> },
            { key: 'status', title: t('col.status'), width: 140, render: ({ row }) => <StatusMark status={row.assessment.status} delay={row.assessment.delay} /> },
            { key: 'index', title: t('target.index'), width: 100, align: 'right', render: ({ row }) => (row.assessment.index === null ? plain(null) : plain(Math.round(row.assessment.index * 1000) / 1000)) },
            { key: 'reason', title: t('cases.reason'), render: ({ reasons }) => reasons.map((reason) => t(`reason.${reason as Reason}`)).join('；') },
            { key: 'open', title: '', width: 110, render: ({ row }) => can(correctPlans) && <Button size="small" onClick={() => setOpening({ id: row.targetId, name: name(row.target.nameZh, row.target.nameEn) })}>{t('target.open')}</Button> },
          ]} />
        )}
      </QueryView>
      {opening && <OpenCaseDialog targetId={opening.id} name={opening.name} onClose={() => setOpening(null)} onOpened={(id) => void navigate(`/economy/plan/cases/${id}`)} />}
    </>
  );
}
