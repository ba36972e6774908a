import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useEffect, useState } from 'react';
import { pointListQuery, pointQuery } from '../../api/shared';
import { useName } from '../../ui/i18n';
import { usePlaceName } from '../../ui/usePlaceName';

interface PointSelectProps { id?: string; label: string; value: number | null; onChange: (pointId: number | null) => void; placeholder?: string; status?: 'error' | '' }

/** Finds a point by name or code on the server. */
export function PointSelect({ id, label, value, onChange, placeholder, status = '' }: PointSelectProps) {
  const name = useName();
  const place = usePlaceName();
  const [text, setText] = useState('');
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(text.trim()), 200);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useQuery(pointListQuery({ q, pageSize: 30 }));
  const chosen = useQuery({ ...pointQuery(value ?? 0), enabled: value !== null }).data;
  const listed = found.data?.items ?? [];
  const options = [...(chosen && q === '' && !listed.some((point) => point.id === chosen.id) ? [chosen] : []), ...listed]
    .map((point) => ({ value: point.id, label: `${place(point)} · ${name(point.nameZh, point.nameEn)}`, detail: point.code }));
  return (
    <Select<number | null>
      {...(id ? { id } : {})} {...(placeholder ? { placeholder } : {})} aria-label={label} value={value} options={options} allowClear status={status} loading={found.isFetching} popupMatchSelectWidth={420}
      labelRender={({ label: shown }) => shown ?? '…'} showSearch={{ filterOption: false, onSearch: setText }} onChange={(next) => onChange(next ?? null)}
      optionRender={(option) => <span style={{ display: 'flex', justifyContent: 'space-between', gap: 12 }}><span>{option.data.label}</span><span style={{ color: 'var(--caption)', fontSize: 12 }}>{option.data.detail}</span></span>}
    />
  );
}
