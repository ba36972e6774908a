import { useQuery } from '@tanstack/react-query';
import { Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { api, read } from '../../api/client';
import { pointListQuery } from '../../api/shared';
import { Field, FormColumn, FormRow, SelectField, TextField } from '../../ui/Field';
import { useName, useTexts } from '../../ui/i18n';
import { SidePanel } from '../../ui/ListLayout';
import { widgetKinds, type Widget } from './queries';
import { boardTexts } from './texts';

const figures = ['mean', 'min', 'max', 'sum', 'integralHours'] as const;

/** What one widget shows. */
export function WidgetPanel({ widget, onChange, onRemove, onClose }: { widget: Widget; onChange: (widget: Widget) => void; onRemove: () => void; onClose: () => void }) {
  const t = useTexts(boardTexts);
  const name = useName();
  const [q, setQ] = useState('');
  const found = useQuery({ ...pointListQuery({ q, pageSize: 20 }), enabled: q.trim() !== '' });
  const title = widget.title || t(`kind.${widget.kind}`);
  const points = widget.points ?? [];
  const add = async (id: number): Promise<void> => {
    const point = found.data?.items.find((each) => each.id === id);
    if (!point) return;
    const asset = await read(api.GET('/api/v1/assets/{id}', { params: { path: { id: point.assetId } } }));
    setQ('');
    onChange({ ...widget, points: [...new Set([...points, `${asset.code}/${point.code}`])] });
  };
  return (
    <SidePanel title={title} label={title} onClose={onClose}>
      <FormColumn onSubmit={onClose}>
        <SelectField label={t('kind')} value={widget.kind} onChange={(kind) => onChange({ ...widget, kind: widgetKinds.find((each) => each === kind) ?? 'value', ...(kind === 'gauge' && widget.max == null ? { min: 0, max: 100 } : {}) })} options={widgetKinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))} />
        <TextField label={t('widget.title')} value={widget.title ?? ''} onChange={(value) => onChange({ ...widget, title: value })} autoFocus />
        {widget.kind === 'text'
          ? <Field label={t('widget.text')}>{({ id }) => <Input.TextArea id={id} maxLength={2000} autoSize={{ minRows: 4, maxRows: 16 }} value={widget.text ?? ''} onChange={(event) => onChange({ ...widget, text: event.target.value })} />}</Field>
          : (
            <>
              <Field label={t('widget.points')} hint={t('widget.pointsHint')}>{({ id }) => <Select<string[]> id={id} mode="tags" tokenSeparators={[',', '\n']} open={false} value={[...points]} onChange={(next) => onChange({ ...widget, points: next })} />}</Field>
              <Field label={t('widget.find')}>{({ id }) => <Select<number | null> id={id} value={null} loading={found.isFetching} showSearch={{ filterOption: false, searchValue: q, onSearch: setQ }} options={(found.data?.items ?? []).map((point) => ({ value: point.id, label: `${name(point.assetNameZh, point.assetNameEn)} · ${name(point.nameZh, point.nameEn)}` }))} onChange={(next) => { if (next !== null) void add(next); }} />}</Field>
            </>
          )}
        {widget.kind === 'bar' && <SelectField label={t('widget.figure')} value={widget.figure ?? 'mean'} onChange={(figure) => onChange({ ...widget, figure: figure ?? 'mean' })} options={figures.map((figure) => ({ value: figure, label: t(`figure.${figure}`) }))} />}
        {widget.kind === 'gauge' && (
          <FormRow>
            <Field label={t('widget.min')}>{({ id }) => <InputNumber id={id} value={widget.min ?? 0} onChange={(min) => onChange({ ...widget, min: min ?? 0 })} />}</Field>
            <Field label={t('widget.max')}>{({ id }) => <InputNumber id={id} value={widget.max ?? 100} onChange={(max) => onChange({ ...widget, max: max ?? 100 })} />}</Field>
          </FormRow>
        )}
        <div><Button danger type="text" onClick={onRemove}>{t('widget.remove')}</Button></div>
      </FormColumn>
    </SidePanel>
  );
}
