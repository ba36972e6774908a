import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Asset } from '../../api/types';
import { Chips } from '../../ui/Chips';
import { useTexts } from '../../ui/i18n';
import { Empty, QueryView } from '../../ui/QueryView';
import { BoardGrid } from './BoardGrid';
import styles from './Boards.module.css';
import { boardListQuery, boardQuery, periods, type Period } from './queries';
import { boardTexts } from './texts';

/** The boards that every asset of this kind has, with this one for `@`. */
export default function AssetBoardTab({ asset }: { asset: Asset }) {
  const t = useTexts(boardTexts);
  const boards = useQuery(boardListQuery(asset.kind));
  const [chosen, setChosen] = useState<number | null>(null);
  const [period, setPeriod] = useState<Period>('24h');
  return (
    <QueryView query={boards} skeleton="block">
      {(page) => {
        const id = chosen ?? page.items[0]?.id;
        if (id === undefined) return <Empty>{t('assetEmpty')}</Empty>;
        return (
          <div style={{ display: 'grid', gap: 12, padding: 12 }}>
            <span className={styles['bar']}>
              {page.items.length > 1 && <Chips label={t('title')} value={String(id)} onChange={(next) => setChosen(Number(next))} options={page.items.map((board) => ({ value: String(board.id), label: board.name }))} />}
              <Chips label={t('period')} value={period} onChange={(next) => setPeriod(next as Period)} options={periods.map((each) => ({ value: each, label: t(`period.${each}`) }))} />
            </span>
            <AssetBoard id={id} asset={asset.id} period={period} />
          </div>
        );
      }}
    </QueryView>
  );
}

function AssetBoard({ id, asset, period }: { id: number; asset: number; period: Period }) {
  const board = useQuery(boardQuery(id));
  return <QueryView query={board} skeleton="block">{({ value }) => <BoardGrid widgets={value.document.widgets} asset={asset} period={period} />}</QueryView>;
}
