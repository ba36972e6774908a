import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { alarmListQuery, assetPathQuery, assetQuery, pointListQuery } from '../../api/shared';
import { useName, useTexts } from '../../ui/i18n';
import { Icon } from '../../ui/Icon';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { SidePanel } from '../../ui/ListLayout';
import { LiveValue } from '../../ui/LiveValue';
import type { Station } from '../../ui/map/stations';
import { QueryView } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { isPriority, PlainStateShape, PriorityShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { operationsTexts } from '../texts';
import { OpenAlarm } from './OverviewPanel';
import styles from './ParkMapPage.module.css';

const shownPoints = 24;

/** What was clicked on the map: its state, its live values, its alarms, and the ways on. */
export function AssetPanel({ id, state, onClose }: { id: number; state: Station | undefined; onClose: () => void }) {
  const t = useTexts(operationsTexts);
  const name = useName();
  const can = useCan();
  const asset = useQuery(assetQuery(id));
  const points = useQuery(pointListQuery({ asset: id, pageSize: shownPoints }));
  const title = asset.data ? name(asset.data.nameZh, asset.data.nameEn) : '…';
  const trendIds = points.data?.items.slice(0, 4).map((point) => point.id) ?? [];
  return (
    <SidePanel
      label={title} onClose={onClose}
      title={<>{state && (isPriority(state.priority) ? <PriorityShape priority={state.priority} /> : state.state !== 'alarm' && <PlainStateShape state={state.state} size={18} />)}{title}</>}
      foot={(
        <>
          <LinkButton to={links.asset(id)} type="primary" icon={<Icon name="asset" size={14} />}>{t('map.openAsset')}</LinkButton>
          {trendIds.length > 0 && <LinkButton to={links.trend(trendIds)} icon={<Icon name="trend" size={14} />}>{t('map.openTrend')}</LinkButton>}
        </>
      )}
    >
      <AssetPath id={id} />
      {can(permissions.readAlarms) && <AssetAlarms id={id} />}
      <section>
        <div className={styles['label']}>{t('map.values')}</div>
        <QueryView query={points} isEmpty={(page) => page.total === 0} empty={t('map.noPoints')}>
          {(page) => (
            <div className={styles['values']}>
              {page.items.map((point) => (
                <div key={point.id} className={styles['value']}>
                  <Link to={links.trend([point.id])} title={name(point.assetNameZh, point.assetNameEn)}>{point.assetId === id ? '' : `${name(point.assetNameZh, point.assetNameEn)} · `}{name(point.nameZh, point.nameEn)}</Link>
                  <LiveValue point={point} />
                </div>
              ))}
              {page.total > page.items.length && <p style={{ paddingTop: 8 }}><Link to={links.points(id)}>{t('map.morePoints', { n: page.total - page.items.length })}</Link></p>}
            </div>
          )}
        </QueryView>
      </section>
    </SidePanel>
  );
}

function AssetPath({ id }: { id: number }) {
  const ui = useTexts(uiTexts);
  const name = useName();
  const path = useQuery(assetPathQuery(id)).data;
  if (!path) return null;
  const self = path.find((node) => node.id === id);
  const above = path.filter((node) => node.id !== id && node.kind !== 'region' && node.kind !== 'city').map((node) => name(node.nameZh, node.nameEn));
  return <p className={styles['path']}>{[self && ui(`kind.${self.kind}`), above.join(' / '), self?.code].filter(Boolean).join(' · ')}</p>;
}

function AssetAlarms({ id }: { id: number }) {
  const t = useTexts(operationsTexts);
  const navigate = useNavigate();
  const alarms = useQuery(alarmListQuery({ state: 'open', asset: id, pageSize: 5 })).data;
  if (!alarms || alarms.total === 0) return null;
  return (
    <section className={styles['panelAlarm']}>
      <div className={styles['sectionHead']}>{t('map.openAlarms')}</div>
      {alarms.items.map((alarm) => <OpenAlarm key={alarm.id} alarm={alarm} onClick={() => void navigate(`${links.alarms}?state=open&open=${alarm.id}`)} />)}
    </section>
  );
}
