import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Input, InputNumber, Popconfirm } from 'antd';
import { useMemo, useState } from 'react';
import { api, read, type Tagged } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { AssetSelect } from '../../ui/AssetSelect';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { Field, FormColumn, FormReason, FormRow, SelectField, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { SidePanel } from '../../ui/ListLayout';
import { QueryView, useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { useEdit, type Edit } from '../../ui/useEdit';
import { DeliveryState } from './DeliveryPanel';
import styles from './Notifications.module.css';
import { answerOf } from './NotificationPage';
import { taggedChannel, type Channel, type ChannelKind } from './queries';
import { notificationTexts } from './texts';

type Settings = NonNullable<Channel['settings']>;
interface Draft { kind: ChannelKind; name: string; assetId: number | null; enabled: boolean; language: string; settings: Settings; secret: string | null; signingSecret: string | null }

const kinds: readonly ChannelKind[] = ['email', 'weCom', 'dingTalk', 'feishu', 'sms', 'webhook', 'browser'];
const places = ['title', 'text', 'phone', 'email', 'recipient', 'priority', 'count', 'alarmId', 'time', 'link', 'key', 'secret'].map((place) => `{{${place}}}`).join(' ');
const starts: Record<ChannelKind, Settings> = {
  email: { port: 587, security: 'startTls' },
  sms: { method: 'POST', format: 'json', body: '{"mobile": "{{phone}}", "content": "{{title}}"}' },
  webhook: { method: 'POST', format: 'json', body: '{"id": "{{key}}", "title": "{{title}}", "text": "{{text}}", "priority": "{{priority}}"}' },
  weCom: {}, dingTalk: {}, feishu: {}, browser: {},
} as Record<ChannelKind, Settings>;

const fresh: Draft = { kind: 'email', name: '', assetId: null, enabled: true, language: 'zh-CN', settings: starts.email, secret: null, signingSecret: null };
const draftOf = (channel: Channel): Draft => ({ kind: channel.kind, name: channel.name, assetId: channel.assetId ?? null, enabled: channel.enabled, language: channel.language, settings: channel.settings ?? {} as Settings, secret: null, signingSecret: null });

export function ChannelPanel({ id, onClose, onMade }: { id: number | 'new'; onClose: () => void; onMade: (id: number) => void }) {
  const t = useTexts(notificationTexts);
  const channel = useQuery({ queryKey: ['notifications', 'channel', id], queryFn: () => taggedChannel(Number(id)), enabled: id !== 'new', refetchOnWindowFocus: false });
  const title = id === 'new' ? t('channel.new') : channel.data?.value.name ?? '…';
  return (
    <SidePanel title={title} label={title} onClose={onClose}>
      {id === 'new'
        ? <ChannelForm opened={{ value: fresh, etag: '' }} channel={null} onMade={onMade} />
        : (
          <QueryView query={channel} skeleton="block">
            {(tagged) => (tagged.value.mayEdit
              ? <><ChannelForm opened={{ value: draftOf(tagged.value), etag: tagged.etag }} channel={tagged.value} onMade={onMade} /><Test channel={tagged.value} /><DeleteChannel tagged={tagged} onDeleted={onClose} /></>
              : <p>{t('channel.readOnly')}</p>)}
          </QueryView>
        )}
    </SidePanel>
  );
}

function ChannelForm({ opened, channel, onMade }: { opened: Tagged<Draft>; channel: Channel | null; onMade: (id: number) => void }) {
  const t = useTexts(notificationTexts);
  const ui = useTexts(uiTexts);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const id = channel?.id ?? null;
  const etag = opened.etag;
  const first = useMemo(() => opened, [etag]);
  const edit = useEdit<Draft>({
    opened: first,
    save: async (draft, tag) => {
      const made = await read(id === null ? api.POST('/api/v1/notifications/channels', { body: draft }) : api.PUT('/api/v1/notifications/channels/{id}', { params: { path: { id } }, headers: { 'If-Match': tag }, body: draft }));
      if (id === null) onMade(made.id);
    },
    reread: async () => { const now = await taggedChannel(id ?? 0); return { value: draftOf(now.value), etag: now.etag }; },
    onSaved: () => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['notifications'] }); },
  });
  const { draft, set, reasons } = edit;
  return (
    <FormColumn onSubmit={edit.submit}>
      <ConflictNotice edit={edit} nameOf={(field) => (field === 'assetId' ? t('asset') : field === 'settings' ? t('channel.target') : t('name'))} />
      {id === null && <SelectField label={t('channel.kind')} value={draft.kind} onChange={(value) => { const kind = value as ChannelKind; set('kind', kind); set('settings', starts[kind]); }} options={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))} reasons={reasons('kind')} />}
      <TextField label={t('name')} value={draft.name} onChange={(value) => set('name', value)} reasons={reasons('name')} required />
      <Field label={t('asset')} reasons={reasons('assetId')}>{({ id: fieldId, status }) => <AssetSelect id={fieldId} label={t('asset')} value={draft.assetId} onChange={(value) => set('assetId', value)} placeholder={t('everywhere')} allowClear status={status} />}</Field>
      {draft.kind === 'email' && <MailFields edit={edit} channel={channel} />}
      {(draft.kind === 'sms' || draft.kind === 'webhook') && <TemplateFields edit={edit} channel={channel} />}
      {(draft.kind === 'weCom' || draft.kind === 'dingTalk' || draft.kind === 'feishu') && <RobotFields edit={edit} channel={channel} />}
      {draft.kind === 'browser' && <p style={{ color: 'var(--ink-2)' }}>{t('channel.browserHint')}</p>}
      {draft.kind !== 'email' && draft.kind !== 'sms' && draft.kind !== 'browser' && <SelectField label={t('channel.language')} value={draft.language} onChange={(value) => set('language', value ?? 'zh-CN')} options={[{ value: 'zh-CN', label: '中文' }, { value: 'en', label: 'English' }]} />}
      <Checkbox checked={draft.enabled} onChange={(event) => set('enabled', event.target.checked)}>{t('enabled')}</Checkbox>
      <FormReason>{edit.refusal}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button></div>
    </FormColumn>
  );
}

interface PartProps { edit: Edit<Draft>; channel: Channel | null }
const useSettings = (edit: Edit<Draft>) => (patch: Partial<Settings>): void => edit.set('settings', { ...edit.draft.settings, ...patch });

function SecretField({ edit, stored, label, field = 'secret', hint }: { edit: Edit<Draft>; stored: boolean; label: string; field?: 'secret' | 'signingSecret'; hint?: string }) {
  const t = useTexts(notificationTexts);
  return <TextField label={label} type="password" autoComplete="new-password" value={edit.draft[field] ?? ''} onChange={(value) => edit.set(field, value === '' ? null : value)} reasons={edit.reasons(field)} hint={stored ? t('channel.kept') : hint} />;
}

function MailFields({ edit, channel }: PartProps) {
  const t = useTexts(notificationTexts);
  const change = useSettings(edit);
  const { settings } = edit.draft;
  return (
    <>
      <FormRow>
        <TextField label={t('channel.host')} value={settings.host ?? ''} onChange={(host) => change({ host: host.trim() })} reasons={edit.reasons('settings.host')} required />
        <Field label={t('channel.port')} reasons={edit.reasons('settings.port')}>{({ id, status }) => <InputNumber id={id} status={status} min={1} max={65535} value={settings.port ?? null} onChange={(port) => change({ port })} />}</Field>
      </FormRow>
      <SelectField label={t('channel.security')} value={settings.security ?? 'startTls'} onChange={(value) => change({ security: value as Settings['security'] })} reasons={edit.reasons('settings.security')} options={[{ value: 'startTls', label: t('channel.startTls') }, { value: 'tls', label: t('channel.tls') }, { value: 'none', label: t('channel.none') }]} />
      <TextField label={t('channel.from')} value={settings.from ?? ''} onChange={(from) => change({ from })} reasons={edit.reasons('settings.from')} required />
      <TextField label={t('channel.userName')} value={settings.userName ?? ''} onChange={(userName) => change({ userName: userName || null })} reasons={edit.reasons('settings.userName')} />
      {settings.userName && <SecretField edit={edit} stored={channel?.hasSecret ?? false} label={t('channel.password')} />}
    </>
  );
}

function RobotFields({ edit, channel }: PartProps) {
  const t = useTexts(notificationTexts);
  const change = useSettings(edit);
  return (
    <>
      <SecretField edit={edit} stored={channel?.hasSecret ?? false} label={t('channel.token')} hint={t('channel.tokenHint')} />
      {edit.draft.kind !== 'weCom' && <SecretField edit={edit} stored={channel?.hasSigningSecret ?? false} field="signingSecret" label={t('channel.signing')} hint={t('channel.signingHint')} />}
      <TextField label={t('channel.robotAddress')} value={edit.draft.settings.address ?? ''} onChange={(address) => change({ address: address.trim() || null })} reasons={edit.reasons('settings.address')} />
    </>
  );
}

function TemplateFields({ edit, channel }: PartProps) {
  const t = useTexts(notificationTexts);
  const change = useSettings(edit);
  const { settings } = edit.draft;
  return (
    <>
      <TextField label={t('channel.address')} value={settings.address ?? ''} onChange={(address) => change({ address: address.trim() })} reasons={edit.reasons('settings.address')} mono required />
      <FormRow>
        <SelectField label={t('channel.method')} value={settings.method ?? 'POST'} onChange={(value) => change({ method: value ?? 'POST' })} reasons={edit.reasons('settings.method')} options={['POST', 'PUT', 'GET'].map((method) => ({ value: method, label: method }))} />
        <SelectField label={t('channel.format')} value={settings.format ?? 'json'} onChange={(value) => change({ format: value as Settings['format'] })} options={(['json', 'form', 'text'] as const).map((format) => ({ value: format, label: format }))} />
      </FormRow>
      {settings.method !== 'GET' && (
        <Field label={t('channel.body')} hint={t('channel.bodyHint', { places })} reasons={edit.reasons('settings.body')}>
          {({ id, status, ...attributes }) => <Input.TextArea {...attributes} id={id} status={status} className="mono" autoSize={{ minRows: 3, maxRows: 12 }} value={settings.body ?? ''} onChange={(event) => change({ body: event.target.value })} />}
        </Field>
      )}
      <SecretField edit={edit} stored={channel?.hasSecret ?? false} label={t('channel.secret')} />
      <TextField label={t('channel.success')} value={settings.successContains ?? ''} onChange={(text) => change({ successContains: text || null })} reasons={edit.reasons('settings.successContains')} mono />
    </>
  );
}

/** A real message with the receiver's real answer. */
function Test({ channel }: { channel: Channel }) {
  const t = useTexts(notificationTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const [to, setTo] = useState('');
  const test = useMutation({
    mutationFn: () => read(api.POST('/api/v1/notifications/channels/{id}/test', { params: { path: { id: channel.id } }, body: { to: to.trim() || null } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['notifications', 'deliveries'] }),
  });
  const fields = test.error instanceof ProblemError ? test.error.fields : {};
  const asksWhere = channel.kind === 'email' || channel.kind === 'sms';
  return (
    <div className={styles['test']}>
      <FormColumn onSubmit={() => test.mutate()}>
        {asksWhere && <TextField label={t('channel.testTo')} value={to} onChange={setTo} reasons={fields['to']} hint={t('channel.testSaved')} />}
        <div><Button htmlType="submit" loading={test.isPending}>{t('channel.test')}</Button></div>
      </FormColumn>
      {test.data && <div className={styles['answer']} role="status"><DeliveryState state={test.data.state} /> <span>{answerOf(test.data.answer, t)}</span> <span style={{ color: 'var(--ink-2)' }}>{test.data.seconds} s</span></div>}
      {test.error && !fields['to'] && <div className={styles['answer']} role="alert">{reason(test.error)}</div>}
    </div>
  );
}

function DeleteChannel({ tagged, onDeleted }: { tagged: Tagged<Channel>; onDeleted: () => void }) {
  const t = useTexts(notificationTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/notifications/channels/{id}', { params: { path: { id: tagged.value.id } }, headers: { 'If-Match': tagged.etag } }),
    onSuccess: () => { void queries.invalidateQueries({ queryKey: ['notifications'] }); onDeleted(); },
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <Popconfirm title={t('channel.deleteConfirm', { name: tagged.value.name })} okText={ui('action.delete')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}>
      <Button danger type="text" loading={remove.isPending} style={{ marginTop: 12 }}>{t('channel.delete')}</Button>
    </Popconfirm>
  );
}
