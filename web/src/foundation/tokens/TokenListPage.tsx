import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm } from 'antd';
import { useMemo, useState } from 'react';
import { api, read } from '../../api/client';
import { assetQuery } from '../../api/shared';
import type { Token } from '../../api/types';
import { Chips } from '../../ui/Chips';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatDate, formatFullTime } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { ListLayout } from '../../ui/ListLayout';
import { Age } from '../../ui/LiveValue';
import { Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { useFilter } from '../../ui/useFilter';
import { rolesQuery } from '../accounts/queries';
import { foundationTexts } from '../texts';
import { NewTokenDialog } from './NewTokenDialog';

const tokensQuery = (all: boolean) => queryOptions({
  queryKey: ['tokens', all],
  queryFn: ({ signal }) => read(api.GET('/api/v1/tokens', { params: { query: { pageSize: 500, ...(all ? { all } : {}) } }, signal })),
});

export default function TokenListPage() {
  const t = useTexts(foundationTexts);
  const can = useCan();
  const [filter, setFilter] = useFilter({ whose: 'mine' });
  const all = filter.whose === 'all' && can(permissions.manageAccounts);
  const tokens = useQuery(tokensQuery(all));
  const [making, setMaking] = useState(false);
  const columns = useTokenColumns(all);
  return (
    <Page title={t('tokens.title')} layout="fill" figure={t('tokens.intro')} actions={<Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setMaking(true)}>{t('tokens.new')}</Button>}>
      <ListLayout
        filters={can(permissions.manageAccounts) ? <Chips label={t('tokens.whose')} value={filter.whose} onChange={(whose) => setFilter({ whose })} options={[{ value: 'mine', label: t('tokens.mine') }, { value: 'all', label: t('tokens.all') }]} /> : undefined}
        list={<QueryView query={tokens} isEmpty={(page) => page.total === 0} empty={t('tokens.empty')}>{(page) => <DataTable label={t('tokens.title')} columns={columns} rows={page.items} rowKey={(token) => token.id} />}</QueryView>}
      />
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function useTokenColumns(withOwner: boolean): Column<Token>[] {
  const t = useTexts(foundationTexts);
  const name = useName();
  const roles = useQuery(rolesQuery).data;
  return useMemo(() => [
    { key: 'name', title: t('tokens.name'), cut: true, render: (token) => token.name },
    { key: 'role', title: t('tokens.role'), width: 140, render: (token) => { const role = roles?.find((each) => each.code === token.role); return role ? name(role.nameZh, role.nameEn) : token.role; } },
    { key: 'scope', title: t('tokens.scope'), cut: true, render: (token) => <ScopeName assetId={token.assetId} /> },
    ...(withOwner ? [{ key: 'owner', title: t('tokens.owner'), width: 130, render: (token: Token) => token.owner }] : []),
    { key: 'created', title: t('tokens.created'), width: 120, render: (token) => <span title={formatFullTime(token.created)}>{formatDate(token.created)}</span> },
    { key: 'expires', title: t('tokens.expires'), width: 130, render: (token) => <Expiry token={token} /> },
    { key: 'lastUsed', title: t('tokens.lastUsed'), width: 120, align: 'right', render: (token) => (token.lastUsed ? <Age time={token.lastUsed} /> : <span style={{ color: 'var(--ink-2)' }}>{t('tokens.neverUsed')}</span>) },
    { key: 'revoke', title: '', width: 90, align: 'right', render: (token) => <Revoke token={token} /> },
  ], [t, name, roles, withOwner]);
}

function ScopeName({ assetId }: { assetId: number | null | undefined }) {
  const t = useTexts(foundationTexts);
  const name = useName();
  const asset = useQuery({ ...assetQuery(assetId ?? 0), enabled: typeof assetId === 'number' }).data;
  if (typeof assetId !== 'number') return <>{t('grants.everywhere')}</>;
  return <>{asset ? name(asset.nameZh, asset.nameEn) : assetId}</>;
}

function Expiry({ token }: { token: Token }) {
  const t = useTexts(foundationTexts);
  if (!token.expires) return <span style={{ color: 'var(--ink-2)' }}>{t('tokens.never')}</span>;
  return Date.parse(token.expires) < Date.now() ? <s>{formatDate(token.expires)}</s> : <span title={formatFullTime(token.expires)}>{formatDate(token.expires)}</span>;
}

function Revoke({ token }: { token: Token }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const revoke = useMutation({
    mutationFn: () => api.DELETE('/api/v1/tokens/{id}', { params: { path: { id: token.id } } }),
    onSuccess: () => { void message.success(t('tokens.revoked')); void queries.invalidateQueries({ queryKey: ['tokens'] }); },
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <Popconfirm title={t('tokens.revokeConfirm', { name: token.name })} okText={t('tokens.revoke')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} placement="left" onConfirm={() => revoke.mutate()}>
      <Button size="small" danger type="text">{t('tokens.revoke')}</Button>
    </Popconfirm>
  );
}
