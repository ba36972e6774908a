import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Modal } from 'antd';
import { useState } from 'react';
import { api, read, type Tagged } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { FormColumn, FormReason, NumberField, parseNumber, SelectField, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { indicatorQuery, type IndicatorItem } from '../shared';
import { indicatorTexts } from './texts';

/** Changes an indicator's definition; the server checks formula, units and circles before anything is kept. */
export function IndicatorDialog({ opened, onClose }: { opened: Tagged<IndicatorItem>; onClose: () => void }) {
  const t = useTexts(indicatorTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const { indicator } = opened.value;
  const [etag, setEtag] = useState(opened.etag);
  const [draft, setDraft] = useState({ ...indicator, decimals: String(indicator.decimals) });
  const set = <K extends keyof typeof draft>(field: K, value: (typeof draft)[K]): void => setDraft((before) => ({ ...before, [field]: value }));
  const code = indicator.code;
  const done = (): void => { void queries.invalidateQueries({ queryKey: ['economy'] }); onClose(); };
  const save = useMutation({
    mutationFn: () => read(api.PUT('/api/v1/economy/indicators/{code}', { params: { path: { code } }, headers: { 'If-Match': etag }, body: { ...draft, decimals: parseNumber(draft.decimals) ?? indicator.decimals } })),
    onSuccess: () => { void message.success(t('edit.saved')); done(); },
    onError: async (error) => {
      if (!(error instanceof ProblemError) || error.status !== 412) return;
      await queries.invalidateQueries({ queryKey: ['economy', 'indicator', code] });
      setEtag((await queries.fetchQuery(indicatorQuery(code))).etag);
    },
  });
  const reset = useMutation({
    mutationFn: () => api.DELETE('/api/v1/economy/indicators/{code}', { params: { path: { code } }, headers: { 'If-Match': etag } }),
    onSuccess: done,
    onError: (error) => void message.error(reason(error)),
  });
  const fields = save.error instanceof ProblemError ? save.error.fields : {};
  const refusal = save.error && Object.keys(fields).length === 0 ? (save.error instanceof ProblemError && save.error.status === 412 ? t('edit.changed') : reason(save.error)) : null;
  return (
    <Modal
      open title={`${t('edit')} · ${code}`} width={640} onCancel={onClose}
      footer={[
        ...(opened.value.isShipped ? [] : [<Button key="reset" danger loading={reset.isPending} onClick={() => modal.confirm({ title: t('edit.resetAsk'), onOk: () => reset.mutate() })}>{t('edit.reset')}</Button>]),
        <Button key="cancel" onClick={onClose}>{ui('action.cancel')}</Button>,
        <Button key="ok" type="primary" loading={save.isPending} onClick={() => save.mutate()}>{ui('action.save')}</Button>,
      ]}
    >
      <FormColumn onSubmit={() => save.mutate()}>
        <TextField label={t('edit.nameZh')} required value={draft.nameZh} onChange={(value) => set('nameZh', value)} reasons={fields['nameZh']} />
        <TextField label={t('edit.nameEn')} required value={draft.nameEn} onChange={(value) => set('nameEn', value)} reasons={fields['nameEn']} />
        <TextField label={t('definition')} required value={draft.definition} onChange={(value) => set('definition', value)} reasons={fields['definition']} />
        <TextField label={t('unit')} required value={draft.unit} onChange={(value) => set('unit', value)} reasons={fields['unit']} />
        <TextField label={t('formula')} mono hint={t('edit.formulaHint')} value={draft.formula} onChange={(value) => set('formula', value)} reasons={fields['formula']} />
        <SelectField label={t('edit.direction')} value={draft.direction} onChange={(value) => set('direction', (value ?? draft.direction) as typeof draft.direction)} options={(['up', 'down', 'neutral'] as const).map((value) => ({ value, label: t(`direction.${value}`) }))} />
        <NumberField label={t('edit.decimals')} value={draft.decimals} onChange={(value) => set('decimals', value)} reasons={fields['decimals']} />
        <TextField label={t('edit.source')} required value={draft.source} onChange={(value) => set('source', value)} reasons={fields['source']} />
        <TextField label={t('edit.edition')} required value={draft.edition} onChange={(value) => set('edition', value)} reasons={fields['edition']} />
        <Checkbox checked={draft.verified} onChange={(event) => set('verified', event.target.checked)}>{t('edit.verified')}</Checkbox>
        <FormReason>{refusal}</FormReason>
        <button type="submit" hidden />
      </FormColumn>
    </Modal>
  );
}
