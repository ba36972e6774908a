import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal, Popconfirm } from 'antd';
import { useState } from 'react';
import { api, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { AssetSelect } from '../../ui/AssetSelect';
import { DataTable, type Column } from '../../ui/DataTable';
import { Field, FormColumn, FormReason, SelectField, TextField } from '../../ui/Field';
import { formatDate, formatFullTime } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { Age } from '../../ui/LiveValue';
import { QueryView, useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import styles from './Boards.module.css';
import { boardLinksQuery, type Board, type BoardDocument, type BoardLink } from './queries';
import { boardTexts } from './texts';

const lifetimes = [7, 30, 90, 365];

interface ShareDialogProps { board: Board; document: BoardDocument; asset: number | undefined; onClose: () => void }

/** Gives a board out, and shows to whom it was given. */
export function ShareDialog({ board, document, asset, onClose }: ShareDialogProps) {
  const t = useTexts(boardTexts);
  const [address, setAddress] = useState<string | null>(null);
  return (
    <Modal open title={t('share.title', { name: board.name })} onCancel={onClose} footer={null} width={720} mask={{ closable: address === null }}>
      <div className={styles['share']}>
        {address === null ? <LinkForm board={board} document={document} asset={asset} onMade={setAddress} /> : <ShownOnce address={address} title={board.name} />}
        <Given board={board} />
      </div>
    </Modal>
  );
}

function LinkForm({ board, document, asset: chosen, onMade }: Omit<ShareDialogProps, 'onClose'> & { onMade: (address: string) => void }) {
  const t = useTexts(boardTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [days, setDays] = useState('30');
  const [asset, setAsset] = useState<number | null>(chosen ?? null);
  const [sites, setSites] = useState('');
  const needsAsset = document.widgets.some((widget) => widget.points?.some((reference) => reference.startsWith('@')));
  const make = useMutation({
    mutationFn: () => read(api.POST('/api/v1/boards/{id}/links', {
      params: { path: { id: board.id } },
      body: { name: name.trim(), assetId: asset, expires: new Date(Date.now() + Number(days) * 86_400_000).toISOString(), frameAncestors: sites.split(/\s+/).filter(Boolean) },
    })),
    onSuccess: (made) => { void queries.invalidateQueries({ queryKey: ['boards', 'links'] }); onMade(location.origin + made.address); },
  });
  const fields = make.error instanceof ProblemError ? make.error.fields : {};
  const siteReasons = Object.entries(fields).flatMap(([field, reasons]) => (field.startsWith('frameAncestors') ? reasons : []));
  return (
    <FormColumn wide onSubmit={() => make.mutate()}>
      <p>{t('share.what')}{document.widgets.some((widget) => widget.kind === 'map') && ` ${t('share.map')}`}</p>
      <TextField label={t('share.name')} required autoFocus value={name} onChange={setName} hint={t('share.nameHint')} reasons={fields['name']} />
      {needsAsset && <Field label={t('share.asset')} reasons={fields['assetId']}>{({ id, status }) => <AssetSelect id={id} label={t('share.asset')} value={asset} onChange={setAsset} allowClear status={status} />}</Field>}
      <SelectField label={t('share.days')} value={days} onChange={(value) => setDays(value ?? '30')} reasons={fields['expires']} options={lifetimes.map((n) => ({ value: String(n), label: t('share.daysN', { n }) }))} />
      <Field label={t('share.sites')} hint={t('share.sitesHint')} reasons={siteReasons}>{({ status, ...attributes }) => <Input.TextArea {...attributes} status={status} value={sites} autoSize={{ minRows: 1, maxRows: 6 }} onChange={(event) => setSites(event.target.value)} />}</Field>
      <FormReason>{make.error && Object.keys(fields).length === 0 ? reason(make.error) : null}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={make.isPending}>{t('share.make')}</Button></div>
    </FormColumn>
  );
}

/** The only moment at which the key is on a screen. */
function ShownOnce({ address, title }: { address: string; title: string }) {
  const t = useTexts(boardTexts);
  const frame = `<iframe src="${address}" title="${title.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}" width="100%" height="600" referrerpolicy="no-referrer"></iframe>`;
  return (
    <div className={styles['once']}>
      <p role="status">{t('share.once')}</p>
      <Copied label={t('share.link')} text={address} />
      <Copied label={t('share.frame')} text={frame} />
    </div>
  );
}

function Copied({ label, text }: { label: string; text: string }) {
  const ui = useTexts(uiTexts);
  const { message } = App.useApp();
  const copy = (): void => { void navigator.clipboard?.writeText(text).then(() => message.success(ui('action.copied'))); };
  return (
    <Field label={label}>
      {({ id }) => <span className={styles['copied']}><Input id={id} className="mono" readOnly value={text} onFocus={(event) => event.target.select()} /><Button icon={<Icon name="copy" size={14} />} onClick={copy}>{ui('action.copy')}</Button></span>}
    </Field>
  );
}

function Given({ board }: { board: Board }) {
  const t = useTexts(boardTexts);
  const links = useQuery(boardLinksQuery(board.id));
  const columns = useLinkColumns();
  return (
    <section>
      <h3>{t('share.given')}</h3>
      <QueryView query={links} isEmpty={(items) => items.length === 0} empty={t('share.none')}>{(items) => <DataTable label={t('share.given')} columns={columns} rows={items} rowKey={(link) => link.id} />}</QueryView>
    </section>
  );
}

function useLinkColumns(): Column<BoardLink>[] {
  const t = useTexts(boardTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const nameOf = useName();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const revoke = useMutation({
    mutationFn: (link: number) => api.DELETE('/api/v1/boards/links/{link}', { params: { path: { link } } }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['boards', 'links'] }),
    onError: (error) => void message.error(reason(error)),
  });
  return [
    { key: 'name', title: t('share.name'), cut: true, render: (link) => [link.name, nameOf(link.assetNameZh, link.assetNameEn), ...link.frameAncestors].filter(Boolean).join(' · ') },
    { key: 'maker', title: t('share.maker'), width: 90, render: (link) => link.maker },
    { key: 'expires', title: t('share.expires'), width: 110, render: (link) => <span title={formatFullTime(link.expires)}>{link.expired ? t('share.expired') : formatDate(link.expires)}</span> },
    { key: 'used', title: t('share.used'), width: 110, render: (link) => <Age time={link.lastUsed} /> },
    {
      key: 'revoke', title: '', width: 80, align: 'right', render: (link) => (
        <Popconfirm title={t('share.revokeConfirm', { name: link.name })} okText={t('share.revoke')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => revoke.mutate(link.id)}>
          <Button size="small" danger aria-label={`${t('share.revoke')} ${link.name}`}>{t('share.revoke')}</Button>
        </Popconfirm>
      ),
    },
  ];
}
