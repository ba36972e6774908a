import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useContext, useState } from 'react';
import { api, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { FormColumn, FormReason, TextField } from '../../ui/Field';
import { LanguageContext, languageOf, useName, useTexts } from '../../ui/i18n';
import { Fact, Facts } from '../../ui/ListLayout';
import { Card, Page } from '../../ui/Page';
import { useReason } from '../../ui/QueryView';
import { meQuery, permissions, useCan, useMe } from '../../ui/session';
import { LanguageField } from '../accounts/AccountPanel';
import { rolesQuery } from '../accounts/queries';
import { foundationTexts } from '../texts';
import { NewPasswordForm } from './NewPasswordForm';

export default function ProfilePage() {
  const t = useTexts(foundationTexts);
  const me = useMe();
  const { message } = App.useApp();
  return (
    <Page title={t('profile.title')} figure={me.userName}>
      <Card><ProfileForm /></Card>
      <Card title={t('profile.password')}><NewPasswordForm submit={t('password.change')} onChanged={() => void message.success(t('password.changed'))} /></Card>
      <Card title={t('profile.rights')}><Rights /></Card>
    </Page>
  );
}

function ProfileForm() {
  const t = useTexts(foundationTexts);
  const me = useMe();
  const queries = useQueryClient();
  const reason = useReason();
  const { message } = App.useApp();
  const { setLanguage } = useContext(LanguageContext);
  const [displayName, setDisplayName] = useState(me.displayName);
  const [language, setLanguageCode] = useState(me.language);
  const save = useMutation({
    mutationFn: () => read(api.PUT('/api/v1/auth/me', { body: { displayName: displayName.trim(), language } })),
    onSuccess: async (next) => { await queries.cancelQueries({ queryKey: meQuery.queryKey }); queries.setQueryData(meQuery.queryKey, next); if (next.language !== '') setLanguage(languageOf(next.language)); void message.success(t('profile.saved')); },
  });
  const fields = save.error instanceof ProblemError ? save.error.fields : {};
  return (
    <FormColumn onSubmit={() => save.mutate()}>
      <TextField label={t('accounts.displayName')} value={displayName} onChange={setDisplayName} reasons={fields['displayName']} />
      <LanguageField value={language} onChange={setLanguageCode} reasons={fields['language']} />
      <FormReason>{save.error && Object.keys(fields).length === 0 ? reason(save.error) : null}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={save.isPending} disabled={displayName === me.displayName && language === me.language}>{t('profile.save')}</Button></div>
    </FormColumn>
  );
}

function Rights() {
  const t = useTexts(foundationTexts);
  const name = useName();
  const can = useCan();
  const me = useMe();
  const roles = useQuery({ ...rolesQuery, enabled: can(permissions.manageAccounts) || can(permissions.ownTokens) }).data;
  return (
    <Facts>
      {me.grants.map((grant, index) => {
        const role = roles?.find((each) => each.code === grant.role);
        return <Fact key={index} name={role ? name(role.nameZh, role.nameEn) : grant.role}>{grant.assetId ? name(grant.assetNameZh, grant.assetNameEn) : t('profile.everywhere')}</Fact>;
      })}
    </Facts>
  );
}
