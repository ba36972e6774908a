import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../api/client';

export const accountListQuery = (q: string, page: number) => queryOptions({
  queryKey: ['accounts', 'list', q, page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/accounts', { params: { query: { q: q || undefined, page, pageSize: 50 } }, signal })),
  placeholderData: keepPreviousData,
});

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/roles', { signal })),
  staleTime: Infinity,
});
