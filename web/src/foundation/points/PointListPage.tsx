import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useCallback, useMemo } from 'react';
import { Link } from 'react-router';
import { api, read } from '../../api/client';
import { assetQuery, pointListQuery, quantitiesQuery, type PointListFilter } from '../../api/shared';
import type { PointItem } from '../../api/types';
import { Chips } from '../../ui/Chips';
import { useColumnChoice } from '../../ui/ColumnChoice';
import { DataTable, type Column } from '../../ui/DataTable';
import { ExportButton } from '../../ui/ExportButton';
import { formatCount, formatNumber, missing } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { Icon } from '../../ui/Icon';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { ListLayout } from '../../ui/ListLayout';
import { LiveAge, LiveValue } from '../../ui/LiveValue';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { idOf, pageNumber, useFilter } from '../../ui/useFilter';
import { usePlaceName } from '../../ui/usePlaceName';
import { foundationTexts } from '../texts';
import { PointPanel } from './PointPanel';

const defaults = { q: '', quantity: '', bound: '', asset: '', page: '1', open: '' };

export default function PointListPage() {
  const t = useTexts(foundationTexts);
  const can = useCan();
  const [filter, setFilter] = useFilter(defaults);
  const request: PointListFilter = {
    q: filter.q, quantity: filter.quantity, asset: idOf(filter.asset), page: pageNumber(filter.page), pageSize: 50,
    bound: filter.bound === '' ? undefined : filter.bound === 'true',
  };
  const points = useQuery(pointListQuery(request));
  const { shown, button } = useColumnChoice('points', usePointColumns(), ['code', 'binding']);
  const openId = idOf(filter.open);
  const close = useCallback(() => setFilter({ open: '' }), [setFilter]);
  const search = useCallback((q: string) => setFilter({ q }), [setFilter]);
  const filtered = filter.q !== '' || filter.quantity !== '' || filter.bound !== '' || filter.asset !== '';

  return (
    <Page
      title={t('points.title')} layout="fill" figure={points.data && t('points.figure', { n: formatCount(points.data.total) })}
      actions={<>{button}<PointExport request={request} />{can(permissions.writePark) && <LinkButton to="/points/new" icon={<Icon name="plus" size={14} />}>{t('points.new')}</LinkButton>}</>}
    >
      <ListLayout
        filters={(
          <>
            <SearchBox label={t('points.search')} value={filter.q} onChange={search} />
            <QuantityFilter value={filter.quantity} onChange={(quantity) => setFilter({ quantity })} />
            <BoundFilter value={filter.bound} onChange={(bound) => setFilter({ bound })} />
            {idOf(filter.asset) !== undefined && <AssetChip id={Number(filter.asset)} onClear={() => setFilter({ asset: '' })} />}
          </>
        )}
        list={(
          <QueryView query={points} isEmpty={(page) => page.total === 0} empty={t(filtered ? 'points.emptyFiltered' : 'points.empty')}>
            {(page) => <DataTable label={t('points.title')} columns={shown} rows={page.items} rowKey={(point) => point.id} openKey={openId} onOpen={(point) => setFilter({ open: String(point.id) })} />}
          </QueryView>
        )}
        foot={points.data && <Pager page={points.data.page} pageSize={points.data.pageSize} total={points.data.total} onPage={(page) => setFilter({ page: String(page) })} disabled={points.isPlaceholderData} />}
        panel={openId !== undefined && <PointPanel key={openId} id={openId} known={points.data?.items.find((point) => point.id === openId)} onClose={close} />}
      />
    </Page>
  );
}

function usePointColumns(): Column<PointItem>[] {
  const t = useTexts(foundationTexts);
  const name = useName();
  const place = usePlaceName();
  return useMemo(() => [
    { key: 'name', title: t('points.name'), render: (point) => name(point.nameZh, point.nameEn), cut: true },
    { key: 'code', title: t('points.code'), render: (point) => <span className="mono">{point.code}</span>, width: 170 },
    { key: 'asset', title: t('points.asset'), render: (point) => <Link to={links.asset(point.assetId)} title={place(point)}>{place(point)}</Link>, cut: 'start' },
    { key: 'value', title: t('points.value'), align: 'right', render: (point) => <LiveValue point={point} />, width: 150 },
    { key: 'age', title: t('points.age'), align: 'right', render: (point) => <LiveAge point={point} />, width: 110 },
    { key: 'limits', title: t('points.limits'), align: 'right', render: (point) => <LimitSummary point={point} />, width: 160 },
    { key: 'binding', title: t('points.binding'), render: (point) => <span className="mono">{bindingText(point)}</span>, cut: true },
  ], [t, name, place]);
}

export const bindingText = (point: PointItem): string => (point.source ? `${point.gateway} ${point.source} / ${point.channel}` : missing);

function LimitSummary({ point }: { point: PointItem }) {
  const { lowLow, low, high, highHigh } = point.limits;
  const parts = ([['LL', lowLow], ['L', low], ['H', high], ['HH', highHigh]] as const).filter(([, value]) => value !== null && value !== undefined);
  if (parts.length === 0) return <>{missing}</>;
  return <span style={{ color: 'var(--ink-2)', fontSize: 13 }}>{parts.map(([code, value]) => `${code} ${formatNumber(value, point.decimals)}`).join(' · ')}</span>;
}

function QuantityFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useTexts(foundationTexts);
  const name = useName();
  const quantities = useQuery(quantitiesQuery);
  const options = [{ value: '', label: t('points.allQuantities') }, ...(quantities.data ?? []).map((quantity) => ({ value: quantity.code, label: name(quantity.nameZh, quantity.nameEn) }))];
  return <Select aria-label={t('points.quantity')} style={{ width: 180 }} value={value} options={options} showSearch={{ optionFilterProp: 'label' }} onChange={onChange} popupMatchSelectWidth={240} />;
}

function BoundFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  return <Chips label={t('points.boundLabel')} value={value} onChange={onChange} options={[{ value: '', label: ui('all') }, { value: 'true', label: t('points.bound') }, { value: 'false', label: t('points.unbound') }]} />;
}

/** The list shows one asset and what is below it; said where it can be undone. */
function AssetChip({ id, onClear }: { id: number; onClear: () => void }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const asset = useQuery(assetQuery(id)).data;
  return <Button size="small" aria-label={ui('action.clear')} onClick={onClear} icon={<Icon name="close" size={12} />} iconPlacement="end">{t('points.ofAsset', { name: asset ? name(asset.nameZh, asset.nameEn) : String(id) })}</Button>;
}

function PointExport({ request }: { request: PointListFilter }) {
  const t = useTexts(foundationTexts);
  const name = useName();
  return (
    <ExportButton
      fileName="ordo-points.csv"
      header={[t('points.code'), t('points.name'), t('points.asset'), t('points.quantity'), t('points.value'), t('points.unit'), t('points.age'), t('points.binding')]}
      row={(point: PointItem) => [point.code, name(point.nameZh, point.nameEn), name(point.assetNameZh, point.assetNameEn), point.quantity, point.lastValue ?? null, point.unitSymbol, point.lastTime ?? null, point.source ? bindingText(point) : '']}
      readPage={(page, pageSize) => read(api.GET('/api/v1/points', { params: { query: { ...request, q: request.q || undefined, quantity: request.quantity || undefined, page, pageSize } } }))}
    />
  );
}
