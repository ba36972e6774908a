import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { api, fetchRaw, read } from '../api/client';
import { download } from '../ui/csv';
import { Field, SelectField } from '../ui/Field';
import { formatCount, formatTime } from '../ui/format';
import { useTexts } from '../ui/i18n';
import { QueryView } from '../ui/QueryView';
import { Dialog } from './Dialog';
import styles from './Identifiers.module.css';
import { documentsQuery, useChange, type DocumentItem } from './shared';
import { identifierTexts } from './texts';

const kinds = ['businessLicence', 'authorization', 'contract', 'qualification', 'other'] as const;

/** What is sent is judged by its bytes; the server only wants one of these names. */
const types: readonly string[] = ['application/pdf', 'image/jpeg', 'image/png', 'image/webp'];

/** What an enterprise shows of itself; opened by reviewers and nobody else. */
export function Documents({ enterprise }: { enterprise: number }) {
  const t = useTexts(identifierTexts);
  const [adding, setAdding] = useState(false);
  const list = useQuery(documentsQuery(enterprise));
  return (
    <>
      <h3>{t('documents')}</h3>
      <QueryView query={list}>
        {(data) => (
          <>
            {data.documents.length === 0 ? <p className={styles['muted']}>{t('documents.none')}</p> : (
              <ul className={styles['history']} aria-label={t('documents')}>
                {data.documents.map((document) => <Line key={document.id} enterprise={enterprise} document={document} mayRead={data.mayRead} mayRemove={data.mayRemove} />)}
              </ul>
            )}
            {data.mayAdd && <div className={styles['actions']}><Button onClick={() => setAdding(true)}>{t('documents.add')}</Button></div>}
          </>
        )}
      </QueryView>
      {adding && <AddDialog enterprise={enterprise} onClose={() => setAdding(false)} />}
    </>
  );
}

function Line({ enterprise, document, mayRead, mayRemove }: { enterprise: number; document: DocumentItem; mayRead: boolean; mayRemove: boolean }) {
  const t = useTexts(identifierTexts);
  const open = useChange(async () => download(document.name, await (await fetchRaw(`/api/v1/identifiers/enterprises/${enterprise}/documents/${document.id}`)).blob()), () => undefined);
  const remove = useChange(() => read(api.DELETE('/api/v1/identifiers/enterprises/{id}/documents/{documentId}', { params: { path: { id: enterprise, documentId: document.id } } })), () => undefined);
  const failure = open.failure ?? remove.failure;
  return (
    <li>
      {t(`document.${document.kind}`)} · {document.name} · {formatCount(Math.ceil(document.size / 1024))} KiB
      <small>{document.uploadedBy} {formatTime(document.uploaded)} · {t('documents.opened', { n: document.downloads })}</small>
      {failure && <p role="alert">{failure}</p>}
      {mayRead && <Button size="small" loading={open.isPending} aria-label={`${t('documents.open')} ${document.name}`} onClick={() => open.run()}>{t('documents.open')}</Button>}
      {mayRemove && <Button size="small" danger loading={remove.isPending} aria-label={`${t('documents.remove')} ${document.name}`} onClick={() => remove.run()}>{t('documents.remove')}</Button>}
    </li>
  );
}

function AddDialog({ enterprise, onClose }: { enterprise: number; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const [kind, setKind] = useState<(typeof kinds)[number]>('businessLicence');
  const [file, setFile] = useState<File | null>(null);
  const [missing, setMissing] = useState(false);
  const change = useChange((chosen: File) => fetchRaw(`/api/v1/identifiers/enterprises/${enterprise}/documents?kind=${kind}&name=${encodeURIComponent(chosen.name)}`, { method: 'POST', body: chosen, headers: { 'Content-Type': types.includes(chosen.type) ? chosen.type : 'application/pdf' } }), onClose);
  const run = (): void => (file ? change.run(file) : setMissing(true));
  return (
    <Dialog title={t('documents.add')} ok={t('documents.add')} run={run} isPending={change.isPending} failure={change.failure} onClose={onClose}>
      <SelectField label={t('document.kind')} value={kind} onChange={(value) => setKind((value ?? 'other') as typeof kind)} options={kinds.map((value) => ({ value, label: t(`document.${value}`) }))} />
      <Field label={t('jobs.file')} required hint={t('documents.hint')} reasons={missing && !file ? [t('jobs.fileNeeded')] : change.fields['document']}>
        {(attributes) => <input id={attributes.id} type="file" accept=".pdf,.jpg,.jpeg,.png,.webp" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />}
      </Field>
    </Dialog>
  );
}
