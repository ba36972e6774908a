import type { AssetNode } from '../../api/types';

export interface TreeRow { node: AssetNode; depth: number; hasChildren: boolean; expanded: boolean }

/** The lines of the tree as they stand on the screen: what is folded is left out, a search opens the way to its hits. */
export function treeRows(nodes: readonly AssetNode[], expanded: ReadonlySet<number>, search: string): TreeRow[] {
  const ids = new Set(nodes.map((node) => node.id));
  const children = new Map<number | null, AssetNode[]>();
  for (const node of nodes) {
    // Where the caller's scope begins in the middle of the tree, its topmost assets are the roots.
    const parent = node.parentId !== null && node.parentId !== undefined && ids.has(node.parentId) ? node.parentId : null;
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  const wanted = search === '' ? null : ancestorsAndHits(nodes, search.toLowerCase());
  const rows: TreeRow[] = [];
  const walk = (parent: number | null, depth: number): void => {
    for (const node of children.get(parent) ?? []) {
      if (wanted && !wanted.has(node.id)) continue;
      const hasChildren = children.has(node.id);
      const open = hasChildren && (wanted !== null || expanded.has(node.id));
      rows.push({ node, depth, hasChildren, expanded: open });
      if (open) walk(node.id, depth + 1);
    }
  };
  walk(null, 0);
  return rows;
}

function ancestorsAndHits(nodes: readonly AssetNode[], search: string): Set<number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const wanted = new Set<number>();
  for (const node of nodes) {
    if (![node.nameZh, node.nameEn, node.code].some((text) => text.toLowerCase().includes(search))) continue;
    for (let each: AssetNode | undefined = node; each && !wanted.has(each.id); each = byId.get(each.parentId ?? -1)) wanted.add(each.id);
  }
  return wanted;
}

/** The way from a root down to an asset, so that an opened page shows where it stands. */
export function ancestorsOf(nodes: readonly AssetNode[], id: number): number[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const path: number[] = [];
  for (let node = byId.get(id); node?.parentId; node = byId.get(node.parentId)) path.push(node.parentId);
  return path;
}
