import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Modal } from 'antd';
import { useState } from 'react';
import { api, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import type { CreatedToken } from '../../api/types';
import { AssetSelect } from '../../ui/AssetSelect';
import { Field, FormColumn, FormReason, SelectField, TextField } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import styles from '../accounts/Accounts.module.css';
import { rolesQuery } from '../accounts/queries';
import { foundationTexts } from '../texts';

/** Days; the server takes ten years at most. */
const lifetimes = [30, 90, 365, 1825];

export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<CreatedToken | null>(null);
  return made ? <ShownOnce token={made} onClose={onClose} /> : <TokenForm onMade={setMade} onClose={onClose} />;
}

function TokenForm({ onMade, onClose }: { onMade: (token: CreatedToken) => void; onClose: () => void }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const reason = useReason();
  const queries = useQueryClient();
  const roles = useQuery(rolesQuery).data ?? [];
  const [label, setLabel] = useState('');
  const [role, setRole] = useState('ingest');
  const [scope, setScope] = useState<number | null>(null);
  const [days, setDays] = useState('365');
  const create = useMutation({
    mutationFn: () => read(api.POST('/api/v1/tokens', { body: { name: label.trim(), role, scope: scope === null ? null : String(scope), expires: new Date(Date.now() + Number(days) * 86_400_000).toISOString() } })),
    onSuccess: (token) => { void queries.invalidateQueries({ queryKey: ['tokens'] }); onMade(token); },
  });
  const fields = create.error instanceof ProblemError ? create.error.fields : {};
  return (
    <Modal open title={t('tokens.new')} okText={t('tokens.new')} cancelText={ui('action.cancel')} confirmLoading={create.isPending} onOk={() => create.mutate()} onCancel={onClose} width={460}>
      <FormColumn onSubmit={() => create.mutate()}>
        <TextField label={t('tokens.name')} required autoFocus value={label} onChange={setLabel} hint={t('tokens.nameHint')} reasons={fields['name']} />
        <SelectField label={t('tokens.role')} required value={role} onChange={(value) => setRole(value ?? 'ingest')} reasons={fields['role']} options={roles.map((each) => ({ value: each.code, label: name(each.nameZh, each.nameEn) }))} />
        <Field label={t('tokens.scope')} reasons={fields['scope']}>{({ id, status }) => <AssetSelect id={id} label={t('tokens.scope')} value={scope} onChange={setScope} allowClear placeholder={t('grants.everywhere')} status={status} />}</Field>
        <SelectField label={t('tokens.expires')} value={days} onChange={(value) => setDays(value ?? '365')} reasons={fields['expires']} options={lifetimes.map((n) => ({ value: String(n), label: t('tokens.days', { n }) }))} />
        <FormReason>{create.error && Object.keys(fields).length === 0 ? reason(create.error) : null}</FormReason>
        <button type="submit" hidden />
      </FormColumn>
    </Modal>
  );
}

/** The only moment at which the whole token is on a screen: a click beside it must not lose it. */
function ShownOnce({ token, onClose }: { token: CreatedToken; onClose: () => void }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const { message } = App.useApp();
  const copy = (): void => { void navigator.clipboard?.writeText(token.token).then(() => message.success(ui('action.copied'))); };
  return (
    <Modal open title={token.name} mask={{ closable: false }} keyboard={false} closable={false} width={520} footer={<Button type="primary" onClick={onClose}>{t('tokens.kept')}</Button>}>
      <div style={{ display: 'grid', gap: 12 }}>
        <p>{t('tokens.once')}</p>
        <code className={styles['token']}>{token.token}</code>
        <div><Button icon={<Icon name="copy" size={14} />} onClick={copy}>{ui('action.copy')}</Button></div>
      </div>
    </Modal>
  );
}
