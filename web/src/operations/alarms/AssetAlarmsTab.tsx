import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { alarmListQuery } from '../../api/shared';
import type { Asset } from '../../api/types';
import { useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { operationsTexts } from '../texts';
import { AlarmTable } from './AlarmTable';

/** The alarms of an asset and of what is below it, newest first. */
export default function AssetAlarmsTab({ asset }: { asset: Asset }) {
  const t = useTexts(operationsTexts);
  const navigate = useNavigate();
  const [page, setPage] = useState(1);
  const alarms = useQuery(alarmListQuery({ state: 'all', asset: asset.id, page, pageSize: 50 }));
  return (
    <QueryView query={alarms} isEmpty={(data) => data.total === 0} empty={t('alarms.tabEmpty')}>
      {(data) => (
        <>
          <AlarmTable alarms={data.items} onOpen={(alarm) => void navigate(`${links.alarms}?state=all&asset=${asset.id}&open=${alarm.id}`)} />
          <Pager page={data.page} pageSize={data.pageSize} total={data.total} onPage={setPage} />
        </>
      )}
    </QueryView>
  );
}
