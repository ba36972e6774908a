import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../api/client';
import { DataTable, type Column } from '../ui/DataTable';
import { SelectField, TextField } from '../ui/Field';
import { formatTime, missing } from '../ui/format';
import { useName, useTexts } from '../ui/i18n';
import { Fact, Facts, ListLayout, SidePanel } from '../ui/ListLayout';
import { Page } from '../ui/Page';
import { Pager } from '../ui/Pager';
import { QueryView } from '../ui/QueryView';
import { useCan } from '../ui/session';
import { pageNumber, useFilter } from '../ui/useFilter';
import { Dialog } from './Dialog';
import styles from './Identifiers.module.css';
import { identifierPermissions, itemQuery, itemsQuery, labelAddress, pageAddress, prefixesQuery, templatesQuery, useChange, type IdentifierDetail, type IdentifierItem, type IdentifierLine, type PrefixItem, type TemplateItem } from './shared';
import { identifierTexts } from './texts';

/** What is registered, and the life of each. */
export default function ItemsPage() {
  const t = useTexts(identifierTexts);
  const name = useName();
  const can = useCan();
  const navigate = useNavigate();
  const [filter, setFilter] = useFilter({ prefix: '', page: '1', open: '' });
  const [registering, setRegistering] = useState(false);
  const prefixes = useQuery(prefixesQuery(1, 500));
  const prefix = prefixes.data?.items.find((item) => item.name === filter.prefix) ?? prefixes.data?.items[0];
  return (
    <Page layout="fill" title={t('items.title')} actions={prefix && <>
      <Button onClick={() => void navigate(`/identifiers/labels?prefix=${prefix.name}&page=${filter.page}`)}>{t('labels.print')}</Button>
      {can(identifierPermissions.register) && <Button type="primary" onClick={() => setRegistering(true)}>{t('items.register')}</Button>}
    </>}>
      <QueryView query={prefixes} isEmpty={(page) => page.total === 0} empty={t('items.noPrefix')}>
        {(page) => prefix && (
          <ListLayout
            filters={<>
              <SelectField label={t('prefix')} searchable value={prefix.name} onChange={(value) => setFilter({ prefix: value ?? '' })} options={page.items.map((item) => ({ value: item.name, label: `${item.name} ${name(item.enterpriseNameZh, item.enterpriseNameEn)}` }))} />
              <Input.Search aria-label={t('items.find')} placeholder={t('items.find')} style={{ width: 320 }} onSearch={(text) => setFilter({ open: text.trim() })} />
            </>}
            list={<Items prefix={prefix} page={pageNumber(filter.page)} open={filter.open} onOpen={(open) => setFilter({ open })} />}
            foot={<ItemsFoot prefix={prefix} page={pageNumber(filter.page)} onPage={(next) => setFilter({ page: String(next) })} />}
            panel={filter.open && <ItemPanel handle={filter.open} onClose={() => setFilter({ open: '' })} />}
          />
        )}
      </QueryView>
      {registering && prefix && <RegisterDialog prefix={prefix} onClose={() => setRegistering(false)} onDone={(detail) => { setRegistering(false); setFilter({ open: detail.identifier.handle }); }} />}
    </Page>
  );
}

function Items({ prefix, page, open, onOpen }: { prefix: PrefixItem; page: number; open: string; onOpen: (handle: string) => void }) {
  const t = useTexts(identifierTexts);
  const list = useQuery(itemsQuery(prefix.name, page));
  const columns: Column<IdentifierLine>[] = [
    { key: 'handle', title: t('handle'), render: (row) => row.handle, cut: 'start' },
    { key: 'state', title: t('state'), width: 100, render: (row) => (row.state ? t(`life.${row.state}`) : <span className={styles['damaged']}>{t('life.damaged')}</span>) },
    { key: 'template', title: t('template'), width: 130, render: (row) => row.template || missing },
    { key: 'registered', title: t('registered'), width: 140, render: (row) => formatTime(row.registered) },
    { key: 'changed', title: t('changed'), width: 140, render: (row) => formatTime(row.changed) },
  ];
  return (
    <QueryView query={list} isEmpty={(data) => data.total === 0} empty={t('items.none')}>
      {(data) => <DataTable label={t('items.title')} columns={columns} rows={data.items} rowKey={(row) => row.handle} openKey={open} onOpen={(row) => onOpen(row.handle)} />}
    </QueryView>
  );
}

function ItemsFoot({ prefix, page, onPage }: { prefix: PrefixItem; page: number; onPage: (page: number) => void }) {
  const list = useQuery(itemsQuery(prefix.name, page));
  return list.data ? <Pager page={list.data.page} pageSize={list.data.pageSize} total={list.data.total} onPage={onPage} /> : null;
}

function ItemPanel({ handle, onClose }: { handle: string; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const name = useName();
  const item = useQuery(itemQuery(handle));
  const [asked, setAsked] = useState<'fields' | IdentifierItem['state'] | null>(null);
  return (
    <SidePanel label={t('handle')} title={handle} onClose={onClose}>
      <QueryView query={item}>
        {(detail) => (
          <div className={styles['stack']}>
            <Facts>
              <Fact name={t('state')}>{t(`life.${detail.identifier.state}`)}</Fact>
              <Fact name={t('enterprise')}>{name(detail.enterpriseNameZh, detail.enterpriseNameEn)}</Fact>
              <Fact name={t('template')}>{name(detail.templateNameZh, detail.templateNameEn)} ({detail.identifier.template})</Fact>
              {detail.fields.map((field) => <Fact key={field.name} name={name(field.labelZh, field.labelEn)}>{field.value} <span className={styles['muted']}>{t(`visibility.${field.visibility}`)}</span></Fact>)}
            </Facts>
            <img className={styles['code']} src={labelAddress(detail.identifier.handle)} alt={`${t('item.label')} ${detail.identifier.handle}`} />
            <div className={styles['actions']}>
              <a href={pageAddress(detail.identifier.handle)} target="_blank" rel="noreferrer">{t('item.page')}</a>
              {detail.mayChange && <Button size="small" onClick={() => setAsked('fields')}>{t('item.change')}</Button>}
              {detail.next.map((state) => <Button key={state} size="small" danger={state === 'retired'} onClick={() => setAsked(state)}>{t(`move.${state}`)}</Button>)}
            </div>
            <h3>{t('history')}</h3>
            <ul className={styles['history']}>
              {detail.events.map((line, place) => <li key={place}>{t(`itemAct.${line.act}`)}{line.actor && <> · {line.actor}</>}{line.remark && <> · {line.remark}</>}<small>{formatTime(line.time)}</small></li>)}
            </ul>
            {asked === 'fields' && <FieldsDialog detail={detail} onClose={() => setAsked(null)} />}
            {asked !== null && asked !== 'fields' && <MoveDialog handle={detail.identifier.handle} state={asked} onClose={() => setAsked(null)} />}
          </div>
        )}
      </QueryView>
    </SidePanel>
  );
}

function FieldInputs({ template, values, onChange, fields }: { template: TemplateItem; values: Record<string, string>; onChange: (values: Record<string, string>) => void; fields: Readonly<Record<string, string[]>> }) {
  const name = useName();
  return template.fields.map((field) => (
    <TextField key={field.name} label={name(field.labelZh, field.labelEn)} required={field.required} value={values[field.name] ?? ''} onChange={(value) => onChange({ ...values, [field.name]: value })} reasons={fields[`values.${field.name}`]} />
  ));
}

function RegisterDialog({ prefix, onClose, onDone }: { prefix: PrefixItem; onClose: () => void; onDone: (detail: IdentifierDetail) => void }) {
  const t = useTexts(identifierTexts);
  const name = useName();
  const templates = useQuery(templatesQuery(prefix.enterpriseId));
  const [chosen, setChosen] = useState<string | null>(null);
  const [suffix, setSuffix] = useState('');
  const [values, setValues] = useState<Record<string, string>>({});
  const template = templates.data?.items.find((item) => `${item.code}:${item.edition}` === chosen) ?? templates.data?.items[0];
  const change = useChange(() => read(api.POST('/api/v1/identifiers/items', { body: { prefix: prefix.name, suffix, template: template ? `${template.code}:${template.edition}` : '', values } })), onDone);
  return (
    <Dialog title={t('items.register')} ok={t('items.register')} run={() => change.run()} isPending={change.isPending} failure={change.failure} onClose={onClose}>
      <SelectField label={t('template')} required value={template ? `${template.code}:${template.edition}` : null} onChange={setChosen} reasons={change.fields['template']} options={(templates.data?.items ?? []).map((item) => ({ value: `${item.code}:${item.edition}`, label: `${name(item.nameZh, item.nameEn)} (${item.code}:${item.edition})` }))} />
      <TextField label={`${t('suffix')} ${prefix.name}/`} required autoFocus value={suffix} onChange={setSuffix} reasons={change.fields['suffix']} />
      {template && <FieldInputs template={template} values={values} onChange={setValues} fields={change.fields} />}
    </Dialog>
  );
}

function FieldsDialog({ detail, onClose }: { detail: IdentifierDetail; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const templates = useQuery(templatesQuery(detail.enterpriseId));
  const template = templates.data?.items.find((item) => item.id === detail.templateId);
  const [values, setValues] = useState<Record<string, string>>(Object.fromEntries(detail.fields.map((field) => [field.name, field.value])));
  const change = useChange(() => read(api.PUT('/api/v1/identifiers/item', { params: { query: { handle: detail.identifier.handle } }, body: { values } })), onClose);
  return (
    <Dialog title={`${t('item.change')} ${detail.identifier.handle}`} ok={t('item.change')} run={() => change.run()} isPending={change.isPending} failure={change.failure} onClose={onClose}>
      {template && <FieldInputs template={template} values={values} onChange={setValues} fields={change.fields} />}
    </Dialog>
  );
}

function MoveDialog({ handle, state, onClose }: { handle: string; state: IdentifierItem['state']; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const [remark, setRemark] = useState('');
  const change = useChange(() => read(api.POST('/api/v1/identifiers/item/state', { params: { query: { handle } }, body: { state, remark: remark || null } })), onClose);
  return (
    <Dialog title={`${t(`move.${state}`)} ${handle}`} ok={t(`move.${state}`)} danger={state === 'retired'} run={() => change.run()} isPending={change.isPending} failure={change.failure} onClose={onClose}>
      <TextField label={t('remark.why')} required={state === 'suspended' || state === 'retired'} autoFocus value={remark} onChange={setRemark} reasons={change.fields['remark']} />
    </Dialog>
  );
}
