import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { assetTreeQuery } from '../api/shared';
import type { AssetNode } from '../api/types';
import { useName } from './i18n';

/** "1 号进线电能表" stands in every enterprise: what belongs to one is named with it. What belongs to a zone has a name of its own. */
const owner: AssetNode['kind'] = 'enterprise';

export interface Place { assetId: number; assetNameZh: string; assetNameEn: string }

/** Name of an asset with the enterprise it belongs to in front, once the tree is known. */
export function usePlaceName(): (place: Place) => string {
  const name = useName();
  const tree = useQuery(assetTreeQuery()).data;
  return useMemo(() => {
    const byId = new Map(tree?.map((node) => [node.id, node]));
    return ({ assetId, assetNameZh, assetNameEn }) => {
      const own = name(assetNameZh, assetNameEn);
      let above = byId.get(byId.get(assetId)?.parentId ?? -1);
      while (above && above.kind !== owner) above = byId.get(above.parentId ?? -1);
      return above ? `${name(above.nameZh, above.nameEn)} / ${own}` : own;
    };
  }, [tree, name]);
}
