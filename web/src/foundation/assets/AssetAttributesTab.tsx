import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm } from 'antd';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { api, read, readTagged, type Tagged } from '../../api/client';
import { attributesOf, type Asset, type AttributeItem } from '../../api/types';
import { Fact, Facts } from '../../ui/ListLayout';
import { missing } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { QueryView, useReason } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { foundationTexts } from '../texts';
import { definitionsOf, draftOf, editOf } from './assetDraft';
import { AssetForm, attributesQuery } from './AssetForm';
import styles from './Assets.module.css';

const taggedAsset = (id: number) => readTagged(api.GET('/api/v1/assets/{id}', { params: { path: { id } } }));

export default function AssetAttributesTab({ asset }: { asset: Asset }) {
  const can = useCan();
  const definitions = useQuery(attributesQuery);
  return (
    <div className={styles['formPad']}>
      <QueryView query={definitions} skeleton="block">
        {(all) => (can(permissions.writePark) ? <Editing id={asset.id} definitions={all} /> : <Reading asset={asset} definitions={all} />)}
      </QueryView>
    </div>
  );
}

function Reading({ asset, definitions }: { asset: Asset; definitions: readonly AttributeItem[] }) {
  const t = useTexts(foundationTexts);
  const name = useName();
  const show = ({ name: key, type, choices }: AttributeItem): string => {
    const value = attributesOf(asset)[key];
    if (value === null || value === undefined || value === '') return missing;
    if (type === 'boolean') return t(value === true ? 'asset.yes' : 'asset.no');
    const choice = choices.find((each) => each.code === value);
    return choice ? name(choice.nameZh, choice.nameEn) : String(value);
  };
  return <Facts>{definitionsOf(asset.kind, definitions).map((definition) => <Fact key={definition.name} name={name(definition.nameZh, definition.nameEn)}>{show(definition)}</Fact>)}</Facts>;
}

function Editing({ id, definitions }: { id: number; definitions: readonly AttributeItem[] }) {
  const asset = useQuery({ queryKey: ['assets', 'edit', id], queryFn: () => taggedAsset(id), refetchOnWindowFocus: false, gcTime: 0 });
  return <QueryView query={asset} skeleton="block">{(tagged) => <EditForm tagged={tagged} definitions={definitions} />}</QueryView>;
}

function EditForm({ tagged, definitions }: { tagged: Tagged<Asset>; definitions: readonly AttributeItem[] }) {
  const ui = useTexts(uiTexts);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const id = tagged.value.id;
  const opened = useMemo(() => ({ value: draftOf(tagged.value, definitions), etag: tagged.etag }), [tagged, definitions]);
  return (
    <AssetForm
      opened={opened} definitions={definitions} isNew={false}
      save={(draft, etag) => read(api.PUT('/api/v1/assets/{id}', { params: { path: { id } }, headers: { 'If-Match': etag }, body: editOf(draft, definitions) }))}
      reread={async () => { const fresh = await taggedAsset(id); return { value: draftOf(fresh.value, definitions), etag: fresh.etag }; }}
      onSaved={() => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['assets'] }); }}
      extra={<DeleteAsset tagged={tagged} />}
    />
  );
}

function DeleteAsset({ tagged }: { tagged: Tagged<Asset> }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const reason = useReason();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { value, etag } = tagged;
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/assets/{id}', { params: { path: { id: value.id } }, headers: { 'If-Match': etag } }),
    onSuccess: () => {
      void message.success(t('asset.deleted'));
      void navigate(value.parentId ? links.asset(value.parentId) : '/assets');
      void queries.invalidateQueries({ queryKey: ['assets'] });
    },
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <Popconfirm title={t('asset.deleteConfirm', { name: name(value.nameZh, value.nameEn) })} okText={ui('action.delete')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}>
      <Button danger type="text" loading={remove.isPending}>{t('asset.delete')}</Button>
    </Popconfirm>
  );
}
