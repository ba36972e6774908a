import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo } from 'react';
import { assetTreeQuery, geoJsonQuery, mapStatesQuery } from '../../api/shared';
import { useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { stationsOf } from '../../ui/map/stations';
import { Page } from '../../ui/Page';
import { Empty, Loading, QueryView } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { usePark, useParkKnown } from '../../ui/shell/ParkSwitch';
import { idOf, useFilter } from '../../ui/useFilter';
import { operationsTexts } from '../texts';
import { AssetPanel } from './AssetPanel';
import { OverviewPanel } from './OverviewPanel';
import styles from './ParkMapPage.module.css';

const ParkMap = lazy(() => import('../../ui/map/ParkMap'));

const defaults = { asset: '' };

/** The first page: is the park well, and if not, where. */
export default function ParkMapPage() {
  const t = useTexts(operationsTexts);
  const name = useName();
  const park = usePark();
  const [filter, setFilter] = useFilter(defaults);
  const selectedId = idOf(filter.asset);
  const enabled = useParkKnown();
  const features = useQuery({ ...geoJsonQuery(park?.id), enabled });
  const states = useQuery({ ...mapStatesQuery(park?.id), enabled });
  const tree = useQuery(assetTreeQuery());
  const select = useCallback((id: number | undefined) => setFilter({ asset: id === undefined ? '' : String(id) }), [setFilter]);

  const parents = useMemo(() => new Map(tree.data?.map((node) => [node.id, node.parentId ?? null])), [tree.data]);
  const stations = useMemo(() => stationsOf(features.data?.features ?? [], states.data ?? [], parents), [features.data, states.data, parents]);
  const drawn = features.data && features.data.features.length > 0;

  return (
    <Page title={park ? name(park.nameZh, park.nameEn) : t('map.title')} documentTitle={t('map.title')} layout="bare">
      <div className={styles['page']}>
        <div className={styles['map']}>
          <QueryView query={features} skeleton="none" isEmpty={(data) => data.features.length === 0} empty={<NoMap />}>
            {(data) => <Suspense fallback={<Loading skeleton="none" />}><ParkMap features={data} stations={stations} selectedId={selectedId} onSelect={select} /></Suspense>}
          </QueryView>
        </div>
        {selectedId !== undefined
          ? <AssetPanel key={selectedId} id={selectedId} state={stations.find((station) => station.id === selectedId)} onClose={() => select(undefined)} />
          : drawn && <OverviewPanel stations={stations} onSelect={select} />}
      </div>
    </Page>
  );
}

function NoMap() {
  const t = useTexts(operationsTexts);
  const can = useCan();
  return <Empty><p>{t('map.noGeometry')}</p>{can(permissions.importPark) && <p style={{ marginTop: 12 }}><LinkButton to="/settings/import">{t('map.import')}</LinkButton></p>}</Empty>;
}
