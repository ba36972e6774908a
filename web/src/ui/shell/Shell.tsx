import { Suspense, useState } from 'react';
import { Outlet, useLocation, useNavigation } from 'react-router';
import { useFeatures } from '../feature';
import { useTexts } from '../i18n';
import { Forbidden, Loading } from '../QueryView';
import { useCan } from '../session';
import { uiTexts } from '../texts';
import { Rail } from './Rail';
import styles from './Shell.module.css';
import { TopBar } from './TopBar';

const storageKey = 'ordo.rail';

/** A room that is not in this account's rail stays closed also to a typed address; the server would refuse its data anyway. */
function useMayEnter(): boolean {
  const can = useCan();
  const { pathname } = useLocation();
  return useFeatures().flatMap((feature) => feature.rail ?? []).filter(({ to }) => pathname === to || (to !== '/' && pathname.startsWith(`${to}/`))).every(({ permission }) => can(permission));
}

/** The frame around every page: the house at the left, what is wrong now at the top. */
export function Shell() {
  const t = useTexts(uiTexts);
  const [folded, setFolded] = useState(() => localStorage.getItem(storageKey) === 'folded');
  const fold = (): void => {
    localStorage.setItem(storageKey, folded ? 'open' : 'folded');
    setFolded(!folded);
  };
  return (
    <div className={`${styles['shell']} ${folded ? styles['folded'] : ''}`}>
      <a className={styles['skip']} href="#content">{t('nav.skip')}</a>
      <TopBar />
      <Rail folded={folded} onFold={fold} />
      <main id="content" className={styles['main']} tabIndex={-1}>
        <Underway />
        <Suspense fallback={<Loading />}>{useMayEnter() ? <Outlet /> : <Forbidden />}</Suspense>
      </main>
    </div>
  );
}

/** While a page's code is fetched over a slow line the page before it stays; this says that the click was heard. */
function Underway() {
  const t = useTexts(uiTexts);
  return useNavigation().state === 'loading' ? <div className={styles['underway']} role="progressbar" aria-label={t('nav.loading')} /> : null;
}
