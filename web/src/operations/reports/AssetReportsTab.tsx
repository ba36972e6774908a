import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Asset } from '../../api/types';
import { useTexts } from '../../ui/i18n';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { reportListQuery } from './queries';
import { ReportTable } from './ReportListPage';
import { reportTexts } from './texts';

/** The reports of an asset and of what is below it. */
export default function AssetReportsTab({ asset }: { asset: Asset }) {
  const t = useTexts(reportTexts);
  const [page, setPage] = useState(1);
  const reports = useQuery(reportListQuery(page, asset.id));
  return (
    <QueryView query={reports} isEmpty={(data) => data.total === 0} empty={t('assetEmpty')}>
      {(data) => <><ReportTable reports={data.items} /><Pager page={data.page} pageSize={data.pageSize} total={data.total} onPage={setPage} /></>}
    </QueryView>
  );
}
