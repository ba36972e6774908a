import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Input } from 'antd';
import { useState } from 'react';
import { api, read, readTagged, type Tagged } from '../../api/client';
import { ProblemError } from '../../api/problems';
import type { components } from '../../api/schema';
import { Chips } from '../../ui/Chips';
import { Field, FormColumn, FormReason, FormRow, NumberField, parseNumber, TextField } from '../../ui/Field';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { useFilter } from '../../ui/useFilter';
import { formsQuery } from '../shared';
import { settingTexts } from './texts';

type Item = components['schemas']['SettingItem'];
type Content = Record<string, unknown>;
type Words = keyof typeof settingTexts;
const tables = ['calendar', 'disclosure', 'checks', 'lights', 'chains', 'report'] as const;
type Table = (typeof tables)[number];

/** Numbers of the small tables, in the order of the page; the other tables are edited as text. */
const numbers: Partial<Record<Table, readonly Words[]>> = {
  disclosure: ['fewestContributors', 'largestShare'],
  checks: ['changeFactor', 'shortestHistory', 'residualLimit', 'meterTolerance', 'peerLimit', 'fewestPeers'],
};
const ruleNumbers = ['deadlineMonths', 'deadlineDay', 'checkDays', 'acceptDays', 'releaseDays'] as const;

/** The tables that figures, checks and reminders go by. */
export default function SettingsPage() {
  const t = useTexts(settingTexts);
  const [filter, setFilter] = useFilter({ table: 'calendar' });
  const table = tables.find((each) => each === filter.table) ?? 'calendar';
  const setting = useQuery({
    queryKey: ['economy', 'setting', table],
    queryFn: ({ signal }): Promise<Tagged<Item>> => readTagged(api.GET('/api/v1/economy/settings/{key}', { params: { path: { key: table } }, signal })),
  });
  return (
    <Page title={t('title')} figure={setting.data && t(setting.data.value.isShipped ? 'shipped' : 'changed')}>
      <Chips label={t('table')} value={table} onChange={(next) => setFilter({ table: next })} options={tables.map((value) => ({ value, label: t(value) }))} />
      <QueryView query={setting} skeleton="block">{(data) => <Editor key={`${table} ${data.etag}`} table={table} opened={data} reread={async () => { await setting.refetch(); }} />}</QueryView>
    </Page>
  );
}

function Editor({ table, opened, reread }: { table: Table; opened: Tagged<Item>; reread: () => Promise<void> }) {
  const t = useTexts(settingTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const [content, setContent] = useState(() => opened.value.content as Content);
  const [text, setText] = useState(() => JSON.stringify(opened.value.content, null, 2));
  const [bad, setBad] = useState('');
  const asText = table !== 'calendar' && numbers[table] === undefined;
  const params = { params: { path: { key: table } }, headers: { 'If-Match': opened.etag } };
  const done = (): void => { void queries.invalidateQueries({ queryKey: ['economy'] }); };
  const save = useMutation({
    mutationFn: (body: Content) => read(api.PUT('/api/v1/economy/settings/{key}', { ...params, body })),
    onSuccess: () => { void message.success(t('saved')); done(); },
    onError: async (error) => { if (error instanceof ProblemError && error.status === 412) { void message.warning(t('stale')); await reread(); } },
  });
  const reset = useMutation({ mutationFn: () => api.DELETE('/api/v1/economy/settings/{key}', params), onSuccess: done, onError: (error) => void message.error(reason(error)) });
  const submit = (): void => {
    if (!asText) { save.mutate(content); return; }
    try {
      const parsed = JSON.parse(text) as Content;
      setBad('');
      save.mutate(parsed);
    } catch (error) {
      setBad(t('jsonBad', { reason: error instanceof Error ? error.message : '' }));
    }
  };
  const fields = save.error instanceof ProblemError ? save.error.fields : {};
  const shown = new Set(['edition', 'source', 'remindHour', ...(numbers[table] ?? [])]);
  const others = Object.entries(fields).filter(([field]) => asText || !shown.has(field)).map(([field, reasons]) => `${field ? `${field}：` : ''}${reasons.join('；')}`);
  return (
    <Card title={t(table)}>
      <FormColumn onSubmit={submit} wide>
        {asText
          ? <Field label={t('json')} hint={t('jsonHint')} reasons={bad ? [bad] : undefined}>{({ id, status, ...attributes }) => <Input.TextArea id={id} status={status} {...attributes} className="mono" rows={24} value={text} onChange={(event) => setText(event.target.value)} />}</Field>
          : <Known table={table} content={content} onChange={(change) => setContent((before) => ({ ...before, ...change }))} fields={fields} />}
        <FormReason>{others.length > 0 ? others.join('；') : save.error && Object.keys(fields).length === 0 ? reason(save.error) : null}</FormReason>
        <p>{t('scope')}</p>
        <FormRow>
          <Button type="primary" htmlType="submit" loading={save.isPending}>{t('save')}</Button>
          {!opened.value.isShipped && <Button danger loading={reset.isPending} onClick={() => modal.confirm({ title: t('resetAsk'), onOk: () => reset.mutate() })}>{t('reset')}</Button>}
        </FormRow>
      </FormColumn>
    </Card>
  );
}

function Known({ table, content, onChange, fields }: { table: Table; content: Content; onChange: (change: Content) => void; fields: Readonly<Record<string, readonly string[]>> }) {
  const t = useTexts(settingTexts);
  return (
    <>
      {table === 'calendar' && <Calendar content={content} onChange={onChange} fields={fields} />}
      {(numbers[table] ?? []).map((field) => <NumberInput key={field} label={t(field)} value={content[field]} onChange={(value) => onChange({ [field]: value })} reasons={fields[field]} />)}
      <TextField label={t('edition')} value={String(content['edition'] ?? '')} onChange={(edition) => onChange({ edition })} reasons={fields['edition']} />
      <TextField label={t('source')} value={String(content['source'] ?? '')} onChange={(source) => onChange({ source })} reasons={fields['source']} />
      <Checkbox checked={content['verified'] === true} onChange={(event) => onChange({ verified: event.target.checked })}>{t('verified')}</Checkbox>
    </>
  );
}

/** Keeps what is typed until it is a number; what is none goes to the server as typed, which says so. */
function NumberInput({ label, value, onChange, reasons }: { label: string; value: unknown; onChange: (value: unknown) => void; reasons?: readonly string[] | undefined }) {
  const [typed, setTyped] = useState(String(value ?? ''));
  return <NumberField label={label} value={typed} onChange={(next) => { setTyped(next); onChange(parseNumber(next) ?? next); }} reasons={reasons} />;
}

interface Rule extends Content { form: string; remindDays: number[]; lateDays: number[] | null }
interface Exception { form: string; period: string; deadline: string }

function Calendar({ content, onChange, fields }: { content: Content; onChange: (change: Content) => void; fields: Readonly<Record<string, readonly string[]>> }) {
  const t = useTexts(settingTexts);
  const name = useName();
  const language = useLanguage();
  const forms = useQuery(formsQuery).data;
  const nameOf = (code: string): string => { const form = forms?.find((each) => each.code === code); return form ? `${name(form.nameZh, form.nameEn)}${language === 'zh' ? '（' : ' ('}${code}${language === 'zh' ? '）' : ')'}` : code; };
  const rules = content['rules'] as Rule[];
  const change = (form: string, to: Content): void => onChange({ rules: rules.map((rule) => (rule.form === form ? { ...rule, ...to } : rule)) });
  return (
    <>
      {rules.map((rule) => (
        <fieldset key={rule.form} aria-label={`${t('form')} ${rule.form}`} style={{ border: 0, margin: 0, padding: 0 }}>
          <legend><strong>{nameOf(rule.form)}</strong></legend>
          <FormRow>
            {ruleNumbers.map((field) => <NumberInput key={field} label={t(field)} value={rule[field]} onChange={(value) => change(rule.form, { [field]: value })} />)}
          </FormRow>
          <FormRow>
            <DayList label={t('remindDays')} days={rule.remindDays} onChange={(remindDays) => change(rule.form, { remindDays })} />
            <DayList label={t('lateDays')} days={rule.lateDays ?? [1]} onChange={(lateDays) => change(rule.form, { lateDays })} />
          </FormRow>
          <FormReason>{fields[`rules.${rule.form}`]?.join('；')}</FormReason>
        </fieldset>
      ))}
      <NumberInput label={t('remindHour')} value={content['remindHour']} onChange={(remindHour) => onChange({ remindHour })} reasons={fields['remindHour']} />
      <Exceptions value={content['exceptions'] as Exception[]} onChange={(exceptions) => onChange({ exceptions })} />
    </>
  );
}

function DayList({ label, days, onChange }: { label: string; days: readonly number[]; onChange: (days: unknown[]) => void }) {
  const t = useTexts(settingTexts);
  const [typed, setTyped] = useState(days.join(' '));
  return <TextField label={label} hint={t('daysHint')} value={typed} onChange={(next) => { setTyped(next); onChange(next.split(/[\s,，、]+/).filter(Boolean).map((part) => parseNumber(part) ?? part)); }} />;
}

function Exceptions({ value, onChange }: { value: readonly Exception[]; onChange: (value: Exception[]) => void }) {
  const t = useTexts(settingTexts);
  const [typed, setTyped] = useState(value.map((each) => `${each.form} ${each.period} ${each.deadline}`).join('\n'));
  return (
    <Field label={t('exceptions')} hint={t('exceptionsHint')}>
      {({ id, status, ...attributes }) => (
        <Input.TextArea
          id={id} status={status} {...attributes} rows={3} value={typed}
          onChange={(event) => { setTyped(event.target.value); onChange(event.target.value.split('\n').map((line) => line.trim().split(/\s+/)).filter((cells) => cells[0]).map(([form = '', period = '', deadline = '']) => ({ form, period, deadline }))); }}
        />
      )}
    </Field>
  );
}
