import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useContext, useEffect, useState, type ReactNode } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { api, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { FormColumn, FormReason, TextField } from '../../ui/Field';
import { LanguageContext, languageOf, useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { meQuery } from '../../ui/session';
import { Logo } from '../../ui/shell/TopBar';
import { uiTexts } from '../../ui/texts';
import { NewPasswordForm } from '../profile/NewPasswordForm';
import { foundationTexts } from '../texts';
import styles from './SignInPage.module.css';

export default function SignInPage() {
  const t = useTexts(foundationTexts);
  const me = useQuery(meQuery);
  const [search] = useSearchParams();
  const queries = useQueryClient();
  useEffect(() => { document.title = `${t('signin.title')} · Ordo`; }, [t]);

  if (me.data && !me.data.mustChangePassword) return <Navigate to={safeTarget(search.get('from'))} replace />;
  if (me.data) {
    return (
      <Frame title={t('password.forcedTitle')}>
        <p className={styles['text']}>{t('password.forcedText')}</p>
        <NewPasswordForm submit={t('password.continue')} onChanged={() => void queries.invalidateQueries({ queryKey: meQuery.queryKey })} />
      </Frame>
    );
  }
  return <Frame title={t('signin.title')}><SignInForm /></Frame>;
}

/** Only a path of our own: `//elsewhere` in the address must not lead away after signing in. */
const safeTarget = (from: string | null): string => (from && /^\/(?![/\\])/.test(from) ? from : '/');

function SignInForm() {
  const t = useTexts(foundationTexts);
  const queries = useQueryClient();
  const reason = useReason();
  const { setLanguage } = useContext(LanguageContext);
  const [userName, setUserName] = useState('');
  const [password, setPassword] = useState('');
  const [incomplete, setIncomplete] = useState(false);
  const signIn = useMutation({
    mutationFn: () => read(api.POST('/api/v1/auth/login', { body: { userName: userName.trim(), password } })),
    onSuccess: async (me) => {
      // Asked before signing in, answered after: it would send whoever has just signed in back to an empty form.
      await queries.cancelQueries({ queryKey: meQuery.queryKey });
      // The browser's language was a guess for whoever sits here for the first time; the account knows better.
      if (localStorage.getItem('ordo.languageChosen') === null && me.language !== '') setLanguage(languageOf(me.language));
      queries.setQueryData(meQuery.queryKey, me);
    },
  });
  const submit = (): void => {
    setIncomplete(userName.trim() === '' || password === '');
    if (userName.trim() !== '' && password !== '') signIn.mutate();
  };
  return (
    <FormColumn onSubmit={submit}>
      <TextField label={t('signin.userName')} value={userName} onChange={setUserName} autoComplete="username" autoFocus />
      <TextField label={t('signin.password')} value={password} onChange={setPassword} type="password" autoComplete="current-password" />
      <FormReason>{incomplete ? t('signin.needBoth') : signIn.error && (signIn.error instanceof ProblemError ? signIn.error.message : reason(signIn.error))}</FormReason>
      <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>{t('signin.submit')}</Button>
      <p className={styles['note']}>{t('signin.first')}</p>
    </FormColumn>
  );
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const { language, setLanguage } = useContext(LanguageContext);
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <div className={styles['ground']}>
      <Contours />
      <main className={styles['card']}>
        <div className={styles['brand']}><Logo size={34} /><div><strong>{ui('app.name')}</strong><span>{t('signin.tagline')}</span></div></div>
        <h1 className={styles['title']}>{title}</h1>
        {children}
      </main>
      <button type="button" className={styles['language']} aria-label={ui('language.switch')} onClick={() => { localStorage.setItem('ordo.languageChosen', other); setLanguage(other); }}>{ui('language.other')}</button>
    </div>
  );
}

/** Contour lines of the steppe: computed, quiet, and the same every day. */
function Contours() {
  const lines = Array.from({ length: 16 }, (_, level) => {
    const points = Array.from({ length: 61 }, (_unused, index) => {
      const x = index * 24;
      const y = 420 + level * 34 + Math.sin(index / 7 + level / 5) * (46 - level * 1.6) + Math.sin(index / 2.9 + level) * 9 - 150 * Math.exp(-(((index - 40) / 12) ** 2)) * (1 - level / 16);
      return `${x},${y.toFixed(1)}`;
    });
    return <polyline key={level} points={points.join(' ')} />;
  });
  return <svg className={styles['contours']} viewBox="0 0 1440 900" preserveAspectRatio="xMidYMid slice" aria-hidden fill="none">{lines}</svg>;
}
