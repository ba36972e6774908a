import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { api, read } from '../../api/client';
import { readAllPages } from '../../ui/csv';
import { TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { ProblemError } from '../../api/problems';
import { fieldName } from './ChangeList';
import { editOf } from './definitionDraft';
import styles from './Definitions.module.css';
import { planImport, type ImportPlan, type ImportRow } from './importFile';
import { Preview, type PreviewRow } from './MassEditDialog';
import { taggedDefinition } from './queries';
import { definitionTexts } from './texts';

interface Outcome { row: ImportRow; status: 'done' | 'pending' | 'failed'; reason?: string }

/** A file of definitions: first what it would do, with every bad cell; then, row by row, what became of it. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(definitionTexts);
  const ui = useTexts(uiTexts);
  const reasonOf = useReason();
  const queries = useQueryClient();
  const [plan, setPlan] = useState<ImportPlan | null>(null);
  const [reason, setReason] = useState('');
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const look = useMutation({
    mutationFn: async (file: File) => {
      const all = await readAllPages((page, pageSize) => read(api.GET('/api/v1/alarms/definitions', { params: { query: { page, pageSize } } })), () => undefined, new AbortController().signal);
      setPlan(planImport(await file.text(), all));
    },
  });
  const apply = useMutation({
    mutationFn: async (rows: readonly ImportRow[]) => {
      for (const row of rows) {
        const outcome = await applyRow(row, reason.trim()).catch((error: unknown): Outcome => ({ row, status: 'failed', reason: faultsText(error, (field) => fieldName(t, field)) ?? reasonOf(error) }));
        setOutcomes((before) => [...before, outcome]);
      }
    },
    onSettled: () => { void queries.invalidateQueries({ queryKey: ['alarm-definitions'] }); void queries.invalidateQueries({ queryKey: ['alarms'] }); },
  });
  const ready = plan !== null && plan.faults.length === 0 && plan.rows.length > 0 && reason.trim() !== '';
  const rowName = (row: ImportRow): string => t('import.row', { line: row.line, code: row.draft.code });
  return (
    <Modal
      open title={t('import.title')} width={820} onCancel={onClose}
      footer={apply.isSuccess
        ? <Button type="primary" onClick={onClose}>{ui('action.close')}</Button>
        : <><Button onClick={onClose}>{ui('action.cancel')}</Button><Button type="primary" disabled={!ready} loading={apply.isPending} onClick={() => plan && apply.mutate(plan.rows)}>{apply.isPending ? t('mass.progress', { done: outcomes.length, total: plan?.rows.length ?? 0 }) : t('import.apply', { n: plan?.rows.length ?? 0 })}</Button></>}
    >
      {apply.isIdle ? (
        <>
          <p className={styles['note']} style={{ marginTop: 0 }}>{t('import.hint')}</p>
          <input type="file" accept=".csv,text/csv" aria-label={t('import.file')} onChange={(event) => { const [file] = event.target.files ?? []; setPlan(null); if (file) look.mutate(file); }} />
          {look.isError && <p className={styles['fault']}>{reasonOf(look.error)}</p>}
          {plan && (
            <>
              {plan.faults.length > 0
                ? <Preview label={t('import.faults', { n: plan.faults.length })} empty="" rows={plan.faults.map(({ line, column, text, reason: why }, index): PreviewRow => ({ key: index, name: t('import.cell', { line, column }), lines: [t(`import.${why}`, { text })], fault: true }))} />
                : <Preview label={t('import.preview', { changed: plan.rows.filter(({ existing }) => existing).length, created: plan.rows.filter(({ existing }) => !existing).length, same: plan.same })} empty={t('mass.nothing')} rows={plan.rows.map((row) => ({ key: row.line, name: rowName(row), lines: [row.existing ? row.changed.map((field) => fieldName(t, field)).join(', ') : t('import.create')] }))} />}
              <div className={styles['gap']} />
              <TextField label={t('field.reason')} required value={reason} onChange={setReason} hint={t('reasonHint')} />
            </>
          )}
        </>
      ) : <Preview label={t('mass.outcome')} empty="" rows={outcomes.map(({ row, status, reason: why }) => ({ key: row.line, name: rowName(row), lines: [t(`mass.${status}`), ...(why ? [why] : [])], fault: status === 'failed' }))} />}
    </Modal>
  );
}

async function applyRow(row: ImportRow, reason: string): Promise<Outcome> {
  const body = editOf({ ...row.draft, reason }, row.existing?.ofPoint ?? false);
  if (!row.existing) {
    const { response } = await api.POST('/api/v1/alarms/definitions', { body });
    return { row, status: response.status === 202 ? 'pending' : 'done' };
  }
  const { etag } = await taggedDefinition(row.existing.id);
  const { response } = await api.PUT('/api/v1/alarms/definitions/{id}', { params: { path: { id: row.existing.id } }, headers: { 'If-Match': etag }, body });
  return { row, status: response.status === 202 ? 'pending' : 'done' };
}

/** The reasons of a refused row, each with the column it is about. */
function faultsText(error: unknown, name: (field: string) => string): string | null {
  if (!(error instanceof ProblemError) || Object.keys(error.fields).length === 0) return null;
  return Object.entries(error.fields).map(([field, reasons]) => `${name(field)}: ${reasons.join(' ')}`).join('\n');
}
