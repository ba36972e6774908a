import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api, read, type Tagged } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { AssetSelect } from '../../ui/AssetSelect';
import { Chips } from '../../ui/Chips';
import { download } from '../../ui/csv';
import { Icon } from '../../ui/Icon';
import { useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { Empty, QueryView, useReason } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { UnsavedGuard } from '../../ui/UnsavedGuard';
import { idOf, useFilter } from '../../ui/useFilter';
import { BoardGrid } from './BoardGrid';
import styles from './Boards.module.css';
import { bottom } from './layout';
import { boardQuery, periodOf, periods, type BoardDetail, type Widget } from './queries';
import { ShareDialog } from './ShareDialog';
import { boardTexts } from './texts';
import { WidgetPanel } from './WidgetPanel';

const defaults = { asset: '', period: '24h' };

/** One board: its variables in the URL, its widgets to be looked at or arranged. */
export default function BoardPage() {
  const id = Number(useParams()['id']);
  const board = useQuery(boardQuery(id));
  return <QueryView query={board} skeleton="block">{(tagged) => <BoardView key={tagged.etag} tagged={tagged} />}</QueryView>;
}

function BoardView({ tagged }: { tagged: Tagged<BoardDetail> }) {
  const t = useTexts(boardTexts);
  const [filter, setFilter] = useFilter(defaults);
  const { board, document } = tagged.value;
  const [widgets, setWidgets] = useState<Widget[] | null>(null);
  const [open, setOpen] = useState<number | null>(null);
  const shown = widgets ?? document.widgets;
  const needsAsset = shown.some((widget) => widget.points?.some((reference) => reference.startsWith('@')));
  const period = periodOf(filter.period);
  const current = open === null ? undefined : widgets?.[open];
  const add = (): void => { setWidgets([...shown, { kind: 'value', x: 0, y: bottom(shown), w: 8, h: 4, title: '', points: [], text: '', figure: 'mean' }]); setOpen(shown.length); };
  return (
    <Page title={board.name} layout="fill" actions={<Actions tagged={tagged} widgets={widgets} asset={idOf(filter.asset)} onEdit={() => setWidgets([...document.widgets])} onStop={() => { setWidgets(null); setOpen(null); }} />}>
      <UnsavedGuard dirty={widgets !== null && JSON.stringify(widgets) !== JSON.stringify(document.widgets)} />
      <ListLayout
        filters={(
          <>
            <Chips label={t('period')} value={period} onChange={(next) => setFilter({ period: next })} options={periods.map((each) => ({ value: each, label: t(`period.${each}`) }))} />
            {needsAsset && <AssetSelect label={t('variable.asset')} placeholder={t('variable.asset')} value={idOf(filter.asset) ?? null} onChange={(asset) => setFilter({ asset: asset === null ? '' : String(asset) })} allowClear />}
            {widgets && <Button icon={<Icon name="plus" size={14} />} onClick={add}>{t('add')}</Button>}
          </>
        )}
        list={shown.length === 0 ? <Empty>{t('empty')}</Empty> : (
          <BoardGrid widgets={shown} asset={idOf(filter.asset)} period={period} onChange={widgets ? setWidgets : undefined} onSettings={widgets ? setOpen : undefined} />
        )}
        panel={widgets && open !== null && current && (
          <WidgetPanel
            widget={current} onClose={() => setOpen(null)} onChange={(next) => setWidgets(widgets.map((each, index) => (index === open ? next : each)))}
            onRemove={() => { setWidgets(widgets.filter((_each, index) => index !== open)); setOpen(null); }}
          />
        )}
      />
    </Page>
  );
}

function Actions({ tagged, widgets, asset, onEdit, onStop }: { tagged: Tagged<BoardDetail>; widgets: Widget[] | null; asset: number | undefined; onEdit: () => void; onStop: () => void }) {
  const t = useTexts(boardTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const can = useCan();
  const [sharing, setSharing] = useState(false);
  const { board, document } = tagged.value;
  const wrong = (error: unknown): void => void message.error(error instanceof ProblemError && Object.keys(error.fields).length > 0 ? Object.entries(error.fields).map(([field, reasons]) => `${field}: ${reasons.join('；')}`).join('\n') : reason(error));
  const save = useMutation({
    mutationFn: () => read(api.PUT('/api/v1/boards/{id}', { params: { path: { id: board.id } }, headers: { 'If-Match': tagged.etag }, body: { name: board.name, assetId: board.assetId ?? null, assetKind: (board.assetKind ?? null) as never, document: { format: 1, widgets: widgets ?? document.widgets } as never } })),
    onSuccess: () => { void message.success(ui('saved')); onStop(); void queries.invalidateQueries({ queryKey: ['boards'] }); },
    onError: wrong,
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/boards/{id}', { params: { path: { id: board.id } }, headers: { 'If-Match': tagged.etag } }),
    onSuccess: () => { void navigate(links.boards); void queries.invalidateQueries({ queryKey: ['boards'] }); },
    onError: wrong,
  });
  return (
    <span className={styles['bar']}>
      <Button icon={<Icon name="download" size={14} />} onClick={() => download(`${board.name}.json`, new Blob([JSON.stringify({ name: board.name, assetKind: board.assetKind, document }, null, 2)], { type: 'application/json' }))}>{t('export')}</Button>
      {!widgets && can(permissions.shareBoards) && <Button icon={<Icon name="send" size={14} />} onClick={() => setSharing(true)}>{t('share')}</Button>}
      {sharing && <ShareDialog board={board} document={document} asset={asset} onClose={() => setSharing(false)} />}
      {board.mayEdit && (widgets
        ? <><Button onClick={onStop}>{ui('action.cancel')}</Button><Button type="primary" loading={save.isPending} onClick={() => save.mutate()}>{ui('action.save')}</Button></>
        : (
          <>
            <Popconfirm title={t('delete.confirm', { name: board.name })} okText={ui('action.delete')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}><Button danger loading={remove.isPending}>{t('delete')}</Button></Popconfirm>
            <Button type="primary" icon={<Icon name="edit" size={14} />} onClick={onEdit}>{t('edit')}</Button>
          </>
        ))}
    </span>
  );
}
