import { useQuery } from '@tanstack/react-query';
import { Dropdown } from 'antd';
import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import { parksQuery } from '../../api/shared';
import type { Asset } from '../../api/types';
import { Icon } from '../Icon';
import { useName } from '../i18n';
import { useMe } from '../session';
import styles from './Shell.module.css';

interface ParkChoice { park: Asset | null; known: boolean; parks: readonly Asset[]; choose: (id: number) => void }

const ParkContext = createContext<ParkChoice>({ park: null, known: false, parks: [], choose: () => undefined });

/** The park the console looks at. Null for an account whose scope is below a park, or before anything was imported. */
export const usePark = (): Asset | null => useContext(ParkContext).park;

/** False until it is known which parks there are: a page that asks before would ask twice. */
export const useParkKnown = (): boolean => useContext(ParkContext).known;

const storageKey = 'ordo.park';

export function ParkProvider({ children }: { children: ReactNode }) {
  const query = useQuery(parksQuery);
  const parks = query.data?.items;
  const known = !query.isPending;
  const [chosen, setChosen] = useState(() => Number(localStorage.getItem(storageKey)));
  const value = useMemo(() => ({
    park: parks?.find((park) => park.id === chosen) ?? parks?.[0] ?? null,
    parks: parks ?? [],
    known,
    choose: (id: number) => { localStorage.setItem(storageKey, String(id)); setChosen(id); },
  }), [parks, known, chosen]);
  return <ParkContext value={value}>{children}</ParkContext>;
}

/** What an account sees that belongs to no whole park: the enterprise it was granted. */
export function useScopeName(): string {
  const name = useName();
  return [...new Set(useMe().grants.flatMap((grant) => name(grant.assetNameZh, grant.assetNameEn) || []))].join(' · ');
}

export function ParkSwitch() {
  const { park, parks, choose } = useContext(ParkContext);
  const name = useName();
  const scope = useScopeName();
  if (!park) return scope ? <span className={styles['park']} title={scope}>{scope}</span> : null;
  if (parks.length === 1) return <span className={styles['park']} title={name(park.nameZh, park.nameEn)}>{name(park.nameZh, park.nameEn)}</span>;
  return (
    <Dropdown trigger={['click']} menu={{ selectedKeys: [String(park.id)], items: parks.map((each) => ({ key: each.id, label: name(each.nameZh, each.nameEn), onClick: () => choose(each.id) })) }}>
      <button type="button" className={styles['topButton']}><span className={styles['park']}>{name(park.nameZh, park.nameEn)}</span><Icon name="down" size={12} /></button>
    </Dropdown>
  );
}
