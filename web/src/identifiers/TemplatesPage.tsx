import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import { api, read } from '../api/client';
import { DataTable, type Column } from '../ui/DataTable';
import { FormRow, NumberField, parseNumber, SelectField, TextField } from '../ui/Field';
import { formatTime } from '../ui/format';
import { useName, useTexts } from '../ui/i18n';
import { Card, Page } from '../ui/Page';
import { QueryView } from '../ui/QueryView';
import { useCan } from '../ui/session';
import { Dialog } from './Dialog';
import styles from './Identifiers.module.css';
import { enterprisesQuery, identifierPermissions, templatesQuery, useChange, type SuffixRule, type TemplateField, type TemplateItem } from './shared';
import { identifierTexts } from './texts';

const kinds = ['text', 'number', 'date', 'link'] as const;
const visibilities = ['public', 'partner', 'private'] as const;
const characters = ['digits', 'alphanumeric', 'any'] as const;

/** What identifiers say, and to whom. */
export default function TemplatesPage() {
  const t = useTexts(identifierTexts);
  const name = useName();
  const can = useCan();
  const [open, setOpen] = useState<{ template: TemplateItem | null; next: boolean } | null>(null);
  const list = useQuery(templatesQuery(undefined));
  const columns: Column<TemplateItem>[] = [
    { key: 'enterprise', title: t('enterprise'), render: (row) => name(row.enterpriseNameZh, row.enterpriseNameEn) },
    { key: 'name', title: t('template'), render: (row) => `${name(row.nameZh, row.nameEn)} (${row.code}:${row.edition})` },
    { key: 'fields', title: t('fields'), render: (row) => row.fields.map((field) => name(field.labelZh, field.labelEn)).join('、') },
    { key: 'used', title: t('state'), width: 170, render: (row) => t(row.usedSince ? 'used' : 'unused') },
    { key: 'created', title: t('applied'), width: 140, render: (row) => formatTime(row.created) },
    { key: 'action', title: '', width: 130, align: 'right', render: (row) => can(identifierPermissions.register) && <Button size="small" onClick={() => setOpen({ template: row, next: !row.mayChange })}>{t(row.mayChange ? 'template.edit' : 'template.next')}</Button> },
  ];
  return (
    <Page title={t('templates.title')} actions={can(identifierPermissions.register) && <Button type="primary" onClick={() => setOpen({ template: null, next: false })}>{t('template.new')}</Button>}>
      <Card padded={false}>
        <QueryView query={list} isEmpty={(page) => page.total === 0} empty={t('templates.none')}>
          {(page) => <DataTable label={t('templates.title')} columns={columns} rows={page.items} rowKey={(row) => row.id} />}
        </QueryView>
      </Card>
      {open && <TemplateDialog before={open.template} next={open.next} onClose={() => setOpen(null)} />}
    </Page>
  );
}

const emptyField = (fields: readonly TemplateField[]): TemplateField => ({
  name: '', index: Math.max(1999, ...fields.map((field) => field.index)) + 1, labelZh: '', labelEn: '', kind: 'text', required: false, visibility: 'public', maxLength: 200,
});

function TemplateDialog({ before, next, onClose }: { before: TemplateItem | null; next: boolean; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const name = useName();
  const enterprises = useQuery(enterprisesQuery('approved', 1));
  const [chosen, setChosen] = useState<number | null>(before?.enterpriseId ?? null);
  const enterprise = chosen ?? enterprises.data?.items[0]?.id ?? null;
  const [form, setForm] = useState({ code: before?.code ?? '', nameZh: before?.nameZh ?? '', nameEn: before?.nameEn ?? '' });
  const [suffix, setSuffix] = useState<SuffixRule>(before?.suffix ?? { start: '', characters: 'any', minLength: 1, maxLength: 60 });
  const [fields, setFields] = useState<TemplateField[]>(before ? [...before.fields] : [emptyField([])]);
  const change = useChange(() => (before && !next
    ? read(api.PUT('/api/v1/identifiers/templates/{id}', { params: { path: { id: before.id } }, headers: { 'If-Match': `"${before.version}"` }, body: { nameZh: form.nameZh, nameEn: form.nameEn, suffix, fields } }))
    : read(api.POST('/api/v1/identifiers/templates', { body: { enterpriseId: enterprise ?? 0, ...form, suffix, fields } }))), onClose);
  const set = (place: number, patch: Partial<TemplateField>): void => setFields(fields.map((field, index) => (index === place ? { ...field, ...patch } : field)));
  const whole = (text: string): number => Math.trunc(parseNumber(text) ?? 0);
  const title = t(before === null ? 'template.new' : next ? 'template.next' : 'template.edit');
  const inside = change.others.filter((other) => other.startsWith('fields') || other.startsWith('suffix'));
  return (
    <Dialog title={title} ok={title} width={1080} run={() => change.run()} isPending={change.isPending} failure={change.failure ?? (inside.join(' ') || null)} onClose={onClose}>
      {before === null && <SelectField label={t('enterprise')} required value={enterprise === null ? null : String(enterprise)} onChange={(value) => setChosen(Number(value))} options={(enterprises.data?.items ?? []).map((item) => ({ value: String(item.id), label: name(item.nameZh, item.nameEn) }))} reasons={change.fields['enterpriseId']} />}
      <FormRow>
        <TextField label={t('template.code')} required disabled={before !== null} value={form.code} onChange={(code) => setForm({ ...form, code })} reasons={change.fields['code']} />
        <TextField label={t('nameZh')} required value={form.nameZh} onChange={(nameZh) => setForm({ ...form, nameZh })} reasons={change.fields['nameZh']} />
        <TextField label={t('nameEn')} required value={form.nameEn} onChange={(nameEn) => setForm({ ...form, nameEn })} reasons={change.fields['nameEn']} />
      </FormRow>
      <FormRow>
        <TextField label={t('suffix.start')} value={suffix.start} onChange={(start) => setSuffix({ ...suffix, start })} />
        <SelectField label={t('suffix.characters')} value={suffix.characters} onChange={(value) => setSuffix({ ...suffix, characters: (value ?? 'any') as SuffixRule['characters'] })} options={characters.map((value) => ({ value, label: t(`characters.${value}`) }))} />
        <NumberField label={t('suffix.min')} value={String(suffix.minLength)} onChange={(text) => setSuffix({ ...suffix, minLength: whole(text) })} />
        <NumberField label={t('suffix.max')} value={String(suffix.maxLength)} onChange={(text) => setSuffix({ ...suffix, maxLength: whole(text) })} />
      </FormRow>
      <table className={styles['fields']} aria-label={t('fields')}>
        <thead><tr>{(['name', 'index', 'labelZh', 'labelEn', 'kind', 'visibility', 'maxLength', 'required'] as const).map((head) => <th key={head} scope="col">{t(`field.${head}`)}</th>)}<th /></tr></thead>
        <tbody>
          {fields.map((field, place) => (
            <tr key={place}>
              <td><Input aria-label={`${t('field.name')} ${place + 1}`} value={field.name} onChange={(event) => set(place, { name: event.target.value })} /></td>
              <td style={{ width: 80 }}><Input aria-label={`${t('field.index')} ${place + 1}`} inputMode="numeric" value={field.index} onChange={(event) => set(place, { index: Math.max(0, whole(event.target.value)) })} /></td>
              <td><Input aria-label={`${t('field.labelZh')} ${place + 1}`} value={field.labelZh} onChange={(event) => set(place, { labelZh: event.target.value })} /></td>
              <td><Input aria-label={`${t('field.labelEn')} ${place + 1}`} value={field.labelEn} onChange={(event) => set(place, { labelEn: event.target.value })} /></td>
              <td style={{ width: 100 }}><Select aria-label={`${t('field.kind')} ${place + 1}`} style={{ width: '100%' }} value={field.kind} options={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))} onChange={(kind) => set(place, { kind })} /></td>
              <td style={{ width: 110 }}><Select aria-label={`${t('field.visibility')} ${place + 1}`} style={{ width: '100%' }} value={field.visibility} options={visibilities.map((value) => ({ value, label: t(`visibility.${value}`) }))} onChange={(visibility) => set(place, { visibility })} /></td>
              <td style={{ width: 80 }}><Input aria-label={`${t('field.maxLength')} ${place + 1}`} inputMode="numeric" value={field.maxLength} onChange={(event) => set(place, { maxLength: Math.max(0, whole(event.target.value)) })} /></td>
              <td style={{ width: 50 }}><Checkbox aria-label={`${t('field.required')} ${place + 1}`} checked={field.required} onChange={(event) => set(place, { required: event.target.checked })} /></td>
              <td style={{ width: 70 }}><Button size="small" disabled={fields.length === 1} onClick={() => setFields(fields.filter((_, index) => index !== place))}>{t('field.remove')}</Button></td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button onClick={() => setFields([...fields, emptyField(fields)])}>{t('field.add')}</Button>
    </Dialog>
  );
}
