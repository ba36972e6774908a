import { Button, Checkbox, Popover } from 'antd';
import { useState } from 'react';
import type { Column } from './DataTable';
import { Icon } from './Icon';
import { useTexts } from './i18n';
import { uiTexts } from './texts';

/** Which columns a list shows; remembered in this browser per list. */
export function useColumnChoice<T>(listName: string, columns: readonly Column<T>[], hiddenAtFirst: readonly string[]): { shown: readonly Column<T>[]; button: React.ReactNode } {
  const t = useTexts(uiTexts);
  const key = `ordo.columns.${listName}`;
  const [hidden, setHidden] = useState<readonly string[]>(() => {
    const stored = localStorage.getItem(key);
    return stored === null ? hiddenAtFirst : stored.split(',').filter(Boolean);
  });
  const toggle = (column: string, on: boolean): void => {
    const next = on ? hidden.filter((each) => each !== column) : [...hidden, column];
    localStorage.setItem(key, next.join(','));
    setHidden(next);
  };
  const shown = columns.filter((column) => !hidden.includes(column.key));
  const button = (
    <Popover
      trigger="click" placement="bottomRight"
      content={(
        <div style={{ display: 'grid', gap: 4 }}>
          {columns.map((column) => (
            <Checkbox key={column.key} checked={!hidden.includes(column.key)} disabled={shown.length === 1 && shown[0]?.key === column.key} onChange={(event) => toggle(column.key, event.target.checked)}>{column.title}</Checkbox>
          ))}
        </div>
      )}
    >
      <Button icon={<Icon name="columns" size={14} />}>{t('action.columns')}</Button>
    </Popover>
  );
  return { shown, button };
}
