import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { api, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import type { GrantItem } from '../../api/types';
import { FormColumn, FormReason, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { SidePanel } from '../../ui/ListLayout';
import { useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { foundationTexts } from '../texts';
import { LanguageField } from './AccountPanel';
import { GrantsField } from './GrantsField';

export function NewAccountPanel({ onClose, onMade }: { onClose: () => void; onMade: (id: number) => void }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [draft, setDraft] = useState({ userName: '', displayName: '', language: 'zh-CN', password: '', grants: [] as GrantItem[] });
  const create = useMutation({
    mutationFn: () => read(api.POST('/api/v1/accounts', { body: { ...draft, displayName: draft.displayName.trim() || draft.userName, mustChangePassword: true } })),
    onSuccess: (account) => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['accounts'] }); onMade(account.id); },
  });
  const fields = create.error instanceof ProblemError ? create.error.fields : {};
  const set = (patch: Partial<typeof draft>): void => setDraft({ ...draft, ...patch });
  return (
    <SidePanel title={t('accounts.newTitle')} label={t('accounts.newTitle')} onClose={onClose}>
      <FormColumn onSubmit={() => create.mutate()}>
        <TextField label={t('accounts.userName')} required autoFocus value={draft.userName} onChange={(userName) => set({ userName })} reasons={fields['userName']} />
        <TextField label={t('accounts.displayName')} value={draft.displayName} onChange={(displayName) => set({ displayName })} reasons={fields['displayName']} />
        <TextField label={t('accounts.password')} required type="password" autoComplete="new-password" value={draft.password} onChange={(password) => set({ password })} hint={t('accounts.passwordHint')} reasons={fields['password']} />
        <LanguageField value={draft.language} onChange={(language) => set({ language })} reasons={fields['language']} />
        <GrantsField value={draft.grants} onChange={(grants) => set({ grants })} reasons={fields['grants']} />
        <FormReason>{create.error && Object.keys(fields).length === 0 ? reason(create.error) : null}</FormReason>
        <div><Button type="primary" htmlType="submit" loading={create.isPending}>{t('accounts.new')}</Button></div>
      </FormColumn>
    </SidePanel>
  );
}
