import { useQuery } from '@tanstack/react-query';
import { formatCount, formatDate } from '../../ui/format';
import { useTexts } from '../../ui/i18n';
import { Icon } from '../../ui/Icon';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { storageTexts } from '../texts';
import { BackupCard } from './BackupCard';
import { formatBytes } from './bytes';
import styles from './Care.module.css';
import { storageQuery, type StorageCare } from './queries';
import { RetentionCard } from './RetentionCard';
import { TransferCard } from './TransferCard';

/** Is there room, how long is what kept, and when was the last backup. */
export default function StoragePage() {
  const t = useTexts(storageTexts);
  const can = useCan();
  const storage = useQuery(storageQuery);
  return (
    <Page title={t('care.title')} figure={storage.data && t('care.figure', { used: formatBytes(storage.data.disk.usedBytes), n: formatCount(storage.data.status.series) })}>
      <div className={styles['stack']}>
        <QueryView query={storage} skeleton="block">{(care) => <DiskCard care={care} />}</QueryView>
        <RetentionCard />
        {can(permissions.manageBackups) && <BackupCard />}
        {can(permissions.readTelemetry) && <TransferCard />}
      </div>
    </Page>
  );
}

function DiskCard({ care: { disk, months, status } }: { care: StorageCare }) {
  const t = useTexts(storageTexts);
  const limit = disk.budgetBytes > 0 ? disk.budgetBytes : disk.usedBytes + disk.freeBytes;
  const full = disk.fullAt ? formatDate(disk.fullAt) : '—';
  return (
    <>
      {disk.isWarning && <div className={styles['warning']} role="alert"><Icon name="alarm" size={15} /><span>{t('care.warning', { share: Math.round((disk.usedBytes / Math.max(1, limit)) * 100), full })}</span></div>}
      <Card title={t('care.room')}>
        <dl className={styles['figures']}>
          <div><dt>{t('care.used')}</dt><dd>{formatBytes(disk.usedBytes)}</dd></div>
          <div><dt>{t(disk.budgetBytes > 0 ? 'care.budget' : 'care.disk')}</dt><dd>{formatBytes(limit)}</dd></div>
          <div><dt>{t('care.free')}</dt><dd>{formatBytes(disk.freeBytes)}</dd></div>
          <div><dt>{t('care.perDay')}</dt><dd>{disk.bytesPerDay > 0 ? formatBytes(disk.bytesPerDay) : '—'}</dd></div>
          <div><dt>{t('care.fullAt')}</dt><dd>{full}</dd></div>
          <div><dt>{t('care.months')}</dt><dd>{formatCount(months.length)}</dd></div>
          <div><dt>{t('care.open')}</dt><dd>{formatCount(status.openSamples)}</dd></div>
        </dl>
        <div className={styles['bar']} role="img" aria-label={t('care.used')}><span style={{ width: `${Math.min(100, (disk.usedBytes / Math.max(1, limit)) * 100)}%` }} /></div>
        <p className={styles['note']}>{t('care.budgetNote')}</p>
      </Card>
    </>
  );
}
