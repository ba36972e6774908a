import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { assetTreeQuery } from '../api/shared';
import type { AssetNode } from '../api/types';
import { useName } from './i18n';

/** "1 号进线电能表" stands in every enterprise: below a named owner a thing is named with it. */
const owners: readonly AssetNode['kind'][] = ['enterprise', 'zone'];

export interface Place { assetId: number; assetNameZh: string; assetNameEn: string }

/** Name of an asset with the enterprise (or zone) it belongs to in front, once the tree is known. */
export function usePlaceName(): (place: Place) => string {
  const name = useName();
  const tree = useQuery(assetTreeQuery()).data;
  return useMemo(() => {
    const byId = new Map(tree?.map((node) => [node.id, node]));
    return ({ assetId, assetNameZh, assetNameEn }) => {
      const own = name(assetNameZh, assetNameEn);
      let owner = byId.get(byId.get(assetId)?.parentId ?? -1);
      while (owner && !owners.includes(owner.kind)) owner = byId.get(owner.parentId ?? -1);
      return owner ? `${name(owner.nameZh, owner.nameEn)} / ${own}` : own;
    };
  }, [tree, name]);
}
