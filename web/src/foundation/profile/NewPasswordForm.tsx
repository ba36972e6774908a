import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { FormColumn, FormReason, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { foundationTexts } from '../texts';

export function NewPasswordForm({ submit, onChanged }: { submit: string; onChanged: () => void }) {
  const t = useTexts(foundationTexts);
  const reason = useReason();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const [again, setAgain] = useState('');
  const [checked, setChecked] = useState(false);
  const change = useMutation({
    mutationFn: () => api.POST('/api/v1/auth/password', { body: { currentPassword, newPassword } }),
    onSuccess: () => { setCurrent(''); setNew(''); setAgain(''); setChecked(false); onChanged(); },
  });
  const fields = change.error instanceof ProblemError ? change.error.fields : {};
  const mismatch = checked && again !== newPassword;
  const run = (): void => {
    setChecked(true);
    if (newPassword !== '' && again === newPassword) change.mutate();
  };
  return (
    <FormColumn onSubmit={run}>
      <TextField label={t('password.current')} value={currentPassword} onChange={setCurrent} type="password" autoComplete="current-password" reasons={fields['currentPassword']} />
      <TextField label={t('password.new')} value={newPassword} onChange={setNew} type="password" autoComplete="new-password" hint={t('password.hint')} reasons={fields['newPassword']} />
      <TextField label={t('password.repeat')} value={again} onChange={setAgain} type="password" autoComplete="new-password" reasons={mismatch ? [t('password.mismatch')] : undefined} />
      <FormReason>{change.error && Object.keys(fields).length === 0 ? reason(change.error) : null}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={change.isPending}>{submit}</Button></div>
    </FormColumn>
  );
}
