import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useRef, useState, type DragEvent } from 'react';
import { fetchRaw } from '../../api/client';
import { ProblemError } from '../../api/problems';
import type { ImportCell, ImportResult } from '../../api/types';
import { download } from '../../ui/csv';
import { DataTable, type Column } from '../../ui/DataTable';
import { missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { Failure, useReason } from '../../ui/QueryView';
import { foundationTexts } from '../texts';
import styles from './ImportPage.module.css';

async function upload(file: File, check: boolean): Promise<ImportResult> {
  const body = new FormData();
  body.append('file', file);
  const response = await fetchRaw(`/api/v1/imports/park${check ? '?check=true' : ''}`, { method: 'POST', body });
  return (await response.json()) as ImportResult;
}

export default function ImportPage() {
  const t = useTexts(foundationTexts);
  return (
    <Page title={t('import.title')}>
      <Upload />
      <Card title={t('import.export')}>
        <p className={styles['intro']}>{t('import.exportIntro')}</p>
        <DownloadButton path="/api/v1/exports/park.xlsx" fileName="ordo-park.xlsx" label={t('import.exportPark')} />
      </Card>
    </Page>
  );
}

/** First the check of every row, then, if nothing is wrong, the import itself. */
function Upload() {
  const t = useTexts(foundationTexts);
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const check = useMutation({ mutationFn: (chosen: File) => upload(chosen, true) });
  const run = useMutation({ mutationFn: (chosen: File) => upload(chosen, false), onSuccess: () => void queries.invalidateQueries() });
  const choose = (chosen: File | null): void => {
    check.reset();
    run.reset();
    setFile(chosen);
    if (chosen) check.mutate(chosen);
  };
  const error = run.error ?? check.error;
  const cells = cellsOf(error);
  return (
    <Card title={t('import.upload')} actions={<DownloadButton path="/api/v1/imports/park/template.xlsx" fileName="ordo-park-template.xlsx" label={t('import.template')} />}>
      <p className={styles['intro']}>{t('import.intro')}</p>
      {file === null ? <DropArea onFile={choose} /> : (
        <div className={styles['chosen']}>
          <Icon name="import" /><strong>{file.name}</strong>
          <Button size="small" onClick={() => check.mutate(file)} loading={check.isPending}>{t('import.check')}</Button>
          <Button size="small" onClick={() => choose(null)}>{t('import.other')}</Button>
        </div>
      )}
      {check.isPending && <p role="status">{t('import.checking', { name: file?.name ?? '' })}</p>}
      {check.data && !run.data && !error && file && (
        <div className={styles['result']}>
          <p>{t('import.ok')}</p>
          <Counts result={check.data} />
          <Button type="primary" loading={run.isPending} onClick={() => run.mutate(file)}>{t(run.isPending ? 'import.running' : 'import.run')}</Button>
        </div>
      )}
      {run.data && <div className={styles['result']} role="status"><p>{t('import.done')}</p><Counts result={run.data} /></div>}
      {cells.length > 0 && <BadCells cells={cells} />}
      {error && cells.length === 0 && <Failure error={error} />}
    </Card>
  );
}

function cellsOf(error: unknown): ImportCell[] {
  const rows = error instanceof ProblemError ? error.extensions['rows'] : undefined;
  return Array.isArray(rows) ? (rows as ImportCell[]) : [];
}

function Counts({ result }: { result: ImportResult }) {
  const t = useTexts(foundationTexts);
  return <ul className={styles['counts']}>{(['assets', 'sources', 'points'] as const).map((part) => <li key={part}><span>{t(`import.${part}`)}</span>{t('import.counts', { created: result[part].created, updated: result[part].updated })}</li>)}</ul>;
}

/** Every wrong cell with the place where it stands, so that all can be corrected in one go. */
function BadCells({ cells }: { cells: readonly ImportCell[] }) {
  const t = useTexts(foundationTexts);
  const columns: Column<ImportCell & { index: number }>[] = [
    { key: 'sheet', title: t('import.sheet'), width: 110, render: (cell) => cell.sheet },
    { key: 'row', title: t('import.row'), width: 70, align: 'right', render: (cell) => cell.row },
    { key: 'column', title: t('import.column'), width: 180, render: (cell) => <span className="mono">{cell.column}</span> },
    { key: 'value', title: t('import.value'), width: 240, render: (cell) => <span className="mono" title={cell.value ?? ''}>{cell.value || missing}</span> },
    { key: 'reason', title: t('import.reason'), render: (cell) => <span title={cell.reason}>{cell.reason}</span> },
  ];
  return (
    <div className={styles['bad']}>
      <p role="alert"><strong>{t('import.bad', { n: cells.length })}</strong></p>
      <div className={styles['badTable']}><DataTable label={t('import.bad', { n: cells.length })} columns={columns} rows={cells.map((cell, index) => ({ ...cell, index }))} rowKey={(cell) => cell.index} /></div>
    </div>
  );
}

function DropArea({ onFile }: { onFile: (file: File) => void }) {
  const t = useTexts(foundationTexts);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <div className={`${styles['drop']} ${over ? styles['over'] : ''}`} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <span>{t('import.drop')}</span>
      <Button onClick={() => input.current?.click()}>{t('import.choose')}</Button>
      <input ref={input} type="file" accept=".csv,.xlsx" className="visually-hidden" aria-label={t('import.choose')} tabIndex={-1} onChange={(event) => { const file = event.target.files?.[0]; if (file) onFile(file); event.target.value = ''; }} />
    </div>
  );
}

function DownloadButton({ path, fileName, label }: { path: string; fileName: string; label: string }) {
  const reason = useReason();
  const { message } = App.useApp();
  const run = useMutation({
    mutationFn: async () => download(fileName, await (await fetchRaw(path)).blob()),
    onError: (error) => void message.error(reason(error)),
  });
  return <Button icon={<Icon name="download" size={14} />} loading={run.isPending} onClick={() => run.mutate()}>{label}</Button>;
}
