import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Popconfirm, Select } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api, read, type Tagged } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { download } from '../../ui/csv';
import { Icon } from '../../ui/Icon';
import { useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { UnsavedGuard } from '../../ui/UnsavedGuard';
import { ElementPanel } from './ElementPanel';
import { elementsOf, symbolOf, withPlace } from './edits';
import styles from './Mimics.module.css';
import { MimicView, useMimicPoints } from './MimicView';
import { mimicQuery, type MimicBinding, type MimicDetail } from './queries';
import { ShownPanel } from './ShownPanel';
import { SymbolPanel } from './SymbolPanel';
import { mimicTexts } from './texts';

interface Draft { svg: string; bindings: readonly MimicBinding[] }

/** One mimic diagram: looked at, or arranged. */
export default function MimicPage() {
  const id = Number(useParams()['id']);
  const mimic = useQuery(mimicQuery(id));
  return <QueryView query={mimic} skeleton="block">{(tagged) => <MimicFrame key={tagged.etag} tagged={tagged} />}</QueryView>;
}

function MimicFrame({ tagged }: { tagged: Tagged<MimicDetail> }) {
  const t = useTexts(mimicTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const { mimic, svg, bindings } = tagged.value;
  const kept = useMemo(() => ({ svg, bindings }), [svg, bindings]);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const [drawing, setDrawing] = useState(false);
  const shown: Draft = draft ?? kept;
  const points = useMimicPoints(shown.bindings, mimic.assetId);
  const elements = useMemo(() => elementsOf(shown.svg), [shown.svg]);
  const orphans = shown.bindings.filter((binding) => !elements.some((element) => element.id === binding.element));
  const bound = new Set(shown.bindings.map((binding) => binding.element));
  const choices = draft ? elements : elements.filter(({ id }) => bound.has(id));
  const stop = (): void => { setDraft(null); setSelected(null); setDrawing(false); };

  const check = useMutation({
    mutationFn: async (file: File) => read(api.POST('/api/v1/mimics/check', { body: { svg: await file.text() } })),
    onSuccess: (clean) => { if (draft) setDraft({ ...draft, svg: clean.svg }); setSelected(null); void message.success(t('uploaded')); },
  });
  const save = useMutation({
    mutationFn: (next: Draft) => read(api.PUT('/api/v1/mimics/{id}', { params: { path: { id: mimic.id } }, headers: { 'If-Match': tagged.etag }, body: { name: mimic.name, assetId: mimic.assetId, svg: next.svg, bindings: [...next.bindings] } })),
    onSuccess: () => { void message.success(ui('saved')); stop(); void queries.invalidateQueries({ queryKey: ['mimics'] }); },
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/mimics/{id}', { params: { path: { id: mimic.id } }, headers: { 'If-Match': tagged.etag } }),
    onSuccess: () => { void navigate(links.mimics); void queries.invalidateQueries({ queryKey: ['mimics'] }); },
  });
  const wrong = check.error ?? save.error ?? remove.error;
  const reasons = wrong instanceof ProblemError ? Object.values(wrong.fields).flat() : [];

  const drag = (id: string, dx: number, dy: number): void => {
    const place = draft && symbolOf(draft.svg, id);
    if (draft && place) setDraft({ ...draft, svg: withPlace(draft.svg, id, { ...place, x: place.x + dx, y: place.y + dy }) });
  };
  return (
    <Page title={mimic.name} layout="fill" actions={(
      <span className={styles['bar']}>
        <Button icon={<Icon name="download" size={14} />} onClick={() => download(`${mimic.name}.svg`, new Blob([shown.svg], { type: 'image/svg+xml' }))}>{t('download')}</Button>
        {mimic.mayEdit && (draft
          ? <><Button onClick={stop}>{ui('action.cancel')}</Button><Button type="primary" loading={save.isPending} onClick={() => save.mutate(draft)}>{ui('action.save')}</Button></>
          : (
            <>
              <Popconfirm title={t('delete.confirm', { name: mimic.name })} okText={ui('action.delete')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}><Button danger loading={remove.isPending}>{t('delete')}</Button></Popconfirm>
              <Button type="primary" icon={<Icon name="edit" size={14} />} onClick={() => { setDraft(kept); setSelected(null); }}>{t('edit')}</Button>
            </>
          ))}
      </span>
    )}>
      <UnsavedGuard dirty={draft !== null && draft !== kept} />
      {wrong && (
        <Alert
          type="error" showIcon closable={{ onClose: () => { check.reset(); save.reset(); remove.reset(); } }} title={check.error ? t('refused') : reason(wrong)}
          description={reasons.length > 0 ? <>{reasons.map((each) => <div key={each}>{each}</div>)}{check.error && <div>{t('refused.hint')}</div>}</> : check.error ? reason(wrong) : undefined}
        />
      )}
      <ListLayout
        filters={(
          <>
            <Select
              aria-label={t('element.find')} placeholder={t('element.find')} style={{ minWidth: 220 }} value={selected} allowClear showSearch
              options={choices.map(({ id, kind }) => ({ value: id, label: `${id} · ${kind}${bound.has(id) ? ' ●' : ''}` }))} onChange={(id?: string) => { setSelected(id ?? null); setDrawing(false); }}
            />
            {draft && (
              <>
                <Button icon={<Icon name="import" size={14} />} loading={check.isPending} onClick={() => input.current?.click()}>{t('upload')}</Button>
                <input ref={input} type="file" accept=".svg,image/svg+xml" className="visually-hidden" aria-label={t('upload')} tabIndex={-1} onChange={(event) => { const file = event.target.files?.[0]; if (file) check.mutate(file); event.target.value = ''; }} />
                <Button icon={<Icon name="plus" size={14} />} onClick={() => { setDrawing(true); setSelected(null); }}>{t('symbols')}</Button>
                {orphans.length > 0 && <Button danger onClick={() => setDraft({ ...draft, bindings: shown.bindings.filter((binding) => !orphans.includes(binding)) })}>{t('orphans', { n: orphans.length })}</Button>}
              </>
            )}
          </>
        )}
        list={<MimicView name={mimic.name} svg={shown.svg} bindings={shown.bindings} points={points} selected={selected} onSelect={(id) => { if (draft || bound.has(id)) { setSelected(id); setDrawing(false); } }} onDrag={draft ? drag : undefined} />}
        panel={draft && drawing ? <SymbolPanel svg={draft.svg} onAdd={(next, id) => { setDraft({ ...draft, svg: next }); setSelected(id); setDrawing(false); }} onClose={() => setDrawing(false)} />
          : selected === null ? undefined
            : draft ? <ElementPanel key={selected} element={selected} svg={draft.svg} bindings={draft.bindings} points={points} onChange={(next) => setDraft({ ...draft, ...next })} onSelect={setSelected} onClose={() => setSelected(null)} />
              : <ShownPanel element={selected} bindings={shown.bindings} points={points} onClose={() => setSelected(null)} />}
      />
    </Page>
  );
}
