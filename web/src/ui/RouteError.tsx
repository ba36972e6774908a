import { Button } from 'antd';
import { isRouteErrorResponse, Link, useRouteError } from 'react-router';
import { useTexts } from './i18n';
import styles from './QueryView.module.css';
import { Icon } from './Icon';
import { links } from './links';
import { uiTexts } from './texts';

export function NotFoundPage() {
  const t = useTexts(uiTexts);
  return (
    <div className={styles['failure']}>
      <span className={styles['glyph']}><Icon name="info" size={28} /></span>
      <strong>{t('page.notFound')}</strong><p>{t('page.notFoundHint')}</p>
      <Link to={links.home}>{t('page.home')}</Link>
    </div>
  );
}

/** A fault of one page stays on that page: rail, alarms and live mark go on. */
export function RouteError() {
  const t = useTexts(uiTexts);
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFoundPage />;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return (
    <div className={styles['failure']} role="alert">
      <span className={styles['glyph']}><Icon name="broken" size={28} /></span>
      <strong>{t('page.broken')}</strong><p>{t('page.brokenHint')}</p><code>{text}</code>
      <Button onClick={() => location.reload()}>{t('page.reload')}</Button>
    </div>
  );
}
