import { Button } from 'antd';
import { formatCount } from './format';
import { Icon } from './Icon';
import { useTexts } from './i18n';
import styles from './Pager.module.css';
import { uiTexts } from './texts';

interface PagerProps { page: number; pageSize: number; total: number; onPage: (page: number) => void; disabled?: boolean }

/** Foot of a list: where one is, and to the neighbours. */
export function Pager({ page, pageSize, total, onPage, disabled = false }: PagerProps) {
  const t = useTexts(uiTexts);
  if (total === 0) return null;
  const last = Math.max(1, Math.ceil(total / pageSize));
  const from = Math.min(total, (page - 1) * pageSize + 1);
  const to = Math.min(total, page * pageSize);
  return (
    <div className={styles['pager']}>
      <span>{total > pageSize ? t('range', { from: formatCount(from), to: formatCount(to), total: formatCount(total) }) : t('total', { n: formatCount(total) })}</span>
      {last > 1 && (
        <span className={styles['buttons']}>
          <Button size="small" type="text" aria-label={t('action.previous')} disabled={disabled || page <= 1} icon={<Icon name="left" size={14} />} onClick={() => onPage(page - 1)} />
          <span>{page} / {last}</span>
          <Button size="small" type="text" aria-label={t('action.next')} disabled={disabled || page >= last} icon={<Icon name="right" size={14} />} onClick={() => onPage(page + 1)} />
        </span>
      )}
    </div>
  );
}
