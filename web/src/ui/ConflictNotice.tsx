import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { missing } from './format';
import { useTexts } from './i18n';
import type { Edit } from './useEdit';
import styles from './ConflictNotice.module.css';
import { uiTexts } from './texts';

/** After a 412: what somebody else changed, what was typed here, and the two ways on. */
export function ConflictNotice<T extends object>({ edit, nameOf }: { edit: Edit<T>; nameOf: (field: string) => string }) {
  const t = useTexts(uiTexts);
  const notice = useRef<HTMLElement>(null);
  const appeared = edit.conflicts.length > 0;
  // Saving happens at the foot of a form, the notice stands at its head.
  useEffect(() => { if (appeared) notice.current?.scrollIntoView({ block: 'center' }); }, [appeared]);
  if (edit.conflicts.length === 0) return null;
  return (
    <section ref={notice} className={styles['notice']} role="alert">
      <strong>{t('conflict.title')}</strong>
      <p>{t('conflict.text')}</p>
      <table>
        <thead><tr><th scope="col">{t('conflict.field')}</th><th scope="col">{t('conflict.was')}</th><th scope="col">{t('conflict.theirs')}</th><th scope="col">{t('conflict.mine')}</th></tr></thead>
        <tbody>
          {edit.conflicts.map((conflict) => (
            <tr key={conflict.field}>
              <th scope="row">{nameOf(conflict.field)}</th><td>{show(conflict.was)}</td><td>{show(conflict.theirs)}</td>
              <td className={conflict.both ? styles['both'] : ''}>{conflict.both ? show(conflict.mine) : missing}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={styles['actions']}>
        <Button type="primary" loading={edit.saving} onClick={edit.submit}>{t('conflict.keep')}</Button>
        <Button onClick={edit.takeTheirs}>{t('conflict.take')}</Button>
      </div>
    </section>
  );
}

const show = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return missing;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
