import { formatCount } from '../ui/format';
import styles from './Identifiers.module.css';

/** A figure with what it is. */
export function Counter({ label, value, note }: { label: string; value: number | string; note?: string }) {
  return <div className={styles['counter']}><span>{label}</span><b>{typeof value === 'number' ? formatCount(value) : value}</b>{note && <span>{note}</span>}</div>;
}
