import { Suspense, useState } from 'react';
import { Outlet } from 'react-router';
import { useTexts } from '../i18n';
import { Loading } from '../QueryView';
import { uiTexts } from '../texts';
import { Rail } from './Rail';
import styles from './Shell.module.css';
import { TopBar } from './TopBar';

const storageKey = 'ordo.rail';

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
        <Suspense fallback={<Loading />}><Outlet /></Suspense>
      </main>
    </div>
  );
}
