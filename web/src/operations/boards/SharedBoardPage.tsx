import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followLink, onSignedOut } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { LiveProvider, useLiveStatus } from '../../live/LiveContext';
import { Chips } from '../../ui/Chips';
import { formatDate } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { Empty, QueryView } from '../../ui/QueryView';
import { BoardGrid } from './BoardGrid';
import styles from './Boards.module.css';
import { periodOf, periods, sharedBoardQuery } from './queries';
import { boardTexts } from './texts';

/** A board for people without an account, also in a frame of another site. The key stands behind # in the address, which no browser sends anywhere. */
export default function SharedBoardPage() {
  const t = useTexts(boardTexts);
  useState(() => followLink(location.hash.slice(1)));
  const [over, setOver] = useState(false);
  useEffect(() => onSignedOut(() => setOver(true)), []);
  useEffect(() => {
    const reload = (): void => location.reload(); // another key is another page
    addEventListener('hashchange', reload);
    return () => removeEventListener('hashchange', reload);
  }, []);
  return <main className={styles['shared']}>{over ? <Empty>{t('shared.over')}</Empty> : <LiveProvider enabled><Shared /></LiveProvider>}</main>;
}

function Shared() {
  const t = useTexts(boardTexts);
  const name = useName();
  const board = useQuery(sharedBoardQuery);
  const [period, setPeriod] = useState(() => periodOf(new URLSearchParams(location.search).get('period') ?? ''));
  const title = board.data?.name;
  useEffect(() => { document.title = title ? `${title} · Ordo` : 'Ordo'; }, [title]);
  if (board.error instanceof ProblemError && [401, 404].includes(board.error.status)) return <Empty>{t('shared.over')}</Empty>;
  return (
    <QueryView query={board} skeleton="block">
      {(shown) => (
        <>
          <header>
            <h1>{[shown.name, name(shown.assetNameZh, shown.assetNameEn)].filter(Boolean).join(' · ')}</h1>
            <Chips label={t('period')} value={period} onChange={(next) => setPeriod(periodOf(next))} options={periods.map((each) => ({ value: each, label: t(`period.${each}`) }))} />
            <LiveMark />
            <small>{t('shared.until', { date: formatDate(shown.expires) })}</small>
          </header>
          <BoardGrid widgets={shown.document.widgets} asset={shown.assetId ?? undefined} period={period} references={shown.references} />
        </>
      )}
    </QueryView>
  );
}

function LiveMark() {
  const t = useTexts(boardTexts);
  const lost = useLiveStatus() === 'stale';
  return <small role="status">{lost && <Icon name="clock" size={13} />} {t(lost ? 'shared.lost' : 'shared.live')}</small>;
}
