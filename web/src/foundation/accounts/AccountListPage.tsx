import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useCallback, useMemo } from 'react';
import type { Account } from '../../api/types';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatCount, formatTime, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { ListLayout } from '../../ui/ListLayout';
import { Age } from '../../ui/LiveValue';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { pageNumber, useFilter } from '../../ui/useFilter';
import { foundationTexts } from '../texts';
import { AccountPanel } from './AccountPanel';
import { NewAccountPanel } from './NewAccountPanel';
import { accountListQuery, rolesQuery } from './queries';

const defaults = { q: '', page: '1', open: '' };

export default function AccountListPage() {
  const t = useTexts(foundationTexts);
  const [filter, setFilter] = useFilter(defaults);
  const accounts = useQuery(accountListQuery(filter.q, pageNumber(filter.page)));
  const columns = useAccountColumns();
  const close = useCallback(() => setFilter({ open: '' }), [setFilter]);
  const search = useCallback((q: string) => setFilter({ q }), [setFilter]);
  const panel = filter.open === 'new' ? <NewAccountPanel onClose={close} onMade={(id) => setFilter({ open: String(id) })} />
    : filter.open !== '' ? <AccountPanel key={filter.open} id={Number(filter.open)} onClose={close} /> : undefined;
  return (
    <Page title={t('accounts.title')} layout="fill" figure={accounts.data && t('accounts.figure', { n: formatCount(accounts.data.total) })} actions={<Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setFilter({ open: 'new' })}>{t('accounts.new')}</Button>}>
      <ListLayout
        filters={<SearchBox label={t('accounts.search')} value={filter.q} onChange={search} />}
        list={<QueryView query={accounts} isEmpty={(page) => page.total === 0} empty={t('accounts.empty')}>{(page) => <DataTable label={t('accounts.title')} columns={columns} rows={page.items} rowKey={(account) => account.id} openKey={Number(filter.open) || null} onOpen={(account) => setFilter({ open: String(account.id) })} />}</QueryView>}
        foot={accounts.data && <Pager page={accounts.data.page} pageSize={accounts.data.pageSize} total={accounts.data.total} onPage={(page) => setFilter({ page: String(page) })} />}
        panel={panel}
      />
    </Page>
  );
}

function useAccountColumns(): Column<Account>[] {
  const t = useTexts(foundationTexts);
  const name = useName();
  const roles = useQuery(rolesQuery).data;
  return useMemo(() => {
    const roleName = (code: string): string => { const role = roles?.find((each) => each.code === code); return role ? name(role.nameZh, role.nameEn) : code; };
    return [
      { key: 'userName', title: t('accounts.userName'), width: '20%', render: (account) => account.userName },
      { key: 'displayName', title: t('accounts.displayName'), width: '20%', render: (account) => account.displayName || missing },
      { key: 'grants', title: t('accounts.grants'), cut: true, render: (account) => [...new Set(account.grants.map((grant) => roleName(grant.role)))].join('、') || missing },
      { key: 'state', title: t('accounts.state'), width: 180, render: (account) => <StateOf account={account} /> },
      { key: 'signIn', title: t('accounts.lastSignIn'), width: 130, align: 'right', render: (account) => <Age time={account.lastSignIn} /> },
    ];
  }, [t, name, roles]);
}

function StateOf({ account }: { account: Account }) {
  const t = useTexts(foundationTexts);
  if (account.disabled) return <>{t('accounts.disabled')}</>;
  if (account.lockedUntil && Date.parse(account.lockedUntil) > Date.now()) return <>{t('accounts.locked', { time: formatTime(account.lockedUntil) })}</>;
  return <span style={{ color: 'var(--ink-2)' }}>{t('accounts.active')}</span>;
}
