import { Input } from 'antd';
import { useMemo, useState, type KeyboardEvent } from 'react';
import type { AssetNode } from '../../api/types';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { uiTexts } from '../../ui/texts';
import { foundationTexts } from '../texts';
import styles from './Assets.module.css';
import { ancestorsOf, treeRows, type TreeRow } from './treeRows';

interface AssetTreeProps { nodes: readonly AssetNode[]; selectedId: number | undefined; onSelect: (id: number) => void }

/** The park as a tree; arrow keys walk it, right and left unfold and fold. */
export function AssetTree({ nodes, selectedId, onSelect }: AssetTreeProps) {
  const t = useTexts(foundationTexts);
  const [search, setSearch] = useState('');
  const [expanded, setExpanded] = useState<ReadonlySet<number>>(() => new Set([...nodes.filter((node) => ['region', 'city', 'park'].includes(node.kind)).map((node) => node.id), ...(selectedId === undefined ? [] : ancestorsOf(nodes, selectedId))]));
  const [shownFor, setShownFor] = useState(selectedId);
  // Opened from elsewhere (search, map): the way to it is unfolded once.
  if (shownFor !== selectedId) {
    setShownFor(selectedId);
    if (selectedId !== undefined) setExpanded(new Set([...expanded, ...ancestorsOf(nodes, selectedId)]));
  }
  const rows = useMemo(() => treeRows(nodes, expanded, search.trim()), [nodes, expanded, search]);
  const fold = (id: number, open: boolean): void => {
    const next = new Set(expanded);
    if (open) next.add(id); else next.delete(id);
    setExpanded(next);
  };
  const focusable = rows.some((row) => row.node.id === selectedId) ? selectedId : rows[0]?.node.id;
  return (
    <div className={styles['tree']}>
      <div className={styles['treeSearch']}><Input allowClear prefix={<Icon name="search" size={14} />} aria-label={t('assets.search')} placeholder={t('assets.search')} value={search} onChange={(event) => setSearch(event.target.value)} /></div>
      <div role="tree" aria-label={t('assets.tree')} className={styles['treeRows']}>
        {rows.map((row) => <TreeLine key={row.node.id} row={row} selected={row.node.id === selectedId} focusable={row.node.id === focusable} onSelect={() => onSelect(row.node.id)} onFold={(open) => fold(row.node.id, open)} />)}
        {rows.length === 0 && <p className={styles['treeEmpty']}>{t('assets.noMatch')}</p>}
      </div>
    </div>
  );
}

function TreeLine({ row, selected, focusable, onSelect, onFold }: { row: TreeRow; selected: boolean; focusable: boolean; onSelect: () => void; onFold: (open: boolean) => void }) {
  const ui = useTexts(uiTexts);
  const name = useName();
  const { node, depth, hasChildren, expanded } = row;
  const onKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const line = event.currentTarget;
    if (event.key === 'Enter' || event.key === ' ') onSelect();
    else if (event.key === 'ArrowDown') focus(line.nextElementSibling);
    else if (event.key === 'ArrowUp') focus(line.previousElementSibling);
    else if (event.key === 'ArrowRight' && hasChildren) { if (expanded) focus(line.nextElementSibling); else onFold(true); }
    else if (event.key === 'ArrowLeft') { if (expanded) onFold(false); else focus(parentLine(line)); }
    else return;
    event.preventDefault();
  };
  return (
    <div role="treeitem" aria-level={depth + 1} aria-selected={selected} {...(hasChildren ? { 'aria-expanded': expanded } : {})} tabIndex={focusable ? 0 : -1} className={styles['line']} style={{ paddingLeft: 8 + depth * 16 }} onClick={onSelect} onKeyDown={onKey}>
      <span className={`${styles['fold']} ${expanded ? styles['open'] : ''}`} aria-hidden onClick={(event) => { if (hasChildren) { event.stopPropagation(); onFold(!expanded); } }}>{hasChildren && <Icon name="right" size={12} />}</span>
      <span className={styles['lineName']}>{name(node.nameZh, node.nameEn)}</span>
      <span className={styles['lineKind']}>{ui(`kind.${node.kind}`)}</span>
    </div>
  );
}

const focus = (element: Element | null): void => { if (element instanceof HTMLElement) element.focus(); };

function parentLine(line: Element): Element | null {
  const level = Number(line.getAttribute('aria-level'));
  let each = line.previousElementSibling;
  while (each && Number(each.getAttribute('aria-level')) >= level) each = each.previousElementSibling;
  return each;
}
