import { useQuery } from '@tanstack/react-query';
import { App, Select } from 'antd';
import { useEffect, useState } from 'react';
import { pointListQuery } from '../../api/shared';
import { useName, useTexts } from '../../ui/i18n';
import { usePlaceName } from '../../ui/usePlaceName';
import { storageTexts } from '../texts';
import { maxCurves } from './range';

/** Finds a point by name or code on the server and adds its curve. */
export function PointPicker({ ids, onChange }: { ids: readonly number[]; onChange: (ids: readonly number[]) => void }) {
  const t = useTexts(storageTexts);
  const name = useName();
  const place = usePlaceName();
  const { message } = App.useApp();
  const [text, setText] = useState('');
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(text), 200);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useQuery(pointListQuery({ q, pageSize: 30 }));
  const options = (found.data?.items ?? []).filter((point) => !ids.includes(point.id)).map((point) => ({
    value: point.id, label: `${place(point)} · ${name(point.nameZh, point.nameEn)}`,
  }));
  const add = (id: number | null): void => {
    setText('');
    if (id === null) return;
    if (ids.length >= maxCurves) void message.info(t('trends.tooMany', { n: maxCurves }));
    else onChange([...ids, id]);
  };
  return (
    <Select<number | null>
      style={{ width: 320 }} aria-label={t('trends.add')} placeholder={t('trends.addHint', { n: maxCurves })} value={null} options={options} loading={found.isFetching} autoFocus={ids.length === 0}
      showSearch={{ filterOption: false, searchValue: text, onSearch: setText }} onChange={add} popupMatchSelectWidth={420}
    />
  );
}
