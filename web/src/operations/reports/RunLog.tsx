import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { api, fetchRaw, read } from '../../api/client';
import { download } from '../../ui/csv';
import { DataTable } from '../../ui/DataTable';
import { DateInput } from '../../ui/DateInput';
import { formatCount, formatNumber, formatTime, missing, toMs } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useTexts } from '../../ui/i18n';
import { Card } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView, useReason } from '../../ui/QueryView';
import { pageUrl, runListQuery, workbookUrl, type Report, type ReportRun } from './queries';
import styles from './Reports.module.css';
import { reportTexts } from './texts';

/** When it was written, how whole it was, and the files. */
export function RunLog({ report }: { report: Report }) {
  const t = useTexts(reportTexts);
  const [page, setPage] = useState(1);
  const runs = useQuery(runListQuery(report.id, page));
  return (
    <Card title={t('runs')} actions={<RunNow report={report} />}>
      <QueryView query={runs} isEmpty={(list) => list.total === 0} empty={t('runs.empty')}>
        {(list) => (
          <>
            <DataTable
              label={t('runs')} rows={list.items} rowKey={(run) => run.id}
              columns={[
                { key: 'period', title: t('run.period'), cut: true, render: (run) => run.period },
                { key: 'state', title: t('run.state'), cut: true, render: (run) => <span title={run.error ?? undefined}>{t(`run.${run.state}`)}{run.error && <span className={styles['error']}> {run.error}</span>}</span> },
                { key: 'started', title: t('run.started'), width: 130, render: (run) => formatTime(run.started) },
                { key: 'took', title: t('run.seconds'), width: 70, align: 'right', render: tookOf },
                { key: 'by', title: t('run.by'), width: 90, cut: true, render: (run) => run.by ?? t('run.schedule') },
                { key: 'figures', title: t('run.figures'), width: 80, align: 'right', render: (run) => (run.state === 'done' ? formatCount(run.figures) : missing) },
                { key: 'completeness', title: t('run.completeness'), width: 90, align: 'right', render: (run) => (run.state === 'done' ? <span title={t('run.incomplete', { n: run.incomplete })}>{shareOf(run.completeness)}</span> : missing) },
                { key: 'files', title: t('run.files'), width: 90, align: 'right', render: (run) => run.hasFiles && <Files report={report} run={run} /> },
              ]}
            />
            {list.total > list.pageSize && <Pager page={list.page} pageSize={list.pageSize} total={list.total} onPage={setPage} />}
          </>
        )}
      </QueryView>
    </Card>
  );
}

function RunNow({ report }: { report: Report }) {
  const t = useTexts(reportTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [day, setDay] = useState('');
  const run = useMutation({
    mutationFn: () => read(api.POST('/api/v1/reports/{id}/runs', { params: { path: { id: report.id } }, body: { day: day || null } })),
    onSuccess: () => { void message.success(t('run.asked')); void queries.invalidateQueries({ queryKey: ['reports'] }); },
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <span className={styles['bar']}>
      <DateInput label={t('run.day')} value={day} onChange={setDay} />
      <Button type="primary" disabled={report.fileName === null} loading={run.isPending} onClick={() => run.mutate()}>{t('run')}</Button>
    </span>
  );
}

function Files({ report, run }: { report: Report; run: ReportRun }) {
  const t = useTexts(reportTexts);
  const reason = useReason();
  const { message } = App.useApp();
  const fetchWorkbook = useMutation({
    mutationFn: async () => download(`${report.name} ${run.period}.xlsx`, await (await fetchRaw(workbookUrl(report.id, run.id))).blob()),
    onError: (error) => void message.error(reason(error)),
  });
  const open = t('run.open', { period: run.period });
  const workbook = t('run.workbook', { period: run.period });
  return (
    <>
      <Button type="text" size="small" href={pageUrl(report.id, run.id)} target="_blank" rel="noopener" aria-label={open} title={open} icon={<Icon name="search" size={14} />} />
      <Button type="text" size="small" aria-label={workbook} title={workbook} icon={<Icon name="download" size={14} />} loading={fetchWorkbook.isPending} onClick={() => fetchWorkbook.mutate()} />
    </>
  );
}

/** Rounded down: what is not whole never reads as whole. */
const shareOf = (share: number): string => `${formatNumber(Math.floor(share * 1000) / 10, 1)} %`;

function tookOf(run: ReportRun): string {
  const [from, to] = [toMs(run.started), toMs(run.finished)];
  return from === null || to === null ? missing : `${formatNumber((to - from) / 1000, 1)} s`;
}
