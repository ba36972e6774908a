import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import type { Frame } from '../../api/types';
import { Chips } from '../../ui/Chips';
import { formatFullTime, formatTime } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useTexts } from '../../ui/i18n';
import { Empty, QueryView } from '../../ui/QueryView';
import { framesQuery } from '../queries';
import { perceptionTexts } from '../texts';
import styles from './SourcePanel.module.css';

/** What the device really said, how it was understood, and why not where it was not. */
export function FrameLog({ sourceId }: { sourceId: number }) {
  const [live, setLive] = useState(true);
  const frames = useQuery(framesQuery(sourceId, live));
  return <Frames frames={frames} live={live} onLive={setLive} />;
}

export function Frames({ frames, live, onLive }: { frames: UseQueryResult<Frame[]>; live: boolean; onLive: (live: boolean) => void }) {
  const t = useTexts(perceptionTexts);
  const [only, setOnly] = useState('all');
  return (
    <>
      <div className={styles['bar']}>
        <Chips label={t('frames.filter')} value={only} onChange={setOnly} options={[{ value: 'all', label: t('frames.all') }, { value: 'problems', label: t('frames.problems') }]} />
        <Button size="small" onClick={() => onLive(!live)}>{t(live ? 'frames.pause' : 'frames.resume')}</Button>
      </div>
      <QueryView query={frames} isEmpty={(all) => all.length === 0} empty={t('frames.empty')}>
        {(all) => {
          const shown = only === 'all' ? all : all.filter(hasProblem);
          return shown.length === 0 ? <Empty>{t('frames.empty')}</Empty> : <ol className={styles['frames']}>{shown.map((frame) => <FrameLine key={frame.id} frame={frame} />)}</ol>;
        }}
      </QueryView>
    </>
  );
}

const hasProblem = (frame: Frame): boolean => (frame.reason ?? '') !== '';

function FrameLine({ frame }: { frame: Frame }) {
  const t = useTexts(perceptionTexts);
  return (
    <li className={`${styles['frame']} ${hasProblem(frame) ? styles['problem'] : ''}`}>
      <div className={styles['frameHead']}>
        <span className={`${styles['direction']} ${frame.direction === 'out' ? styles['out'] : ''}`}>{frame.direction === 'out' ? '→' : '←'} {t(`frames.${frame.direction}`)}</span>
        <time dateTime={frame.time} title={formatFullTime(frame.time)}>{formatTime(frame.time)}</time>
        <span>{[t(`verdict.${frame.verdict}`), frame.samples > 0 ? t('frames.samples', { n: frame.samples }) : ''].filter(Boolean).join(' · ')}</span>
      </div>
      <pre className={styles['text']}>{frame.text}</pre>
      {frame.reason && <div className={styles['reason']}><Icon name="info" size={14} />{frame.reason}</div>}
    </li>
  );
}
