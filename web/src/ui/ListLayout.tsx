import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { Button } from 'antd';
import { Icon } from './Icon';
import { useTexts } from './i18n';
import styles from './ListLayout.module.css';
import { uiTexts } from './texts';

/** A list that scrolls inside itself, with its open row beside it. */
export function ListLayout({ filters, list, foot, panel }: { filters?: ReactNode; list: ReactNode; foot?: ReactNode; panel?: ReactNode }) {
  return (
    <>
      {filters && <div className={styles['filters']}>{filters}</div>}
      <div className={styles['columns']}>
        <div className={styles['sheet']}>
          <div className={styles['scroll']}>{list}</div>
          {foot}
        </div>
        {panel}
      </div>
    </>
  );
}

interface SidePanelProps { title: ReactNode; label: string; onClose: () => void; children: ReactNode; foot?: ReactNode }

/** Details of what is open in the list; Esc closes it and gives the keyboard back to the row. */
export function SidePanel({ title, label, onClose, children, foot }: SidePanelProps) {
  const t = useTexts(uiTexts);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // A dialog or an open list above the panel takes the key first.
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('.ant-modal-wrap:not([style*="display: none"]), .ant-select-open, dialog[open]')) return;
      document.querySelector<HTMLElement>('tr[aria-current="true"]')?.focus();
      onClose();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [onClose]);
  return (
    <aside className={styles['panel']} aria-label={label}>
      <header className={styles['panelHeader']}>
        <h2>{title}</h2>
        <Button type="text" size="small" aria-label={t('action.close')} icon={<Icon name="close" />} onClick={onClose} />
      </header>
      <div className={styles['panelBody']}>{children}</div>
      {foot && <footer className={styles['panelFoot']}>{foot}</footer>}
    </aside>
  );
}

/** Names and values of one thing. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={styles['facts']}>{children}</dl>;
}

export function Fact({ name, children, title }: { name: ReactNode; children: ReactNode; title?: string }) {
  return <><dt>{name}</dt><dd title={title}>{children}</dd></>;
}
