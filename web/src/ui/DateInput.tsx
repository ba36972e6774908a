import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useLanguage } from './i18n';

/** A day as `YYYY-MM-DD`; empty for none. Knows nothing of time zones. */
export function DateInput({ id, label, value, onChange }: { id?: string; label: string; value: string; onChange: (value: string) => void }) {
  dayjs.locale(useLanguage() === 'zh' ? 'zh-cn' : 'en');
  return <DatePicker {...(id ? { id } : {})} aria-label={label} placeholder={label} value={value === '' ? null : dayjs(value)} onChange={(next) => onChange(next ? next.format('YYYY-MM-DD') : '')} />;
}
