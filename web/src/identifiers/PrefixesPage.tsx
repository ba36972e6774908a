import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { api, read } from '../api/client';
import { DataTable, type Column } from '../ui/DataTable';
import { Field, NumberField, parseNumber, SelectField, TextField } from '../ui/Field';
import { formatCount, formatDate, formatTime, missing } from '../ui/format';
import { useName, useTexts } from '../ui/i18n';
import { Card, Page } from '../ui/Page';
import { Pager } from '../ui/Pager';
import { QueryView } from '../ui/QueryView';
import { useCan } from '../ui/session';
import { pageNumber, useFilter } from '../ui/useFilter';
import { Dialog } from './Dialog';
import { identifierPermissions, prefixesQuery, useChange, type PrefixItem } from './shared';
import { identifierTexts } from './texts';

const states = ['allotted', 'suspended', 'withdrawn'] as const;

/** Which prefix belongs to whom, how full it is, until when. */
export default function PrefixesPage() {
  const t = useTexts(identifierTexts);
  const name = useName();
  const can = useCan();
  const [filter, setFilter] = useFilter({ page: '1' });
  const [changing, setChanging] = useState<PrefixItem | null>(null);
  const list = useQuery(prefixesQuery(pageNumber(filter.page)));
  const columns: Column<PrefixItem>[] = [
    { key: 'name', title: t('prefix'), width: 150, render: (row) => row.name },
    { key: 'enterprise', title: t('enterprise'), render: (row) => name(row.enterpriseNameZh, row.enterpriseNameEn) },
    { key: 'state', title: t('state'), width: 110, render: (row) => t(`prefix.${row.state}`) },
    { key: 'used', title: t('prefix.used'), width: 180, align: 'right', render: (row) => `${formatCount(row.registered)} / ${formatCount(row.quota)}` },
    { key: 'contract', title: t('contract'), width: 140, render: (row) => row.contract || missing },
    { key: 'ends', title: t('contractEnds'), width: 120, render: (row) => formatDate(row.contractEnds) },
    { key: 'allotted', title: t('prefix.allotted'), width: 140, render: (row) => formatTime(row.allotted) },
    { key: 'action', title: '', width: 90, align: 'right', render: (row) => can(identifierPermissions.manage) && row.state !== 'withdrawn' && <Button size="small" onClick={() => setChanging(row)}>{t('prefix.change')}</Button> },
  ];
  return (
    <Page title={t('prefixes.title')}>
      <Card padded={false}>
        <QueryView query={list} isEmpty={(page) => page.total === 0} empty={t('prefixes.none')}>
          {(page) => <DataTable label={t('prefixes.title')} columns={columns} rows={page.items} rowKey={(row) => row.id} />}
        </QueryView>
        {list.data && <Pager page={list.data.page} pageSize={list.data.pageSize} total={list.data.total} onPage={(page) => setFilter({ page: String(page) })} />}
      </Card>
      {changing && <ChangeDialog prefix={changing} onClose={() => setChanging(null)} />}
    </Page>
  );
}

function ChangeDialog({ prefix, onClose }: { prefix: PrefixItem; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const [form, setForm] = useState({ state: prefix.state, quota: String(prefix.quota), contract: prefix.contract, ends: prefix.contractEnds ? formatDate(prefix.contractEnds) : '', remark: '' });
  const change = useChange(() => read(api.PUT('/api/v1/identifiers/prefixes/{id}', {
    params: { path: { id: prefix.id } }, headers: { 'If-Match': `"${prefix.version}"` },
    body: { state: form.state, quota: Math.trunc(parseNumber(form.quota) ?? 0), contract: form.contract, contractEnds: form.ends ? `${form.ends}T15:59:59Z` : null, remark: form.remark || null },
  })), onClose);
  return (
    <Dialog title={`${t('prefix.change')} ${prefix.name}`} ok={t('prefix.change')} run={() => change.run()} isPending={change.isPending} failure={change.failure} onClose={onClose}>
      <SelectField label={t('state')} value={form.state} options={states.map((state) => ({ value: state, label: t(`prefix.${state}`) }))} onChange={(state) => setForm({ ...form, state: (state ?? 'allotted') as PrefixItem['state'] })} />
      <NumberField label={t('quota')} value={form.quota} onChange={(quota) => setForm({ ...form, quota })} reasons={change.fields['quota']} />
      <TextField label={t('contract')} value={form.contract} onChange={(contract) => setForm({ ...form, contract })} reasons={change.fields['contract']} />
      <Field label={t('contractEnds')} reasons={change.fields['contractEnds']}>{(attributes) => <Input {...attributes} type="date" value={form.ends} onChange={(event) => setForm({ ...form, ends: event.target.value })} />}</Field>
      <TextField label={t('remark.why')} required={form.state !== prefix.state} value={form.remark} onChange={(remark) => setForm({ ...form, remark })} reasons={change.fields['remark']} />
    </Dialog>
  );
}
