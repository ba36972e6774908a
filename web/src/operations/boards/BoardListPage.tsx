import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Modal } from 'antd';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { AssetSelect } from '../../ui/AssetSelect';
import { DataTable } from '../../ui/DataTable';
import { Field, FormColumn, FormReason, SelectField, TextField } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import styles from './Boards.module.css';
import { boardListQuery } from './queries';
import { boardTexts } from './texts';

const kinds = ['park', 'zone', 'enterprise', 'facility', 'equipment'] as const;
interface Draft { name: string; assetId: number | null; assetKind: string | null; document: unknown }
const fresh: Draft = { name: '', assetId: null, assetKind: null, document: { format: 1, widgets: [] } };

/** Everybody's boards; a file of one becomes a new one. */
export default function BoardListPage() {
  const t = useTexts(boardTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const can = useCan();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const boards = useQuery(boardListQuery());
  const load = async (file: File): Promise<void> => {
    try {
      const board = JSON.parse(await file.text()) as Partial<Draft>;
      setDraft({ ...fresh, name: String(board.name ?? ''), assetKind: kinds.find((kind) => kind === board.assetKind) ?? null, document: board.document ?? null });
    } catch {
      void message.error(t('unreadable'));
    }
  };
  return (
    <Page title={t('title')} layout="fill" figure={boards.data && t('figure', { n: boards.data.total })} actions={can(permissions.writeReports) && (
      <span className={styles['bar']}>
        <Button icon={<Icon name="import" size={14} />} onClick={() => input.current?.click()}>{t('import')}</Button>
        <input ref={input} type="file" accept=".json" className="visually-hidden" aria-label={t('import')} tabIndex={-1} onChange={(event) => { const file = event.target.files?.[0]; if (file) void load(file); event.target.value = ''; }} />
        <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setDraft(fresh)}>{t('new')}</Button>
      </span>
    )}>
      <ListLayout
        list={(
          <QueryView query={boards} isEmpty={(page) => page.total === 0} empty={t('empty')}>
            {(page) => (
              <DataTable
                label={t('title')} rows={page.items} rowKey={(board) => board.id} onOpen={(board) => void navigate(links.board(board.id))}
                columns={[
                  { key: 'name', title: t('name'), cut: true, render: (board) => board.name },
                  { key: 'asset', title: t('asset'), cut: true, render: (board) => (board.assetId === null ? t('everywhere') : name(board.assetNameZh, board.assetNameEn)) },
                  { key: 'template', title: t('template'), width: 140, render: (board) => { const kind = kinds.find((each) => each === board.assetKind); return kind ? ui(`kind.${kind}`) : ''; } },
                  { key: 'widgets', title: t('widgets'), width: 90, align: 'right', render: (board) => board.widgets },
                ]}
              />
            )}
          </QueryView>
        )}
      />
      {draft && <NewBoard draft={draft} onChange={setDraft} onClose={() => setDraft(null)} />}
    </Page>
  );
}

function NewBoard({ draft, onChange, onClose }: { draft: Draft; onChange: (draft: Draft) => void; onClose: () => void }) {
  const t = useTexts(boardTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => read(api.POST('/api/v1/boards', { body: { ...draft, assetKind: draft.assetKind as never, document: draft.document as never } })),
    onSuccess: (made) => { void queries.invalidateQueries({ queryKey: ['boards'] }); void navigate(links.board(made.board.id)); },
  });
  const fields = make.error instanceof ProblemError ? make.error.fields : {};
  const rest = Object.entries(fields).filter(([field]) => field !== 'name' && field !== 'assetId').map(([field, reasons]) => `${field}: ${reasons.join('；')}`);
  return (
    <Modal open title={t('new')} onCancel={onClose} okText={ui('action.save')} cancelText={ui('action.cancel')} onOk={() => make.mutate()} confirmLoading={make.isPending} okButtonProps={{ disabled: draft.name.trim() === '' }}>
      <FormColumn onSubmit={() => make.mutate()}>
        <TextField label={t('name')} value={draft.name} onChange={(name) => onChange({ ...draft, name })} reasons={fields['name']} required autoFocus />
        <Field label={t('asset')} reasons={fields['assetId']}>{({ id, status }) => <AssetSelect id={id} label={t('asset')} value={draft.assetId} onChange={(assetId) => onChange({ ...draft, assetId })} placeholder={t('everywhere')} allowClear status={status} />}</Field>
        <SelectField label={t('template')} hint={t('template.hint')} value={draft.assetKind ?? ''} onChange={(kind) => onChange({ ...draft, assetKind: kind || null })} options={[{ value: '', label: t('template.none') }, ...kinds.map((kind) => ({ value: kind, label: ui(`kind.${kind}`) }))]} />
        <FormReason>{rest.length > 0 ? rest.join('\n') : make.error && Object.keys(fields).length === 0 ? reason(make.error) : null}</FormReason>
      </FormColumn>
    </Modal>
  );
}
