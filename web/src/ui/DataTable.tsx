import { Checkbox } from 'antd';
import type { KeyboardEvent, ReactNode } from 'react';
import styles from './DataTable.module.css';

export interface Column<T> {
  key: string;
  title: ReactNode;
  render: (row: T) => ReactNode;
  align?: 'left' | 'right';
  /** Any CSS width; columns without one share the rest. */
  width?: number | string;
  /** Text that may be long: cut with an ellipsis instead of widening the table; at its start where the end tells one from the other. */
  cut?: boolean | 'start';
}

interface DataTableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => number | string;
  openKey?: number | string | null | undefined;
  onOpen?: (row: T) => void;
  /** Colour of the bar at a row's left edge, for rows that want attention. */
  accent?: (row: T) => string | undefined;
  isStrong?: (row: T) => boolean;
  selection?: { selected: ReadonlySet<number | string>; onChange: (selected: Set<number | string>) => void; label: (row: T) => string; labelAll: string };
}

/** A dense list. Rows are reached with the arrow keys and opened with Enter; the header stays in sight. */
export function DataTable<T>({ label, columns, rows, rowKey, openKey, onOpen, accent, isStrong, selection }: DataTableProps<T>) {
  const allSelected = selection !== undefined && rows.length > 0 && rows.every((row) => selection.selected.has(rowKey(row)));
  const someSelected = selection !== undefined && rows.some((row) => selection.selected.has(rowKey(row)));

  const toggle = (keys: readonly (number | string)[], on: boolean): void => {
    const next = new Set(selection?.selected);
    keys.forEach((key) => (on ? next.add(key) : next.delete(key)));
    selection?.onChange(next);
  };

  return (
    <table className={styles['table']} aria-label={label}>
      <colgroup>
        {selection && <col style={{ width: 38 }} />}
        {columns.map((column) => <col key={column.key} style={column.width === undefined ? undefined : { width: column.width }} />)}
      </colgroup>
      <thead>
        <tr>
          {selection && (
            <th scope="col" className={styles['check']}>
              <Checkbox aria-label={selection.labelAll} checked={allSelected} indeterminate={someSelected && !allSelected} onChange={(event) => toggle(rows.map(rowKey), event.target.checked)} />
            </th>
          )}
          {columns.map((column) => <th key={column.key} scope="col" className={styles[column.align ?? 'left']}>{column.title}</th>)}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => {
          const key = rowKey(row);
          const open = openKey !== undefined && openKey !== null && key === openKey;
          const color = accent?.(row);
          return (
            <tr
              key={key}
              className={`${onOpen ? styles['openable'] : ''} ${open ? styles['open'] : ''} ${isStrong?.(row) ? styles['strong'] : ''}`}
              aria-current={open ? 'true' : undefined}
              tabIndex={onOpen ? (open || (index === 0 && (openKey === undefined || openKey === null)) ? 0 : -1) : undefined}
              onClick={onOpen ? (event) => { if (!isControl(event.target)) onOpen(row); } : undefined}
              onKeyDown={onOpen ? (event) => onRowKey(event, () => onOpen(row)) : undefined}
            >
              {selection && (
                <td className={styles['check']} style={color ? { boxShadow: `inset 3px 0 ${color}` } : undefined}>
                  <Checkbox aria-label={selection.label(row)} checked={selection.selected.has(key)} onChange={(event) => toggle([key], event.target.checked)} />
                </td>
              )}
              {columns.map((column, position) => (
                <td
                  key={column.key}
                  className={`${styles[column.align ?? 'left']} ${column.cut ? styles['cut'] : ''} ${column.cut === 'start' ? styles['cutStart'] : ''}`}
                  style={color && position === 0 && !selection ? { boxShadow: `inset 3px 0 ${color}` } : undefined}
                >
                  {column.cut === 'start' ? <bdi dir="ltr">{column.render(row)}</bdi> : column.render(row)}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A link or a box inside of a row does its own thing. */
const isControl = (target: EventTarget): boolean => target instanceof Element && target.closest('a, button, input, label') !== null;

function onRowKey(event: KeyboardEvent<HTMLTableRowElement>, open: () => void): void {
  if (event.target !== event.currentTarget) return;
  const row = event.currentTarget;
  if (event.key === 'Enter') open();
  else if (event.key === 'ArrowDown') focusRow(row.nextElementSibling);
  else if (event.key === 'ArrowUp') focusRow(row.previousElementSibling);
  else return;
  event.preventDefault();
}

function focusRow(row: Element | null): void {
  if (row instanceof HTMLElement) row.focus();
}
