import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useContext, useEffect } from 'react';
import { useParams } from 'react-router';
import { ProblemError } from '../api/problems';
import { formatDate } from '../ui/format';
import { LanguageContext, useName, useTexts } from '../ui/i18n';
import { Loading } from '../ui/QueryView';
import styles from './Identifiers.module.css';
import { codeQuery, type IdentifierField } from './shared';
import { identifierTexts } from './texts';

/** What somebody sees who scans the code on a thing: no account, any telephone, both languages. */
export default function CodePage() {
  const t = useTexts(identifierTexts);
  const name = useName();
  const { language, setLanguage } = useContext(LanguageContext);
  const handle = useParams()['*'] ?? '';
  const code = useQuery(codeQuery(handle));
  useEffect(() => { document.title = handle; }, [handle]);
  return (
    <main className={styles['bare']}>
      <div className={styles['page']}>
        <div className={styles['top']}><span>Ordo</span><Button type="text" size="small" lang={language === 'zh' ? 'en' : 'zh-CN'} onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>{language === 'zh' ? 'English' : '中文'}</Button></div>
        {code.data === undefined && !code.isError && <Loading skeleton="block" />}
        {code.isError && (
          <section className={styles['sheetCard']} role="alert">
            <h1>{handle}</h1>
            <p>{code.error instanceof ProblemError && code.error.status === 404 ? t('code.notFound') : code.error instanceof ProblemError && code.error.status === 429 ? t('code.busy') : code.error.message}</p>
            <Button onClick={() => void code.refetch()}>{t('code.retry')}</Button>
          </section>
        )}
        {code.data && (
          <>
            <section className={styles['sheetCard']}>
              <h1>{code.data.handle}</h1>
              <div className={styles['muted']}>{name(code.data.templateNameZh, code.data.templateNameEn)} · {t(`life.${code.data.state}`)}</div>
            </section>
            <section className={styles['sheetCard']}>
              {code.data.state === 'suspended' || code.data.state === 'retired'
                ? <p>{t(`code.${code.data.state}`)}</p>
                : code.data.fields.length === 0 ? <p>{t('code.noFields')}</p> : <dl className={styles['pairs']}>{code.data.fields.map((field) => <Pair key={field.name} field={field} />)}</dl>}
            </section>
            <footer className={styles['muted']}>{t('code.by', { enterprise: name(code.data.enterpriseNameZh, code.data.enterpriseNameEn) })} · {t('code.since', { time: formatDate(code.data.registered) })}</footer>
          </>
        )}
      </div>
    </main>
  );
}

function Pair({ field }: { field: IdentifierField }) {
  const name = useName();
  return <><dt>{name(field.labelZh, field.labelEn)}</dt><dd>{field.kind === 'link' ? <a href={field.value} rel="noopener noreferrer nofollow">{field.value}</a> : field.value}</dd></>;
}
