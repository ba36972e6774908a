import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'antd';
import { Link } from 'react-router';
import type { SourceItem } from '../../api/types';
import { formatCount, formatFullTime } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { Fact, Facts, SidePanel } from '../../ui/ListLayout';
import { Age } from '../../ui/LiveValue';
import { QueryView } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { PlainStateShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { sourceQuery } from '../queries';
import { perceptionTexts } from '../texts';
import { FrameLog } from './FrameLog';
import { DeviceRequests } from './DeviceRequests';
import { SourceSettings } from './SourceSettings';
import styles from './SourcePanel.module.css';

/** One source beside the list: its health, its last frames as they came, what was asked of it. */
export function SourcePanel({ id, tab, onTab, onClose }: { id: number; tab: string; onTab: (tab: string) => void; onClose: () => void }) {
  const t = useTexts(perceptionTexts);
  const name = useName();
  const can = useCan();
  const source = useQuery(sourceQuery(id));
  const item = source.data?.value;
  const unclaimed = item !== undefined && item.assetId === null;
  return (
    <SidePanel
      label={t('sources.panel')} onClose={onClose}
      title={item ? <><PlainStateShape state={item.state === 'online' ? 'normal' : 'offline'} size={18} />{name(item.nameZh, item.nameEn) || t('sources.notClaimed')}</> : '…'}
      foot={unclaimed && can(permissions.writeSources) && <LinkButton to={links.claim(id)} type="primary">{t('sources.claim')}</LinkButton>}
    >
      <QueryView query={source}>
        {(tagged) => (
          <Tabs
            activeKey={tab} onChange={onTab} size="small" destroyOnHidden className={styles['tabs'] ?? ''}
            items={[
              { key: 'overview', label: t('sources.overview'), children: <Overview source={tagged.value} /> },
              { key: 'frames', label: t('sources.frameLog'), children: <FrameLog sourceId={id} /> },
              ...(can(permissions.commandSources) ? [{ key: 'requests', label: t('sources.requests'), children: <DeviceRequests source={tagged.value} /> }] : []),
              ...(can(permissions.writeSources) && !unclaimed ? [{ key: 'settings', label: t('sources.settings'), children: <SourceSettings key={id} tagged={tagged} /> }] : []),
            ]}
          />
        )}
      </QueryView>
    </SidePanel>
  );
}

function Overview({ source }: { source: SourceItem }) {
  const t = useTexts(perceptionTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  return (
    <Facts>
      <Fact name={t('sources.state')}>{ui(`state.${source.state}`)}</Fact>
      <Fact name={t('sources.key')}><span className="mono">{source.key}</span></Fact>
      <Fact name={t('sources.gateway')}>{source.gateway}</Fact>
      <Fact name={t('sources.asset')}>{source.assetId ? <Link to={links.asset(source.assetId)}>{name(source.assetNameZh, source.assetNameEn)}</Link> : t('sources.notClaimed')}</Fact>
      {source.assetId && <Fact name=""><Link to={links.points(source.assetId)}>{t('sources.points')}</Link></Fact>}
      <Fact name={t('sources.lastSeen')}><Age time={source.lastSeen} /> <span style={{ color: 'var(--ink-2)' }}>{formatFullTime(source.lastSeen)}</span></Fact>
      <Fact name={t('sources.firstSeen')}>{formatFullTime(source.firstSeen)}</Fact>
      <Fact name={t('sources.heartbeat')}>{t('sources.seconds', { n: source.heartbeatSeconds })}</Fact>
      {source.remote && <Fact name={t('sources.remote')}><span className="mono">{source.remote}</span></Fact>}
      <Fact name={t('sources.frames')}>{formatCount(source.frames)}</Fact>
      <Fact name={t('sources.samples')}>{formatCount(source.samples)}</Fact>
      <Fact name={t('sources.errors')}>{formatCount(source.errors)}</Fact>
      <Fact name={t('sources.refused')}>{formatCount(source.refused)}</Fact>
    </Facts>
  );
}
