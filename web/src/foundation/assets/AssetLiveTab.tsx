import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { pointListQuery } from '../../api/shared';
import type { Asset, PointItem } from '../../api/types';
import { DataTable, type Column } from '../../ui/DataTable';
import { useName, useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { LiveAge, LiveValue } from '../../ui/LiveValue';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { pageNumber, useFilter } from '../../ui/useFilter';
import { foundationTexts } from '../texts';

export default function AssetLiveTab({ asset }: { asset: Asset }) {
  const t = useTexts(foundationTexts);
  const name = useName();
  const navigate = useNavigate();
  const [filter, setFilter] = useFilter({ page: '1' });
  const points = useQuery(pointListQuery({ asset: asset.id, page: pageNumber(filter.page), pageSize: 50 }));
  const columns = useMemo<Column<PointItem>[]>(() => [
    { key: 'name', title: t('points.name'), cut: true, render: (point) => name(point.nameZh, point.nameEn) },
    { key: 'asset', title: t('points.asset'), cut: true, render: (point) => (point.assetId === asset.id ? '' : name(point.assetNameZh, point.assetNameEn)) },
    { key: 'value', title: t('points.value'), align: 'right', width: 180, render: (point) => <LiveValue point={point} /> },
    { key: 'age', title: t('points.age'), align: 'right', width: 120, render: (point) => <LiveAge point={point} /> },
  ], [t, name, asset.id]);
  return (
    <QueryView query={points} isEmpty={(page) => page.total === 0} empty={t('asset.noPoints')}>
      {(page) => (
        <>
          <DataTable label={t('asset.live')} columns={columns} rows={page.items} rowKey={(point) => point.id} onOpen={(point) => void navigate(`${links.points(asset.id)}&open=${point.id}`)} />
          <Pager page={page.page} pageSize={page.pageSize} total={page.total} onPage={(next) => setFilter({ page: String(next) })} />
        </>
      )}
    </QueryView>
  );
}
