import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'antd';
import { lazy, Suspense, useMemo, type ComponentType } from 'react';
import { Link, useParams } from 'react-router';
import { assetPathQuery, assetQuery, mapStatesQuery } from '../../api/shared';
import type { Asset } from '../../api/types';
import { useFeatures, type AssetTab } from '../../ui/feature';
import { pick, useLanguage, useName, useTexts } from '../../ui/i18n';
import { Icon } from '../../ui/Icon';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { worse } from '../../ui/map/stations';
import { Page } from '../../ui/Page';
import { Loading, QueryView } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { isPriority, PlainStateShape, PriorityShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { useFilter } from '../../ui/useFilter';
import { foundationTexts } from '../texts';
import styles from './Assets.module.css';

/** The same page for every kind of asset; each system contributes its tabs. */
export default function AssetPage() {
  const id = Number(useParams()['id']);
  const asset = useQuery(assetQuery(id));
  return <QueryView query={asset} skeleton="block">{(data) => <AssetView key={data.id} asset={data} />}</QueryView>;
}

function AssetView({ asset }: { asset: Asset }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const can = useCan();
  const title = name(asset.nameZh, asset.nameEn);
  return (
    <Page
      documentTitle={title}
      title={<span className={styles['head']}><AssetState id={asset.id} />{title}</span>}
      figure={<span className={styles['meta']}>{ui(`kind.${asset.kind}`)} · <span className="mono">{asset.code}</span></span>}
      actions={(
        <>
          <LinkButton to={links.map(asset.id)} icon={<Icon name="map" size={14} />}>{t('asset.showOnMap')}</LinkButton>
          {can(permissions.writePark) && asset.kind !== 'equipment' && <LinkButton to={`/assets/new?parent=${asset.id}`} icon={<Icon name="plus" size={14} />}>{t('asset.addChild')}</LinkButton>}
        </>
      )}
    >
      <AssetPath id={asset.id} />
      <AssetTabs asset={asset} />
    </Page>
  );
}

/** The worst state of the asset and of what is below it. */
function AssetState({ id }: { id: number }) {
  const states = useQuery(mapStatesQuery(id)).data;
  const worst = states?.reduce<(typeof states)[number] | undefined>((found, state) => worse(found, state), undefined);
  if (!worst) return null;
  if (worst.state === 'alarm') return isPriority(worst.priority) ? <PriorityShape priority={worst.priority} size={20} /> : null;
  return <PlainStateShape state={worst.state} size={20} />;
}

function AssetPath({ id }: { id: number }) {
  const name = useName();
  const path = useQuery(assetPathQuery(id)).data?.filter((step) => step.id !== id) ?? [];
  if (path.length === 0) return null;
  return <nav className={styles['path']}>{path.map((step, index) => <span key={step.id}>{index > 0 && ' / '}<Link to={links.asset(step.id)}>{name(step.nameZh, step.nameEn)}</Link></span>)}</nav>;
}

const order = ['live', 'trends', 'alarms', 'sources', 'attributes'];

function AssetTabs({ asset }: { asset: Asset }) {
  const t = useTexts(foundationTexts);
  const language = useLanguage();
  const can = useCan();
  const features = useFeatures();
  const [filter, setFilter] = useFilter({ tab: 'live' });
  const tabs = useMemo(() => features.flatMap((feature) => feature.assetTabs ?? []).map((tab) => ({ ...tab, Content: contentOf(tab) })).sort((a, b) => rank(a.key) - rank(b.key)), [features]);
  return (
    <Tabs
      className={styles['tabs'] ?? ''} activeKey={filter.tab} onChange={(tab) => setFilter({ tab })} destroyOnHidden aria-label={t('asset.tabs')}
      items={tabs.filter((tab) => can(tab.permission) && (tab.kinds?.includes(asset.kind) ?? true)).map(({ key, label, Content }) => ({ key, label: pick(label, language), children: <Suspense fallback={<Loading />}><Content asset={asset} /></Suspense> }))}
    />
  );
}

const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length - 1.5);

const contents = new Map<AssetTab, ComponentType<{ asset: Asset }>>();
function contentOf(tab: AssetTab): ComponentType<{ asset: Asset }> {
  const known = contents.get(tab) ?? lazy(tab.load);
  contents.set(tab, known);
  return known;
}
