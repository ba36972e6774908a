import { expect, test } from 'vitest';
import type { AssetNode } from '../../api/types';
import { ancestorsOf, treeRows } from './treeRows';

const node = (id: number, parentId: number | null, nameZh: string): AssetNode => ({ id, parentId, kind: 'zone', code: `C-${id}`, nameZh, nameEn: `N${id}`, childCount: 0, pointCount: 0 });
const park = [node(1, null, '园区'), node(2, 1, '东区'), node(3, 2, '铝厂'), node(4, 1, '西区'), node(5, 4, '乳业')];
const shown = (expanded: number[], search = '') => treeRows(park, new Set(expanded), search).map((row) => `${'.'.repeat(row.depth)}${row.node.nameZh}`);

test('What is folded is not there', () => expect(shown([1])).toEqual(['园区', '.东区', '.西区']));
test('What is unfolded is', () => expect(shown([1, 2])).toEqual(['园区', '.东区', '..铝厂', '.西区']));
test('A search opens the way to its hits and hides the rest', () => expect(shown([], '乳')).toEqual(['园区', '.西区', '..乳业']));
test('A search knows codes and both languages', () => {
  expect(shown([], 'c-3')).toContain('..铝厂');
  expect(shown([], 'n3')).toContain('..铝厂');
});
test('A scope that begins in the middle of the tree has its own roots', () => expect(treeRows(park.slice(3), new Set([4]), '').map((row) => row.depth)).toEqual([0, 1]));
test('The way up', () => expect(ancestorsOf(park, 3)).toEqual([2, 1]));
