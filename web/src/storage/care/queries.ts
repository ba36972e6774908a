import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type StorageCare = Schemas['StorageCare'];
export type RetentionItem = Schemas['RetentionItem'];
export type BackupList = Schemas['BackupList'];
export type MonthSweep = Schemas['MonthSweep'];

export const storageQuery = queryOptions({ queryKey: ['storage', 'state'], queryFn: ({ signal }) => read(api.GET('/api/v1/storage', { signal })), refetchInterval: 30_000 });

export const retentionQuery = queryOptions({ queryKey: ['storage', 'retention'], queryFn: ({ signal }) => read(api.GET('/api/v1/storage/retention', { signal })) });

export const planQuery = queryOptions({ queryKey: ['storage', 'plan'], queryFn: ({ signal }) => read(api.GET('/api/v1/storage/retention/plan', { signal })) });

export const backupsQuery = queryOptions({
  queryKey: ['storage', 'backups'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/system/backups', { signal })),
  refetchInterval: (query) => (query.state.data?.run?.state === 'running' ? 1_000 : 30_000),
});
