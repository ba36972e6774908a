import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { pageNumber, useFilter } from '../../ui/useFilter';
import { FigureTable } from './FigureTable';
import styles from './Plan.module.css';
import { documentsQuery, valuesQuery } from './queries';
import { planTexts } from './texts';

/** Where does a figure stand? Document, section, figure: three clicks at most. */
export default function DocumentsPage() {
  const t = useTexts(planTexts);
  const [filter, setFilter] = useFilter({ document: '', section: '', q: '', page: '1' });
  const documents = useQuery(documentsQuery);
  const values = useQuery(valuesQuery({ ...(filter.q ? { q: filter.q } : {}), ...(filter.document ? { document: filter.document } : {}), ...(filter.section ? { section: filter.section } : {}), page: pageNumber(filter.page) }));
  const search = useCallback((q: string) => setFilter({ q }), [setFilter]);
  const total = documents.data?.reduce((sum, document) => sum + document.figures, 0) ?? 0;
  return (
    <Page title={t('documents.title')} figure={documents.data && t('documents.figure', { n: total, d: documents.data.length })}>
      <div className={styles['side']}>
        <Card title={t('documents.sections')}>
          <SearchBox label={t('documents.search')} value={filter.q} onChange={search} width="100%" />
          <QueryView query={documents}>
            {(all) => (
              <nav className={styles['sections']} aria-label={t('documents.sections')}>
                <button type="button" aria-pressed={!filter.document} onClick={() => setFilter({ document: '', section: '' })}><span>{t('documents.all')}</span><span>{total}</span></button>
                {all.map((document) => (
                  <div key={document.document}>
                    <button type="button" className={styles['documentName']} aria-pressed={filter.document === document.document && !filter.section} onClick={() => setFilter({ document: document.document, section: '' })}><span>{document.document}</span><span>{document.figures}</span></button>
                    {document.sections.map((section) => <button key={section.section} type="button" aria-pressed={filter.document === document.document && filter.section === section.section} onClick={() => setFilter({ document: document.document, section: section.section })}><span>{section.section}</span><span>{section.figures}</span></button>)}
                  </div>
                ))}
              </nav>
            )}
          </QueryView>
        </Card>
        <Card>
          <QueryView query={values} isEmpty={(page) => page.total === 0} empty={t('documents.none')}>
            {(page) => <><FigureTable label={t('target.figures')} values={page.items} withName /><Pager page={page.page} pageSize={page.pageSize} total={page.total} onPage={(number) => setFilter({ page: String(number) })} disabled={values.isPlaceholderData} /></>}
          </QueryView>
        </Card>
      </div>
    </Page>
  );
}
