import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { alarmListQuery } from '../../api/shared';
import type { Asset } from '../../api/types';
import { Chips } from '../../ui/Chips';
import { useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { operationsTexts } from '../texts';
import { AlarmTable } from './AlarmTable';
import styles from './Desk.module.css';

/** The alarms of an asset and of what is below it: what stands now, or all there ever were. */
export default function AssetAlarmsTab({ asset }: { asset: Asset }) {
  const t = useTexts(operationsTexts);
  const navigate = useNavigate();
  const [state, setState] = useState<'open' | 'all'>('open');
  const [page, setPage] = useState(1);
  const standing = useQuery(alarmListQuery({ state: 'open', asset: asset.id, pageSize: 1 })).data?.total;
  const alarms = useQuery(alarmListQuery({ state, asset: asset.id, page, pageSize: 50 }));
  return (
    <>
      <div className={styles['tabHead']}>
        <Chips label={t('alarms.state')} value={state} onChange={(next) => { setState(next as 'open' | 'all'); setPage(1); }} options={[{ value: 'open', label: t('alarms.open'), count: standing }, { value: 'all', label: t('alarms.all') }]} />
        <LinkButton type="link" to={links.alarmsOf(asset.id, state)}>{t('tab.desk')}</LinkButton>
        <LinkButton type="link" to={links.alarmDefinitionsOf(asset.id)}>{t('tab.definitions')}</LinkButton>
      </div>
      <QueryView query={alarms} isEmpty={(data) => data.total === 0} empty={t(state === 'open' ? 'alarms.noneActive' : 'alarms.tabEmpty')}>
        {(data) => (
          <>
            <AlarmTable alarms={data.items} onOpen={(alarm) => void navigate(links.alarmsOf(asset.id, state, alarm.id))} />
            <Pager page={data.page} pageSize={data.pageSize} total={data.total} onPage={setPage} />
          </>
        )}
      </QueryView>
    </>
  );
}
