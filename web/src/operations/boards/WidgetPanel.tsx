import { Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { Field, FormColumn, FormRow, SelectField, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { SidePanel } from '../../ui/ListLayout';
import { PointFinder } from '../PointFinder';
import { parseFlows, writeFlows } from './flows';
import { widgetKinds, type Flow, type Widget } from './queries';
import { boardTexts } from './texts';

const figures = ['mean', 'min', 'max', 'sum', 'integralHours'] as const;

/** What one widget shows. */
export function WidgetPanel({ widget, onChange, onRemove, onClose }: { widget: Widget; onChange: (widget: Widget) => void; onRemove: () => void; onClose: () => void }) {
  const t = useTexts(boardTexts);
  const title = widget.title || t(`kind.${widget.kind}`);
  const points = widget.points ?? [];
  return (
    <SidePanel title={title} label={title} onClose={onClose}>
      <FormColumn onSubmit={onClose}>
        <SelectField label={t('kind')} value={widget.kind} onChange={(kind) => onChange({ ...widget, kind: widgetKinds.find((each) => each === kind) ?? 'value', ...(kind === 'gauge' && widget.max == null ? { min: 0, max: 100 } : {}) })} options={widgetKinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))} />
        <TextField label={t('widget.title')} value={widget.title ?? ''} onChange={(value) => onChange({ ...widget, title: value })} autoFocus />
        {widget.kind === 'sankey' ? <FlowsField flows={widget.flows ?? []} onChange={(flows) => onChange({ ...widget, flows })} /> : widget.kind === 'text'
          ? <Field label={t('widget.text')}>{({ id }) => <Input.TextArea id={id} maxLength={2000} autoSize={{ minRows: 4, maxRows: 16 }} value={widget.text ?? ''} onChange={(event) => onChange({ ...widget, text: event.target.value })} />}</Field>
          : (
            <>
              <Field label={t('widget.points')} hint={t('widget.pointsHint')}>{({ id }) => <Select<string[]> id={id} mode="tags" tokenSeparators={[',', '\n']} open={false} value={[...points]} onChange={(next) => onChange({ ...widget, points: next })} />}</Field>
              <PointFinder onFind={(reference) => onChange({ ...widget, points: [...new Set([...points, reference])] })} />
            </>
          )}
        {(widget.kind === 'bar' || widget.kind === 'map' || widget.kind === 'sankey') && <SelectField label={t('widget.figure')} value={widget.figure ?? 'mean'} onChange={(figure) => onChange({ ...widget, figure: figure ?? 'mean' })} options={figures.map((figure) => ({ value: figure, label: t(`figure.${figure}`) }))} />}
        {widget.kind === 'gauge' && (
          <FormRow>
            <Field label={t('widget.min')}>{({ id }) => <InputNumber id={id} value={widget.min ?? 0} onChange={(min) => onChange({ ...widget, min: min ?? 0 })} />}</Field>
            <Field label={t('widget.max')}>{({ id }) => <InputNumber id={id} value={widget.max ?? 100} onChange={(max) => onChange({ ...widget, max: max ?? 100 })} />}</Field>
          </FormRow>
        )}
        {widget.kind === 'map' && (
          <FormRow>
            <Field label={t('map.min')}>{({ id }) => <InputNumber id={id} placeholder={t('map.auto')} value={widget.min ?? null} onChange={(min) => onChange({ ...widget, min })} />}</Field>
            <Field label={t('map.max')}>{({ id }) => <InputNumber id={id} placeholder={t('map.auto')} value={widget.max ?? null} onChange={(max) => onChange({ ...widget, max })} />}</Field>
          </FormRow>
        )}
        <div><Button danger type="text" onClick={onRemove}>{t('widget.remove')}</Button></div>
      </FormColumn>
    </SidePanel>
  );
}

/** What flows where, one a line; a line that is none says so and changes nothing. */
function FlowsField({ flows, onChange }: { flows: readonly Flow[]; onChange: (flows: Flow[]) => void }) {
  const t = useTexts(boardTexts);
  const [text, setText] = useState(() => writeFlows(flows));
  const { wrongLine } = parseFlows(text);
  const type = (next: string): void => {
    setText(next);
    const read = parseFlows(next);
    if (read.wrongLine === null) onChange(read.flows);
  };
  return (
    <>
      <Field label={t('widget.flows')} hint={t('widget.flowsHint')} reasons={wrongLine === null ? undefined : [t('widget.flowsWrong', { n: wrongLine })]}>{({ id, status }) => <Input.TextArea id={id} status={status} className="mono" autoSize={{ minRows: 4, maxRows: 16 }} value={text} onChange={(event) => type(event.target.value)} />}</Field>
      <PointFinder onFind={(reference) => type(`${text.trimEnd()}${text.trim() === '' ? '' : '\n'}A → B = ${reference}`)} />
    </>
  );
}
