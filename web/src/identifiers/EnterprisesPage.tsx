import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { api, read, type Tagged } from '../api/client';
import { AssetSelect } from '../ui/AssetSelect';
import { Chips } from '../ui/Chips';
import { DataTable, type Column } from '../ui/DataTable';
import { Field, NumberField, parseNumber, TextField } from '../ui/Field';
import { formatCount, formatDate, formatTime, missing } from '../ui/format';
import { useName, useTexts } from '../ui/i18n';
import { Fact, Facts, ListLayout, SidePanel } from '../ui/ListLayout';
import { Page } from '../ui/Page';
import { Pager } from '../ui/Pager';
import { QueryView } from '../ui/QueryView';
import { useCan } from '../ui/session';
import { idOf, pageNumber, useFilter } from '../ui/useFilter';
import { Dialog } from './Dialog';
import { Documents } from './Documents';
import styles from './Identifiers.module.css';
import { enterpriseQuery, enterprisesQuery, identifierPermissions, useChange, type EnterpriseDetail, type EnterpriseItem } from './shared';
import { identifierTexts } from './texts';

const states = ['', 'applied', 'reviewed', 'returned', 'approved'] as const;

/** Who wants to register identifiers, and how far each has come. */
export default function EnterprisesPage() {
  const t = useTexts(identifierTexts);
  const name = useName();
  const can = useCan();
  const [filter, setFilter] = useFilter({ state: '', page: '1', open: '' });
  const [applying, setApplying] = useState(false);
  const list = useQuery(enterprisesQuery(filter.state, pageNumber(filter.page)));
  const open = idOf(filter.open);
  const columns: Column<EnterpriseItem>[] = [
    { key: 'name', title: t('enterprise'), render: (row) => name(row.nameZh, row.nameEn) },
    { key: 'state', title: t('state'), width: 180, render: (row) => t(`state.${row.state}`) },
    { key: 'prefix', title: t('prefix'), width: 140, render: (row) => row.prefix ?? missing },
    { key: 'registered', title: t('registered'), width: 110, align: 'right', render: (row) => (row.prefix === null ? missing : formatCount(row.registered)) },
    { key: 'applied', title: t('applied'), width: 140, render: (row) => formatTime(row.applied) },
  ];
  return (
    <Page layout="fill" title={t('enterprises.title')} actions={can(identifierPermissions.register) && <Button type="primary" onClick={() => setApplying(true)}>{t('apply')}</Button>}>
      <ListLayout
        filters={<Chips label={t('state')} value={filter.state} onChange={(state) => setFilter({ state })} options={states.map((state) => ({ value: state, label: t(`state.${state || 'all'}` as 'state.all') }))} />}
        list={<QueryView query={list} isEmpty={(page) => page.total === 0} empty={t('enterprises.none')}>
          {(page) => <DataTable label={t('enterprises.title')} columns={columns} rows={page.items} rowKey={(row) => row.id} openKey={open} onOpen={(row) => setFilter({ open: String(row.id) })} />}
        </QueryView>}
        foot={list.data && <Pager page={list.data.page} pageSize={list.data.pageSize} total={list.data.total} onPage={(page) => setFilter({ page: String(page) })} />}
        panel={open !== undefined && <EnterprisePanel id={open} onClose={() => setFilter({ open: '' })} />}
      />
      {applying && <ApplyDialog onClose={() => setApplying(false)} onDone={(detail) => { setApplying(false); setFilter({ open: String(detail.enterprise.id) }); }} />}
    </Page>
  );
}

type Asked = 'change' | 'review' | 'returnReview' | 'approve' | 'returnApproval' | 'partners' | null;

function EnterprisePanel({ id, onClose }: { id: number; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const name = useName();
  const [asked, setAsked] = useState<Asked>(null);
  const detail = useQuery(enterpriseQuery(id));
  const close = (): void => setAsked(null);
  return (
    <SidePanel label={t('enterprise')} title={detail.data ? name(detail.data.value.enterprise.nameZh, detail.data.value.enterprise.nameEn) : t('enterprise')} onClose={onClose}>
      <QueryView query={detail}>
        {({ value, etag }) => (
          <div className={styles['stack']}>
            <Facts>
              <Fact name={t('number')}>{value.enterprise.id}</Fact>
              <Fact name={t('state')}>{t(`state.${value.enterprise.state}`)}</Fact>
              {value.remark && <Fact name={t('remark.why')}>{value.remark}</Fact>}
              <Fact name={t('creditCode')}>{value.enterprise.creditCode}</Fact>
              <Fact name={t('industry')}>{value.enterprise.industry}</Fact>
              <Fact name={t('contact')}>{value.contact} {value.phone}</Fact>
              <Fact name={t('purpose')}>{value.purpose}</Fact>
              <Fact name={t('expected')}>{formatCount(value.expected)}</Fact>
              {value.prefix && <><Fact name={t('prefix')}>{value.prefix.name} · {t(`prefix.${value.prefix.state}`)}</Fact><Fact name={t('prefix.used')}>{formatCount(value.prefix.registered)} / {formatCount(value.prefix.quota)}</Fact><Fact name={t('contract')}>{value.prefix.contract || missing}{value.prefix.contractEnds && ` · ${t('contract.until', { day: formatDate(value.prefix.contractEnds) })}`}</Fact></>}
              {value.prefix && <Fact name={t('partners')}>{value.partners.map((partner) => name(partner.nameZh, partner.nameEn)).join('、') || missing}</Fact>}
            </Facts>
            <div className={styles['actions']}>
              {value.mayChange && <Button onClick={() => setAsked('change')}>{t('apply.change')}</Button>}
              {value.mayReview && <><Button type="primary" onClick={() => setAsked('review')}>{t('review.pass')}</Button><Button onClick={() => setAsked('returnReview')}>{t('return')}</Button></>}
              {value.mayApprove && <><Button type="primary" onClick={() => setAsked('approve')}>{t('approve.pass')}</Button><Button onClick={() => setAsked('returnApproval')}>{t('return')}</Button></>}
              {value.prefix && <PartnersButton onClick={() => setAsked('partners')} />}
            </div>
            <Documents enterprise={id} />
            <h3>{t('history')}</h3>
            <ul className={styles['history']}>
              {value.events.map((line) => <li key={`${line.time} ${line.act}`}>{t(`act.${line.act}`)} · {line.actor}{line.remark && <> · {line.remark}</>}<small>{formatTime(line.time)}</small></li>)}
            </ul>
            {asked === 'change' && <ApplyDialog before={{ value, etag }} onClose={close} onDone={close} />}
            {(asked === 'review' || asked === 'returnReview' || asked === 'returnApproval') && <DecideDialog id={id} etag={etag} asked={asked} onClose={close} />}
            {asked === 'approve' && <ApproveDialog detail={value} etag={etag} onClose={close} />}
            {asked === 'partners' && <PartnersDialog detail={value} onClose={close} />}
          </div>
        )}
      </QueryView>
    </SidePanel>
  );
}

function PartnersButton({ onClick }: { onClick: () => void }) {
  const t = useTexts(identifierTexts);
  return useCan()(identifierPermissions.register) ? <Button onClick={onClick}>{t('partners.change')}</Button> : null;
}

function ApplyDialog({ before, onClose, onDone }: { before?: Tagged<EnterpriseDetail>; onClose: () => void; onDone: (detail: EnterpriseDetail) => void }) {
  const t = useTexts(identifierTexts);
  const old = before?.value;
  const [assetId, setAssetId] = useState<number | null>(old?.enterprise.assetId ?? null);
  const [form, setForm] = useState({ creditCode: old?.enterprise.creditCode ?? '', industry: old?.enterprise.industry ?? '', contact: old?.contact ?? '', phone: old?.phone ?? '', purpose: old?.purpose ?? '', expected: String(old?.expected ?? '') });
  const set = (patch: Partial<typeof form>): void => setForm({ ...form, ...patch });
  const change = useChange(() => {
    const body = { ...form, assetId: assetId ?? 0, expected: Math.trunc(parseNumber(form.expected) ?? 0) };
    return before
      ? read(api.PUT('/api/v1/identifiers/enterprises/{id}', { params: { path: { id: before.value.enterprise.id } }, headers: { 'If-Match': before.etag }, body }))
      : read(api.POST('/api/v1/identifiers/enterprises', { body }));
  }, onDone);
  return (
    <Dialog title={t(before ? 'apply.change' : 'apply')} ok={t(before ? 'apply.change' : 'apply')} run={() => change.run()} isPending={change.isPending} failure={change.failure} onClose={onClose}>
      {!before && <Field label={t('enterprise')} required reasons={change.fields['assetId']}>{(attributes) => <AssetSelect id={attributes.id} status={attributes.status} label={t('enterprise')} value={assetId} onChange={setAssetId} />}</Field>}
      <TextField label={t('creditCode')} required value={form.creditCode} onChange={(creditCode) => set({ creditCode })} reasons={change.fields['creditCode']} />
      <TextField label={t('industry')} required value={form.industry} onChange={(industry) => set({ industry })} reasons={change.fields['industry']} />
      <TextField label={t('contact')} required value={form.contact} onChange={(contact) => set({ contact })} reasons={change.fields['contact']} />
      <TextField label={t('phone')} required value={form.phone} onChange={(phone) => set({ phone })} reasons={change.fields['phone']} />
      <TextField label={t('purpose')} required value={form.purpose} onChange={(purpose) => set({ purpose })} reasons={change.fields['purpose']} />
      <NumberField label={t('expected')} required value={form.expected} onChange={(expected) => set({ expected })} reasons={change.fields['expected']} />
    </Dialog>
  );
}

function DecideDialog({ id, etag, asked, onClose }: { id: number; etag: string; asked: 'review' | 'returnReview' | 'returnApproval'; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const [remark, setRemark] = useState('');
  const pass = asked === 'review';
  const change = useChange(() => {
    const call = { params: { path: { id } }, headers: { 'If-Match': etag }, body: { pass, remark: remark || null } };
    return asked === 'returnApproval' ? read(api.POST('/api/v1/identifiers/enterprises/{id}/approval', call)) : read(api.POST('/api/v1/identifiers/enterprises/{id}/review', call));
  }, onClose);
  const title = t(pass ? 'review.pass' : 'return');
  return (
    <Dialog title={title} ok={title} run={() => change.run()} isPending={change.isPending} failure={change.failure} onClose={onClose}>
      <TextField label={t(pass ? 'remark' : 'remark.why')} required={!pass} autoFocus value={remark} onChange={setRemark} reasons={change.fields['remark']} />
    </Dialog>
  );
}

function ApproveDialog({ detail, etag, onClose }: { detail: EnterpriseDetail; etag: string; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const [form, setForm] = useState({ prefix: '', quota: String(detail.expected), contract: '', ends: '' });
  const change = useChange(() => read(api.POST('/api/v1/identifiers/enterprises/{id}/approval', {
    params: { path: { id: detail.enterprise.id } }, headers: { 'If-Match': etag },
    body: { pass: true, prefix: form.prefix || null, quota: Math.trunc(parseNumber(form.quota) ?? 0), contract: form.contract, contractEnds: form.ends ? `${form.ends}T15:59:59Z` : null },
  })), onClose);
  return (
    <Dialog title={t('approve.pass')} ok={t('approve.pass')} run={() => change.run()} isPending={change.isPending} failure={change.failure} onClose={onClose}>
      <TextField label={t('prefix.wanted')} autoFocus value={form.prefix} onChange={(prefix) => setForm({ ...form, prefix })} reasons={change.fields['prefix']} />
      <NumberField label={t('quota')} required value={form.quota} onChange={(quota) => setForm({ ...form, quota })} reasons={change.fields['quota']} />
      <TextField label={t('contract')} value={form.contract} onChange={(contract) => setForm({ ...form, contract })} reasons={change.fields['contract']} />
      <Field label={t('contractEnds')} reasons={change.fields['contractEnds']}>{(attributes) => <Input {...attributes} type="date" value={form.ends} onChange={(event) => setForm({ ...form, ends: event.target.value })} />}</Field>
    </Dialog>
  );
}

function PartnersDialog({ detail, onClose }: { detail: EnterpriseDetail; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const [text, setText] = useState(detail.partners.map((partner) => partner.id).join('\n'));
  const change = useChange(() => read(api.PUT('/api/v1/identifiers/enterprises/{id}/partners', {
    params: { path: { id: detail.enterprise.id } }, body: { enterprises: text.split(/\s+/).filter(Boolean).map((part) => Math.trunc(Number(part)) || 0) },
  })), onClose);
  return (
    <Dialog title={t('partners.change')} ok={t('partners.change')} run={() => change.run()} isPending={change.isPending} failure={change.failure} onClose={onClose}>
      <Field label={t('partners.ids')} hint={t('partners.hint')} reasons={change.fields['enterprises']}>{(attributes) => <Input.TextArea {...attributes} autoSize={{ minRows: 3 }} value={text} onChange={(event) => setText(event.target.value)} />}</Field>
    </Dialog>
  );
}
