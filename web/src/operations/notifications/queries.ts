import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read, readTagged } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Channel = Schemas['ChannelItem'];
export type ChannelDraft = Schemas['ChannelDraft'];
export type ChannelKind = Channel['kind'];
export type Rule = Schemas['RuleItem'];
export type RuleDraft = Schemas['RuleDraft'];
export type Step = Schemas['RoutingStep'];
export type Recipient = Schemas['RoutingRecipient'];
export type Delivery = Schemas['DeliveryItem'];
export type Contact = Schemas['ContactItem'];

export const channelsQuery = queryOptions({ queryKey: ['notifications', 'channels'], queryFn: ({ signal }) => read(api.GET('/api/v1/notifications/channels', { signal })) });
export const rulesQuery = queryOptions({ queryKey: ['notifications', 'rules'], queryFn: ({ signal }) => read(api.GET('/api/v1/notifications/rules', { signal })) });
export const taggedChannel = (id: number) => readTagged(api.GET('/api/v1/notifications/channels/{id}', { params: { path: { id } } }));
export const taggedRule = (id: number) => readTagged(api.GET('/api/v1/notifications/rules/{id}', { params: { path: { id } } }));

export const deliveriesQuery = (state: string, q: string, page: number) => queryOptions({
  queryKey: ['notifications', 'deliveries', state, q, page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/notifications/deliveries', { params: { query: { state: state || undefined, q: q || undefined, page, pageSize: 50 } as never }, signal })),
  placeholderData: keepPreviousData,
  refetchInterval: 10_000,
});

export const contactsQuery = (q: string) => queryOptions({
  queryKey: ['notifications', 'contacts', q],
  queryFn: ({ signal }) => read(api.GET('/api/v1/notifications/contacts', { params: { query: { q: q || undefined } }, signal })),
  placeholderData: keepPreviousData,
});

export const ownContactQuery = queryOptions({ queryKey: ['notifications', 'me'], queryFn: () => readTagged(api.GET('/api/v1/notifications/me')) });
export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: ({ signal }) => read(api.GET('/api/v1/roles', { signal })), staleTime: Infinity });
