import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Progress } from 'antd';
import { api, read } from '../../api/client';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatCount, formatFullTime } from '../../ui/format';
import { useTexts } from '../../ui/i18n';
import { Card } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { storageTexts } from '../texts';
import { formatBytes } from './bytes';
import styles from './Care.module.css';
import { backupsQuery, type BackupList } from './queries';

type Run = NonNullable<BackupList['run']>;

export function BackupCard() {
  const t = useTexts(storageTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const backups = useQuery(backupsQuery);
  const start = useMutation({
    mutationFn: () => read(api.POST('/api/v1/system/backups', { body: { folder: null } })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['storage', 'backups'] }),
    onError: (error) => void message.error(reason(error)),
  });
  const running = backups.data?.run?.state === 'running';
  const columns: Column<BackupList['items'][number]>[] = [
    { key: 'created', title: t('backup.created'), width: 180, render: (item) => formatFullTime(Date.parse(item.created)) },
    { key: 'name', title: t('backup.name'), render: (item) => <span className="mono">{item.name}</span> },
    { key: 'files', title: t('backup.files'), width: 90, align: 'right', render: (item) => formatCount(item.files) },
    { key: 'bytes', title: t('backup.bytes'), width: 120, align: 'right', render: (item) => formatBytes(item.bytes) },
    { key: 'state', title: t('backup.state'), width: 220, cut: true, render: (item) => (item.missing.length === 0 ? t('backup.whole') : <span style={{ color: 'var(--p1-text)' }} title={item.missing.map((file) => `${file.path}: ${file.reason}`).join('\n')}>{t('backup.missing', { n: item.missing.length })}</span>) },
  ];
  return (
    <Card title={t('backup.title')} actions={<Button size="small" type="primary" disabled={running} loading={start.isPending} onClick={() => start.mutate()}>{t('backup.start')}</Button>}>
      {backups.data?.run && <RunLine run={backups.data.run} />}
      <QueryView query={backups} isEmpty={(list) => list.items.length === 0} empty={t('backup.empty')}>
        {(list) => <div className={styles['table']}><DataTable label={t('backup.title')} columns={columns} rows={list.items} rowKey={(item) => item.name} /></div>}
      </QueryView>
      {backups.data && <p className={styles['note']}>{t('backup.note', { folder: backups.data.folder })}</p>}
    </Card>
  );
}

function RunLine({ run }: { run: Run }) {
  const t = useTexts(storageTexts);
  if (run.state === 'running') {
    return <div role="status" style={{ marginBottom: 10 }}><Progress percent={Math.floor((run.doneBytes / Math.max(1, run.totalBytes)) * 100)} size="small" /><span className={styles['note']}>{t('backup.running', { done: formatBytes(run.doneBytes), total: formatBytes(run.totalBytes), written: formatBytes(run.writtenBytes) })}</span></div>;
  }
  if (run.state === 'failed') return <p role="alert" style={{ color: 'var(--p1-text)', margin: '0 0 10px' }}>{t('backup.failed', { reason: run.failure ?? '' })}</p>;
  return <p className={styles['note']} style={{ margin: '0 0 10px' }}>{t('backup.done', { written: formatBytes(run.writtenBytes), total: formatBytes(run.totalBytes) })}</p>;
}
