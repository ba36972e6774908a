import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useEffect, useState } from 'react';
import { api, read } from '../../api/client';
import type { SeriesItem } from '../../api/types';

const seriesQuery = (q: string) => queryOptions({
  queryKey: ['series', q],
  queryFn: ({ signal }) => read(api.GET('/api/v1/series', { params: { query: { q: q || undefined, pageSize: 30 } }, signal })),
  placeholderData: keepPreviousData,
});

/** Finds a stored series by source or channel; those nobody uses yet are the usual choice. */
export function SeriesSelect({ id, label, onChoose }: { id: string; label: string; onChoose: (series: SeriesItem) => void }) {
  const [text, setText] = useState('');
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(text.trim()), 200);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useQuery(seriesQuery(q));
  const items = found.data?.items ?? [];
  return (
    <Select<number | null>
      id={id} aria-label={label} value={null} loading={found.isFetching} style={{ width: '100%' }} showSearch={{ filterOption: false, onSearch: setText }}
      options={items.map((series) => ({ value: series.id, label: `${series.gateway} · ${series.source} · ${series.channel}` }))}
      onChange={(chosen) => { const series = items.find((each) => each.id === chosen); if (series) onChoose(series); }}
    />
  );
}
