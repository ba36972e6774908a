import { useEffect, type ReactNode } from 'react';
import styles from './Page.module.css';

interface PageProps {
  /** The question the page answers. */
  title: ReactNode;
  /** Name of the browser tab where the title is more than text. */
  documentTitle?: string;
  /** The answer in one line, beside the title. */
  figure?: ReactNode;
  actions?: ReactNode;
  /** `fill`: the content takes the rest of the screen and scrolls inside itself (lists with a side panel, maps). */
  layout?: 'flow' | 'fill' | 'bare';
  children: ReactNode;
}

export function Page({ title, documentTitle, figure, actions, layout = 'flow', children }: PageProps) {
  const tabTitle = documentTitle ?? (typeof title === 'string' ? title : '');
  useEffect(() => { document.title = tabTitle ? `${tabTitle} · Ordo` : 'Ordo'; }, [tabTitle]);
  if (layout === 'bare') return <div className={styles['bare']}><h1 className="visually-hidden">{title}</h1>{children}</div>;
  return (
    <div className={`${styles['page']} ${styles[layout]}`}>
      <header className={styles['header']}>
        <h1>{title}</h1>
        {figure && <div className={styles['figure']}>{figure}</div>}
        {actions && <div className={styles['actions']}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A white sheet on the ground. */
export function Card({ title, actions, children, padded = true, className = '' }: { title?: ReactNode; actions?: ReactNode; children: ReactNode; padded?: boolean; className?: string }) {
  return (
    <section className={`${styles['card']} ${padded ? styles['padded'] : ''} ${className}`}>
      {title && <header className={styles['cardHeader']}><h2>{title}</h2>{actions && <div className={styles['actions']}>{actions}</div>}</header>}
      {children}
    </section>
  );
}
