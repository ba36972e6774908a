import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { AssetSelect } from '../../ui/AssetSelect';
import { DataTable } from '../../ui/DataTable';
import { Field, FormColumn, FormReason, TextField } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { blank } from './edits';
import { mimicListQuery } from './queries';
import { mimicTexts } from './texts';

/** Everybody's mimic diagrams. */
export default function MimicListPage() {
  const t = useTexts(mimicTexts);
  const name = useName();
  const can = useCan();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const mimics = useQuery(mimicListQuery());
  return (
    <Page title={t('title')} layout="fill" figure={mimics.data && t('figure', { n: mimics.data.total })} actions={can(permissions.writeReports) && <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setMaking(true)}>{t('new')}</Button>}>
      <ListLayout
        list={(
          <QueryView query={mimics} isEmpty={(page) => page.total === 0} empty={t('empty')}>
            {(page) => (
              <DataTable
                label={t('title')} rows={page.items} rowKey={(mimic) => mimic.id} onOpen={(mimic) => void navigate(links.mimic(mimic.id))}
                columns={[
                  { key: 'name', title: t('name'), cut: true, render: (mimic) => mimic.name },
                  { key: 'asset', title: t('asset'), cut: true, render: (mimic) => (mimic.assetId === null ? t('everywhere') : name(mimic.assetNameZh, mimic.assetNameEn)) },
                ]}
              />
            )}
          </QueryView>
        )}
      />
      {making && <NewMimic onClose={() => setMaking(false)} />}
    </Page>
  );
}

function NewMimic({ onClose }: { onClose: () => void }) {
  const t = useTexts(mimicTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [title, setTitle] = useState('');
  const [asset, setAsset] = useState<number | null>(null);
  const make = useMutation({
    mutationFn: () => read(api.POST('/api/v1/mimics', { body: { name: title, assetId: asset, svg: blank, bindings: [] } })),
    onSuccess: (made) => { void queries.invalidateQueries({ queryKey: ['mimics'] }); void navigate(links.mimic(made.mimic.id)); },
  });
  const fields = make.error instanceof ProblemError ? make.error.fields : {};
  return (
    <Modal open title={t('new')} onCancel={onClose} okText={ui('action.save')} cancelText={ui('action.cancel')} onOk={() => make.mutate()} confirmLoading={make.isPending} okButtonProps={{ disabled: title.trim() === '' }}>
      <FormColumn onSubmit={() => make.mutate()}>
        <TextField label={t('name')} value={title} onChange={setTitle} reasons={fields['name']} required autoFocus />
        <Field label={t('asset')} hint={t('asset.hint')} reasons={fields['assetId']}>{({ id, status }) => <AssetSelect id={id} label={t('asset')} value={asset} onChange={setAsset} placeholder={t('everywhere')} allowClear status={status} />}</Field>
        <FormReason>{make.error && Object.keys(fields).length === 0 ? reason(make.error) : null}</FormReason>
      </FormColumn>
    </Modal>
  );
}
