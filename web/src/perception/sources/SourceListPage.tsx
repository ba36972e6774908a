import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useCallback, useMemo } from 'react';
import { Link } from 'react-router';
import type { SourceItem } from '../../api/types';
import { Chips } from '../../ui/Chips';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatCount, missing } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { ListLayout } from '../../ui/ListLayout';
import { Age } from '../../ui/LiveValue';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { permissions, useCan } from '../../ui/session';
import { PlainStateShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { idOf, pageNumber, useFilter } from '../../ui/useFilter';
import { usePlaceName } from '../../ui/usePlaceName';
import { gatewaysQuery, offlineCountQuery, sourceListQuery, unclaimedCountQuery } from '../queries';
import { perceptionTexts } from '../texts';
import { StrangersPanel } from './StrangersPanel';
import { SourcePanel } from './SourcePanel';

const defaults = { q: '', gateway: '', state: '', claimed: '', page: '1', open: '', tab: 'overview' };

/** What sends to us, whether it is alive, and what has arrived that nobody has claimed yet. */
export default function SourceListPage() {
  const t = useTexts(perceptionTexts);
  const [filter, setFilter] = useFilter(defaults);
  const sources = useQuery(sourceListQuery({ q: filter.q, gateway: filter.gateway, state: filter.state, claimed: filter.claimed === '' ? undefined : filter.claimed === 'true', page: pageNumber(filter.page), pageSize: 50 }));
  const columns = useSourceColumns();
  const openId = idOf(filter.open);
  const close = useCallback(() => setFilter({ open: '', tab: defaults.tab }), [setFilter]);
  const search = useCallback((q: string) => setFilter({ q }), [setFilter]);
  const filtered = filter.q !== '' || filter.gateway !== '' || filter.state !== '';
  return (
    <Page title={t('sources.title')} layout="fill" figure={<Figure total={sources.data?.total} filtered={filtered || filter.claimed !== ''} />} actions={<Button onClick={() => setFilter({ open: 'strangers' })}>{t('strangers.open')}</Button>}>
      <ListLayout
        filters={<SourceFilters filter={filter} onChange={setFilter} onSearch={search} />}
        list={(
          <QueryView query={sources} isEmpty={(page) => page.total === 0} empty={t(filtered ? 'sources.emptyFiltered' : filter.claimed === 'false' ? 'sources.emptyUnclaimed' : 'sources.empty')}>
            {(page) => <DataTable label={t('sources.title')} columns={columns} rows={page.items} rowKey={(source) => source.id} openKey={openId ?? null} onOpen={(source) => setFilter({ open: String(source.id) })} />}
          </QueryView>
        )}
        foot={sources.data && <Pager page={sources.data.page} pageSize={sources.data.pageSize} total={sources.data.total} onPage={(page) => setFilter({ page: String(page) })} disabled={sources.isPlaceholderData} />}
        panel={filter.open === 'strangers' ? <StrangersPanel onClose={close} /> : openId !== undefined && <SourcePanel key={openId} id={openId} tab={filter.tab} onTab={(tab) => setFilter({ tab })} onClose={close} />}
      />
    </Page>
  );
}

function Figure({ total, filtered }: { total: number | undefined; filtered: boolean }) {
  const t = useTexts(perceptionTexts);
  const unclaimed = useQuery(unclaimedCountQuery).data;
  const offline = useQuery(offlineCountQuery).data;
  if (total === undefined) return null;
  if (filtered || unclaimed === undefined || offline === undefined) return <>{t('sources.figure', { n: formatCount(total) })}</>;
  return <>{t('sources.figureState', { n: formatCount(total), offline, unclaimed })}</>;
}

/** Columns shared with the asset page, where a source's asset is no news. */
export function useSourceColumns(withAsset = true): Column<SourceItem>[] {
  const t = useTexts(perceptionTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const can = useCan();
  const place = usePlaceName();
  return useMemo(() => {
    const placeOf = ({ assetId, assetNameZh, assetNameEn }: SourceItem): string => (assetId ? place({ assetId, assetNameZh: assetNameZh ?? '', assetNameEn: assetNameEn ?? '' }) : '');
    const columns: Column<SourceItem>[] = [
      { key: 'state', title: <span className="visually-hidden">{t('sources.state')}</span>, width: 40, render: (source) => <span title={ui(`state.${source.state}`)}><PlainStateShape state={source.state === 'online' ? 'normal' : 'offline'} /></span> },
      { key: 'name', title: t('sources.name'), cut: true, render: (source) => name(source.nameZh, source.nameEn) || <span style={{ color: 'var(--ink-2)' }}>{t('sources.notClaimed')}</span> },
      { key: 'key', title: t('sources.key'), cut: 'start', render: (source) => <span className="mono" title={source.key}>{source.key}</span> },
      { key: 'gateway', title: t('sources.gateway'), width: 84, render: (source) => source.gateway },
      ...(withAsset ? [{
        key: 'asset', title: t('sources.asset'), cut: 'start' as const,
        render: (source: SourceItem) => (source.assetId ? <Link to={links.asset(source.assetId)}>{placeOf(source)}</Link>
          : can(permissions.writeSources) ? <LinkButton to={links.claim(source.id)} size="small">{t('sources.claim')}</LinkButton> : missing),
      }] : []),
      { key: 'seen', title: t('sources.lastSeen'), align: 'right', width: 112, render: (source) => <Age time={source.lastSeen} /> },
      { key: 'samples', title: t('sources.samples'), align: 'right', width: 100, render: (source) => formatCount(source.samples) },
      { key: 'errors', title: t('sources.errors'), align: 'right', width: 76, render: (source) => (source.errors + source.refused === 0 ? <span style={{ color: 'var(--ink-3)' }}>0</span> : formatCount(source.errors + source.refused)) },
    ];
    return columns;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `can` only depends on the account
  }, [t, ui, name, place, withAsset]);
}

function SourceFilters({ filter, onChange, onSearch }: { filter: typeof defaults; onChange: (patch: Partial<typeof defaults>) => void; onSearch: (q: string) => void }) {
  const t = useTexts(perceptionTexts);
  const ui = useTexts(uiTexts);
  const unclaimed = useQuery(unclaimedCountQuery).data;
  const gateways = useQuery(gatewaysQuery).data ?? [];
  return (
    <>
      <Chips label={t('sources.claimedLabel')} value={filter.claimed} onChange={(claimed) => onChange({ claimed })}
        options={[{ value: '', label: t('sources.all') }, { value: 'true', label: t('sources.claimed') }, { value: 'false', label: t('sources.unclaimed'), count: unclaimed || undefined }]} />
      <Select aria-label={t('sources.state')} style={{ width: 130 }} value={filter.state} onChange={(state) => onChange({ state })} options={[{ value: '', label: t('sources.anyState') }, { value: 'online', label: ui('state.online') }, { value: 'offline', label: ui('state.offline') }]} />
      <Select aria-label={t('sources.gateway')} style={{ width: 140 }} value={filter.gateway} onChange={(gateway) => onChange({ gateway })} options={[{ value: '', label: t('sources.anyGateway') }, ...gateways.map((gateway) => ({ value: gateway.name, label: gateway.name }))]} />
      <SearchBox label={t('sources.search')} value={filter.q} onChange={onSearch} />
    </>
  );
}
