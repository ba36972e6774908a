import type { ReactNode } from 'react';
import styles from './Chips.module.css';

export interface Chip { value: string; label: ReactNode; count?: number | undefined }

/** One of a few: the filter a list is mostly used with. */
export function Chips({ label, value, options, onChange }: { label: string; value: string; options: readonly Chip[]; onChange: (value: string) => void }) {
  return (
    <div role="group" aria-label={label} className={styles['chips']}>
      {options.map((option) => (
        <button key={option.value} type="button" className={styles['chip']} aria-pressed={option.value === value} onClick={() => onChange(option.value)}>
          {option.label}{option.count !== undefined && <span className={styles['count']}>{option.count}</span>}
        </button>
      ))}
    </div>
  );
}
