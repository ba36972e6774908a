import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { api, read } from '../api/client';
import { pointListQuery } from '../api/shared';
import { Field } from '../ui/Field';
import { defineTexts, useName, useTexts } from '../ui/i18n';

const texts = defineTexts({ find: ['查找点位', 'Find a point'] });

/** Finds a point by its names and gives the reference by which documents name it. */
export function PointFinder({ onFind }: { onFind: (reference: string) => void }) {
  const t = useTexts(texts);
  const name = useName();
  const [q, setQ] = useState('');
  const found = useQuery({ ...pointListQuery({ q, pageSize: 20 }), enabled: q.trim() !== '' });
  const choose = async (id: number): Promise<void> => {
    const point = found.data?.items.find((each) => each.id === id);
    if (!point) return;
    const asset = await read(api.GET('/api/v1/assets/{id}', { params: { path: { id: point.assetId } } }));
    setQ('');
    onFind(`${asset.code}/${point.code}`);
  };
  return (
    <Field label={t('find')}>
      {({ id }) => (
        <Select<number | null>
          id={id} value={null} loading={found.isFetching} showSearch={{ filterOption: false, searchValue: q, onSearch: setQ }}
          options={(found.data?.items ?? []).map((point) => ({ value: point.id, label: `${name(point.assetNameZh, point.assetNameEn)} · ${name(point.nameZh, point.nameEn)}` }))}
          onChange={(next) => { if (next !== null) void choose(next); }}
        />
      )}
    </Field>
  );
}
