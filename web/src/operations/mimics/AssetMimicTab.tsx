import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Asset } from '../../api/types';
import { Chips } from '../../ui/Chips';
import { useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { Empty, QueryView } from '../../ui/QueryView';
import styles from './Mimics.module.css';
import { MimicView, useMimicPoints } from './MimicView';
import { mimicListQuery, mimicQuery, type MimicDetail } from './queries';
import { mimicTexts } from './texts';

/** The diagrams that belong to this asset. */
export default function AssetMimicTab({ asset }: { asset: Asset }) {
  const t = useTexts(mimicTexts);
  const mimics = useQuery(mimicListQuery(asset.id));
  const [chosen, setChosen] = useState<number | null>(null);
  return (
    <QueryView query={mimics} skeleton="block">
      {(page) => {
        const id = chosen ?? page.items[0]?.id;
        if (id === undefined) return <Empty>{t('assetEmpty')}</Empty>;
        return (
          <>
            <span className={styles['bar']} style={{ padding: '12px 12px 0' }}>
              {page.items.length > 1 && <Chips label={t('title')} value={String(id)} onChange={(next) => setChosen(Number(next))} options={page.items.map((mimic) => ({ value: String(mimic.id), label: mimic.name }))} />}
              <LinkButton type="link" to={links.mimic(id)}>{t('title')}</LinkButton>
            </span>
            <One id={id} />
          </>
        );
      }}
    </QueryView>
  );
}

function One({ id }: { id: number }) {
  const mimic = useQuery(mimicQuery(id));
  return <QueryView query={mimic} skeleton="block">{({ value }) => <Shown detail={value} />}</QueryView>;
}

function Shown({ detail: { mimic, svg, bindings } }: { detail: MimicDetail }) {
  const points = useMimicPoints(bindings, mimic.assetId);
  return <div style={{ height: 560 }}><MimicView name={mimic.name} svg={svg} bindings={bindings} points={points} /></div>;
}
