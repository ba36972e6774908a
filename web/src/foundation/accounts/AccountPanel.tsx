import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Popconfirm } from 'antd';
import { useMemo, useState } from 'react';
import { api, read, readTagged, type Tagged } from '../../api/client';
import { ProblemError } from '../../api/problems';
import type { Account, GrantItem } from '../../api/types';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { FormColumn, FormReason, SelectField, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { SidePanel } from '../../ui/ListLayout';
import { QueryView, useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { useEdit } from '../../ui/useEdit';
import { foundationTexts } from '../texts';
import styles from './Accounts.module.css';
import { GrantsField } from './GrantsField';

const taggedAccount = (id: number) => readTagged(api.GET('/api/v1/accounts/{id}', { params: { path: { id } } }));

interface AccountDraft { displayName: string; language: string; disabled: boolean; grants: GrantItem[] }
const draftOf = ({ displayName, language, disabled, grants }: Account): AccountDraft => ({ displayName, language, disabled, grants });

export function AccountPanel({ id, onClose }: { id: number; onClose: () => void }) {
  const account = useQuery({ queryKey: ['accounts', 'one', id], queryFn: () => taggedAccount(id), refetchOnWindowFocus: false });
  const title = account.data?.value.userName ?? '…';
  return (
    <SidePanel title={title} label={title} onClose={onClose}>
      <QueryView query={account} skeleton="block">{(tagged) => <><AccountForm tagged={tagged} /><Dangerous tagged={tagged} onDeleted={onClose} /></>}</QueryView>
    </SidePanel>
  );
}

function AccountForm({ tagged }: { tagged: Tagged<Account> }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const id = tagged.value.id;
  const opened = useMemo(() => ({ value: draftOf(tagged.value), etag: tagged.etag }), [tagged]);
  const edit = useEdit<AccountDraft>({
    opened,
    save: (draft, etag) => read(api.PUT('/api/v1/accounts/{id}', { params: { path: { id } }, headers: { 'If-Match': etag }, body: draft })),
    reread: async () => { const fresh = await taggedAccount(id); return { value: draftOf(fresh.value), etag: fresh.etag }; },
    onSaved: () => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['accounts'] }); },
  });
  const { draft, set, reasons } = edit;
  return (
    <FormColumn onSubmit={edit.submit}>
      <ConflictNotice edit={edit} nameOf={(field) => (field === 'disabled' ? t('accounts.disable') : t(`accounts.${field}` as 'accounts.grants'))} />
      <TextField label={t('accounts.displayName')} value={draft.displayName} onChange={(value) => set('displayName', value)} reasons={reasons('displayName')} />
      <LanguageField value={draft.language} onChange={(value) => set('language', value)} reasons={reasons('language')} />
      <GrantsField value={draft.grants} onChange={(grants) => set('grants', grants)} reasons={reasons('grants')} />
      <Checkbox checked={draft.disabled} onChange={(event) => set('disabled', event.target.checked)}>{t('accounts.disable')}</Checkbox>
      <FormReason>{edit.refusal}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button></div>
    </FormColumn>
  );
}

export function LanguageField({ value, onChange, reasons }: { value: string; onChange: (value: string) => void; reasons?: readonly string[] | undefined }) {
  const t = useTexts(foundationTexts);
  return <SelectField label={t('accounts.language')} value={value || 'browser'} onChange={(next) => onChange(next === 'browser' ? '' : next ?? '')} reasons={reasons} options={[{ value: 'browser', label: t('language.browser') }, { value: 'zh-CN', label: t('language.zh') }, { value: 'en', label: t('language.en') }]} />;
}

function Dangerous({ tagged, onDeleted }: { tagged: Tagged<Account>; onDeleted: () => void }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { id, userName } = tagged.value;
  const [password, setPassword] = useState('');
  const reset = useMutation({
    mutationFn: () => api.POST('/api/v1/accounts/{id}/password', { params: { path: { id } }, body: { newPassword: password, mustChangePassword: true } }),
    onSuccess: () => { setPassword(''); void message.success(t('accounts.resetDone')); void queries.invalidateQueries({ queryKey: ['accounts'] }); },
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/accounts/{id}', { params: { path: { id } }, headers: { 'If-Match': tagged.etag } }),
    onSuccess: () => { void message.success(t('accounts.deleted')); void queries.invalidateQueries({ queryKey: ['accounts'] }); onDeleted(); },
    onError: (error) => void message.error(reason(error)),
  });
  const fields = reset.error instanceof ProblemError ? reset.error.fields : {};
  return (
    <div className={styles['danger']}>
      <FormColumn onSubmit={() => { if (password !== '') reset.mutate(); }}>
        <TextField label={t('accounts.resetPassword')} type="password" autoComplete="new-password" value={password} onChange={setPassword} hint={t('accounts.passwordHint')} reasons={fields['newPassword'] ?? (reset.error ? [reason(reset.error)] : undefined)} />
        <div><Button htmlType="submit" disabled={password === ''} loading={reset.isPending}>{t('accounts.resetPassword')}</Button></div>
      </FormColumn>
      <div>
        <Popconfirm title={t('accounts.deleteConfirm', { name: userName })} okText={ui('action.delete')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}>
          <Button danger type="text" loading={remove.isPending}>{t('accounts.delete')}</Button>
        </Popconfirm>
      </div>
    </div>
  );
}
