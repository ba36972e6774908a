import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useEffect, useState } from 'react';
import { assetQuery, assetSearchQuery } from '../api/shared';
import { useName, useTexts } from './i18n';
import { uiTexts } from './texts';

interface AssetSelectProps {
  id?: string;
  label: string;
  value: number | null;
  onChange: (assetId: number | null) => void;
  placeholder?: string;
  allowClear?: boolean;
  status?: 'error' | '';
  autoFocus?: boolean;
}

/** Finds an asset by name or code on the server; a region has too many for one list. */
export function AssetSelect({ id, label, value, onChange, placeholder, allowClear = false, status = '', autoFocus = false }: AssetSelectProps) {
  const ui = useTexts(uiTexts);
  const name = useName();
  const [text, setText] = useState('');
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(text.trim()), 200);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useQuery(assetSearchQuery(q));
  const chosen = useQuery({ ...assetQuery(value ?? 0), enabled: value !== null }).data;
  const listed = found.data?.items ?? [];
  const options = [...(chosen && !listed.some((asset) => asset.id === chosen.id) && q === '' ? [chosen] : []), ...listed]
    .map((asset) => ({ value: asset.id, label: `${name(asset.nameZh, asset.nameEn)}`, detail: `${ui(`kind.${asset.kind}`)} · ${asset.code}` }));
  return (
    <Select<number | null>
      {...(id ? { id } : {})} aria-label={label} value={value} options={options} placeholder={placeholder} allowClear={allowClear} status={status} autoFocus={autoFocus} loading={found.isFetching}
      labelRender={({ label: shown }) => shown ?? '…'} showSearch={{ filterOption: false, onSearch: setText }} onChange={(next) => onChange(next ?? null)}
      optionRender={(option) => <span style={{ display: 'flex', justifyContent: 'space-between', gap: 12 }}><span>{option.data.label}</span><span style={{ color: 'var(--caption)', fontSize: 12 }}>{option.data.detail}</span></span>}
    />
  );
}
