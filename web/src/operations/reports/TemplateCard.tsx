import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useRef } from 'react';
import { fetchRaw } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { download } from '../../ui/csv';
import { DataTable } from '../../ui/DataTable';
import { missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useTexts } from '../../ui/i18n';
import { Card } from '../../ui/Page';
import { Failure, useReason } from '../../ui/QueryView';
import { templateUrl, uploadTemplate, type BadCell, type Report } from './queries';
import styles from './Reports.module.css';
import { reportTexts } from './texts';

const examples = [
  ['{{avg BLR-01/P}}  {{最大 BLR-01/P}}', 'help.single'],
  ['{{delta BLR-01/E in previous}}  {{增量 BLR-01/E 本年}}  {{增量 BLR-01/E 去年同期}}', 'help.span'],
  ['{{time each hour}}  {{avg BLR-01/P each hour}}', 'help.row'],
  ['{{name each point below BLR of activeEnergy}}  {{delta each point below BLR of activeEnergy}}', 'help.points'],
  ['{{report}} {{period}} {{from}} {{to}} {{created}} {{name BLR-01/P}} {{asset BLR-01/P}} {{unit BLR-01/P}}', 'help.words'],
  ['{{completeness BLR-01/P}}', 'help.share'],
] as const;

/** The customer's workbook: where it is, a new one, and what is wrong with one that was refused. */
export function TemplateCard({ report, etag }: { report: Report; etag: string }) {
  const t = useTexts(reportTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: (file: File) => uploadTemplate(report.id, file, etag),
    onSuccess: () => { void message.success(t('template.taken')); void queries.invalidateQueries({ queryKey: ['reports'] }); },
  });
  const fetchOld = useMutation({
    mutationFn: async () => download(report.fileName ?? 'template.xlsx', await (await fetchRaw(templateUrl(report.id))).blob()),
    onError: (error) => void message.error(reason(error)),
  });
  const cells = cellsOf(upload.error);
  return (
    <Card title={t('template')}>
      <div className={styles['bar']}>
        <span className={styles['file']}>{report.fileName ?? t('template.none')}</span>
        {report.fileName !== null && <Button icon={<Icon name="download" size={14} />} loading={fetchOld.isPending} onClick={() => fetchOld.mutate()}>{t('template.download')}</Button>}
        {report.mayEdit && <Button type={report.fileName === null ? 'primary' : 'default'} icon={<Icon name="import" size={14} />} loading={upload.isPending} onClick={() => input.current?.click()}>{report.fileName === null ? t('template.upload') : t('template.replace')}</Button>}
        <input ref={input} type="file" accept=".xlsx" className="visually-hidden" aria-label={t('template.upload')} tabIndex={-1} onChange={(event) => { const file = event.target.files?.[0]; if (file) upload.mutate(file); event.target.value = ''; }} />
      </div>
      {cells.length > 0 && (
        <div className={styles['bad']}>
          <p role="alert"><strong>{t('template.bad', { n: cells.length })}</strong></p>
          <DataTable
            label={t('template.bad', { n: cells.length })} rows={cells.map((cell, index) => ({ ...cell, index }))} rowKey={(cell) => cell.index}
            columns={[
              { key: 'sheet', title: t('template.sheet'), width: 120, render: (cell) => cell.sheet || missing },
              { key: 'cell', title: t('template.cell'), width: 80, render: (cell) => <span className="mono">{cell.cell || missing}</span> },
              { key: 'text', title: t('template.text'), cut: true, render: (cell) => <span className="mono">{cell.text || missing}</span> },
              { key: 'reason', title: t('template.reason'), cut: true, render: (cell) => cell.reason },
            ]}
          />
        </div>
      )}
      {upload.error && cells.length === 0 && <Failure error={upload.error} />}
      <details className={styles['help']}>
        <summary>{t('help')}</summary>
        <dl>{examples.map(([text, key]) => <div key={key}><dt>{text}</dt><dd>{t(key)}</dd></div>)}</dl>
      </details>
    </Card>
  );
}

function cellsOf(error: unknown): BadCell[] {
  const cells = error instanceof ProblemError ? error.extensions['cells'] : undefined;
  return Array.isArray(cells) ? (cells as BadCell[]) : [];
}
