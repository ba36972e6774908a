import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Dropdown } from 'antd';
import { useContext, useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api } from '../../api/client';
import { alarmSummaryQuery } from '../../api/shared';
import { useLastHeard, useLiveStatus } from '../../live/LiveContext';
import { useNow } from '../clock';
import { useFeatures } from '../feature';
import { formatDuration, formatFullTime } from '../format';
import { Icon } from '../Icon';
import { LanguageContext, useLanguage, useTexts } from '../i18n';
import { links } from '../links';
import { permissions, useCan, useMe } from '../session';
import { PriorityShape, type Priority } from '../StateShape';
import { uiTexts } from '../texts';
import { useTheme, type ThemeChoice } from '../theme';
import { ParkSwitch } from './ParkSwitch';
import { SearchPalette, useSearchLabel } from './SearchPalette';
import styles from './Shell.module.css';

export function TopBar() {
  const can = useCan();
  const hasAlarms = useMe().rooms.includes('operations');
  return (
    <header className={styles['top']}>
      <Link to={links.home} className={styles['brand']}><Logo />Ordo</Link>
      <span className={styles['divider']} />
      <ParkSwitch />
      <Search />
      <span className={styles['spacer']} />
      {useFeatures().map(({ Resident }, index) => Resident && <Resident key={index} />)}
      {hasAlarms && can(permissions.readAlarms) && <AlarmCounts />}
      {hasAlarms && <LiveMark />}
      <span className={styles['divider']} />
      <LanguageSwitch />
      <AccountMenu />
    </header>
  );
}

/** The tent from which the camp is run. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden fill="currentColor">
      <path d="M12 2.5 10.6 4.2C9.4 7 6.2 9.6 2.5 11v2h2.2v8H10v-4.5a2 2 0 0 1 4 0V21h5.3v-8h2.2v-2c-3.7-1.4-6.9-4-8.1-6.8z" />
    </svg>
  );
}

function Search() {
  const label = useSearchLabel();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen((value) => !value);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button type="button" className={styles['searchButton']} onClick={() => setOpen(true)} aria-keyshortcuts="Control+K">
        <Icon name="search" size={14} /><span>{label}</span><kbd>Ctrl K</kbd>
      </button>
      {open && <SearchPalette onClose={() => setOpen(false)} />}
    </>
  );
}

const priorities: readonly Priority[] = [1, 2, 3, 4];

function AlarmCounts() {
  const t = useTexts(uiTexts);
  const summary = useQuery(alarmSummaryQuery);
  return (
    <nav className={styles['counts']} aria-label={t('alarms.counts')}>
      {priorities.map((priority) => {
        const count = summary.data?.byPriority[String(priority)] ?? (summary.data ? 0 : undefined);
        const label = t('alarms.count', { name: t(`priority.${priority}`), n: count ?? '—' });
        return (
          <Link key={priority} to={links.alarmsOfPriority(priority)} className={`${styles['count']} ${count ? '' : styles['zero']}`} title={label}>
            <PriorityShape priority={priority} decorative /><span aria-hidden>{count ?? '—'}</span><span className="visually-hidden">{label}</span>
          </Link>
        );
      })}
    </nav>
  );
}

function LiveMark() {
  const t = useTexts(uiTexts);
  const language = useLanguage();
  const status = useLiveStatus();
  const heard = useLastHeard();
  const now = useNow();
  if (status === 'stale') {
    const text = heard === null ? t('live.staleNow') : t('live.stale', { age: formatDuration(now - heard, language) });
    return <span role="status" className={`${styles['live']} ${styles['lost']}`} title={t('live.staleHint')}><Icon name="clock" size={14} />{text}</span>;
  }
  return (
    <span role="status" className={`${styles['live']} ${styles[status]}`} title={heard === null ? undefined : t('live.hint', { time: formatFullTime(heard) })}>
      <span className={styles['dot']} />{t(`live.${status}`)}
    </span>
  );
}

function LanguageSwitch() {
  const t = useTexts(uiTexts);
  const { language, setLanguage } = useContext(LanguageContext);
  return (
    <button type="button" className={styles['topButton']} lang={language === 'zh' ? 'en' : 'zh-CN'} onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
      {t('language.other')}<span className="visually-hidden"> {t('language.switch')}</span>
    </button>
  );
}

function AccountMenu() {
  const t = useTexts(uiTexts);
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { choice, setChoice } = useTheme();
  const signOut = useMutation({
    mutationFn: () => api.POST('/api/v1/auth/logout', {}),
    onSettled: () => {
      queries.clear();
      queries.setQueryData(['me'], null);
      void navigate(links.signIn);
    },
  });
  const themes: readonly ThemeChoice[] = ['light', 'dark', 'system'];
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectedKeys: [choice],
        items: [
          { key: 'profile', label: t('account.profile'), onClick: () => void navigate(links.profile) },
          { type: 'divider' },
          { type: 'group', label: t('theme.label'), children: themes.map((key) => ({ key, label: t(`theme.${key}`), onClick: () => setChoice(key) })) },
          { type: 'divider' },
          { key: 'out', label: t('account.signOut'), onClick: () => signOut.mutate() },
        ],
      }}
    >
      <button type="button" className={styles['topButton']} aria-label={t('account.menu', { name: me.displayName })}>
        <Icon name="account" />{me.displayName || me.userName}<Icon name="down" size={12} />
      </button>
    </Dropdown>
  );
}
