import type { UseQueryResult } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { ProblemError } from '../api/problems';
import { formatAge } from './format';
import { Icon } from './Icon';
import { useLanguage, useTexts } from './i18n';
import styles from './QueryView.module.css';
import { uiTexts } from './texts';

interface QueryViewProps<T> {
  query: UseQueryResult<T>;
  isEmpty?: (data: T) => boolean;
  /** What would be here and the one thing to do. */
  empty?: ReactNode;
  /** How the content will look, so that nothing jumps when it comes. */
  skeleton?: 'rows' | 'block' | 'none';
  children: (data: T) => ReactNode;
}

/** Owns loading, failure, empty and out-of-date, so that no page can forget one. */
export function QueryView<T>({ query, isEmpty, empty, skeleton = 'rows', children }: QueryViewProps<T>) {
  const { data } = query;
  if (data === undefined) {
    if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
    return query.fetchStatus === 'paused' ? <Failure error={null} onRetry={() => void query.refetch()} /> : <Loading skeleton={skeleton} />;
  }
  return (
    <>
      {query.isRefetchError && <RefreshFailed at={query.dataUpdatedAt} error={query.error} onRetry={() => void query.refetch()} />}
      {isEmpty?.(data) ? <Empty>{empty}</Empty> : children(data)}
    </>
  );
}

/** Over a second: progress with words. Over ten: it may be cancelled. */
export function Loading({ skeleton = 'rows' }: { skeleton?: 'rows' | 'block' | 'none' }) {
  const t = useTexts(uiTexts);
  const queries = useQueryClient();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((value) => value + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className={styles['loading']} role="status" aria-live="polite">
      {seconds >= 1
        ? <div className={styles['words']}><span className={styles['spinner']} />{seconds < 4 ? t('query.loading') : t('query.slow', { seconds })}
            {seconds >= 10 && <Button size="small" onClick={() => void queries.cancelQueries({ fetchStatus: 'fetching' })}>{t('query.cancel')}</Button>}</div>
        : <span className="visually-hidden">{t('query.loading')}</span>}
      {skeleton === 'rows' && Array.from({ length: 8 }, (_, index) => <div key={index} className={styles['row']} style={{ width: `${92 - ((index * 17) % 30)}%` }} />)}
      {skeleton === 'block' && <div className={styles['block']} />}
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className={styles['empty']}><span className={styles['glyph']}><Icon name="inbox" size={28} /></span><div>{children}</div></div>;
}

export function useReason(): (error: unknown) => string {
  const t = useTexts(uiTexts);
  return (error) => {
    if (!(error instanceof ProblemError)) return t('query.offline');
    if (error.status === 403) return t('query.forbidden');
    if (error.status === 404) return t('query.notFound');
    return error.message;
  };
}

export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTexts(uiTexts);
  const reason = useReason();
  const final = error instanceof ProblemError && error.status < 500;
  return (
    <div className={styles['failure']} role="alert">
      <span className={styles['glyph']}><Icon name={error instanceof ProblemError ? 'info' : 'broken'} size={28} /></span>
      <strong>{t('query.failed')}</strong>
      <p>{reason(error)}</p>
      {onRetry && !final && <Button onClick={onRetry}>{t('query.retry')}</Button>}
    </div>
  );
}

export function Forbidden() {
  const t = useTexts(uiTexts);
  return <div className={styles['failure']} role="alert"><span className={styles['glyph']}><Icon name="info" size={28} /></span><p>{t('query.forbidden')}</p></div>;
}

function RefreshFailed({ at, error, onRetry }: { at: number; error: unknown; onRetry: () => void }) {
  const t = useTexts(uiTexts);
  const language = useLanguage();
  const reason = useReason();
  return (
    <div className={styles['stale']} role="status">
      <Icon name="clock" size={14} />{t('query.refreshFailed', { age: formatAge(at, Date.now(), language), reason: reason(error) })}
      <button type="button" className="plain-button" style={{ color: 'var(--action)' }} onClick={onRetry}>{t('query.retry')}</button>
    </div>
  );
}
