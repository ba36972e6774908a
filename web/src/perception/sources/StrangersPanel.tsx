import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Chips } from '../../ui/Chips';
import { useTexts } from '../../ui/i18n';
import { SidePanel } from '../../ui/ListLayout';
import { gatewaysQuery, strangersQuery } from '../queries';
import { perceptionTexts } from '../texts';
import { Frames } from './FrameLog';
import styles from './SourcePanel.module.css';

/** What arrived at a gateway and could be given to no source. Nothing is lost silently. */
export function StrangersPanel({ onClose }: { onClose: () => void }) {
  const t = useTexts(perceptionTexts);
  const gateways = useQuery(gatewaysQuery).data ?? [];
  const [gateway, setGateway] = useState('hj212');
  const [live, setLive] = useState(true);
  const frames = useQuery(strangersQuery(gateway, live));
  return (
    <SidePanel title={t('strangers.title')} label={t('strangers.title')} onClose={onClose}>
      <p className={styles['note']}>{t('strangers.text')}</p>
      <Chips label={t('sources.gateway')} value={gateway} onChange={setGateway} options={gateways.map((each) => ({ value: each.name, label: each.name }))} />
      <div><Frames frames={frames} live={live} onLive={setLive} /></div>
    </SidePanel>
  );
}
