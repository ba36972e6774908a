import { Button, Checkbox, InputNumber, Select } from 'antd';
import { Chips } from '../../ui/Chips';
import { Field, FormColumn, FormRow, TextField } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { useTexts } from '../../ui/i18n';
import { SidePanel } from '../../ui/ListLayout';
import { PointFinder } from '../PointFinder';
import { elementsOf, symbolOf, without, withPlace, withText, type Place } from './edits';
import { colors } from './effects';
import styles from './Mimics.module.css';
import { effects, type MimicBinding, type MimicEffect, type MimicPoint, type MimicStep } from './queries';
import { mimicTexts } from './texts';

interface ElementPanelProps {
  element: string;
  svg: string;
  bindings: readonly MimicBinding[];
  points: readonly MimicPoint[];
  onChange: (next: { svg?: string; bindings?: readonly MimicBinding[] }) => void;
  onSelect: (element: string) => void;
  onClose: () => void;
}

const fresh: Record<MimicEffect, Partial<MimicBinding>> = {
  color: { steps: [{ from: 0, color: 'process' }] }, level: { min: 0, max: 100 }, rotation: { min: 0, max: 100, turn: 270 }, spin: { min: 0 }, flow: { min: 0 }, text: { unit: true }, visibility: { min: 1 },
};

/** Where a symbol stands, and what an element shows. */
export function ElementPanel({ element, svg, bindings, points, onChange, onSelect, onClose }: ElementPanelProps) {
  const t = useTexts(mimicTexts);
  const elements = elementsOf(svg);
  const kind = elements.find(({ id }) => id === element)?.kind;
  // A symbol is bound as a whole, or by its moving part and its text.
  const whole = element.replace(/-(content|text)$/, '');
  const parts = elements.map(({ id }) => id).filter((id) => id === whole || id === `${whole}-content` || id === `${whole}-text`);
  const symbol = symbolOf(svg, element);
  const mine = bindings.map((binding, index) => ({ binding, index })).filter(({ binding }) => binding.element === element);
  const free = effects.filter((effect) => !mine.some(({ binding }) => binding.effect === effect) && (effect !== 'text' || kind === 'text' || kind === 'tspan'));
  const change = (index: number, next: MimicBinding): void => onChange({ bindings: bindings.map((binding, at) => (at === index ? next : binding)) });
  const place = (patch: Partial<Place>): void => { if (symbol) onChange({ svg: withPlace(svg, element, { ...symbol, ...patch }) }); };
  const add = (effect: MimicEffect): void => onChange({ bindings: [...bindings, { element, effect, point: '', ...fresh[effect] }] });
  return (
    <SidePanel title={element} label={element} onClose={onClose}>
      <FormColumn onSubmit={onClose}>
        {parts.length > 1 && <Chips label={t('part')} value={element} onChange={onSelect} options={parts.map((id) => ({ value: id, label: t(id === whole ? 'part.whole' : id.endsWith('-text') ? 'part.text' : 'part.content') }))} />}
        {symbol && (
          <>
            {symbol.text !== null && <TextField label={t('symbol.text')} value={symbol.text} onChange={(text) => onChange({ svg: withText(svg, element, text) })} />}
            <FormRow>{(['x', 'y'] as const).map((side) => <Field key={side} label={t(`symbol.${side}`)}>{({ id }) => <InputNumber id={id} step={10} value={symbol[side]} onChange={(value) => place({ [side]: value ?? 0 })} />}</Field>)}</FormRow>
            <FormRow>{(['w', 'h'] as const).map((side) => <Field key={side} label={t(`symbol.${side}`)}>{({ id }) => <InputNumber id={id} step={10} min={6} value={symbol[side]} onChange={(value) => place({ [side]: Math.max(6, value ?? 60) })} />}</Field>)}</FormRow>
            <div><Button danger type="text" onClick={() => { onChange({ svg: without(svg, element), bindings: bindings.filter((binding) => binding.element !== element && binding.element !== `${element}-content` && binding.element !== `${element}-text`) }); onClose(); }}>{t('element.remove')}</Button></div>
          </>
        )}
        {mine.length === 0 && <p style={{ margin: 0, color: 'var(--ink-2)' }}>{t('bind.none')}</p>}
        {mine.map(({ binding, index }) => <BindingField key={binding.effect} binding={binding} known={points.find((each) => each.reference === binding.point)} onChange={(next) => change(index, next)} onRemove={() => onChange({ bindings: bindings.filter((_each, at) => at !== index) })} />)}
        {free.length > 0 && <Field label={t('bind')}>{({ id }) => <Select<MimicEffect | null> id={id} value={null} placeholder={t('effect')} options={free.map((effect) => ({ value: effect, label: t(`effect.${effect}`) }))} onChange={(effect) => { if (effect) add(effect); }} />}</Field>}
      </FormColumn>
    </SidePanel>
  );
}

function BindingField({ binding, known, onChange, onRemove }: { binding: MimicBinding; known: MimicPoint | undefined; onChange: (next: MimicBinding) => void; onRemove: () => void }) {
  const t = useTexts(mimicTexts);
  const { effect } = binding;
  const number = (key: 'min' | 'max' | 'turn', label: string) => <Field label={label}>{({ id }) => <InputNumber id={id} value={binding[key] ?? null} onChange={(value) => onChange({ ...binding, [key]: key === 'turn' ? value ?? 270 : value })} />}</Field>;
  return (
    <section className={styles['binding']} aria-label={t(`effect.${effect}`)}>
      <b>{t(`effect.${effect}`)}</b>
      <TextField label={t('point')} hint={t('point.hint')} mono value={binding.point} onChange={(point) => onChange({ ...binding, point: point.trim() })} reasons={binding.point !== '' && known && !known.point ? [t('point.unknown')] : undefined} />
      <PointFinder onFind={(point) => onChange({ ...binding, point })} />
      {(effect === 'level' || effect === 'rotation' || effect === 'visibility') && <FormRow>{number('min', t('min'))}{number('max', t('max'))}</FormRow>}
      {(effect === 'spin' || effect === 'flow') && number('min', t('min.runs'))}
      {effect === 'rotation' && number('turn', t('turn'))}
      {effect === 'text' && <Checkbox checked={binding.unit ?? true} onChange={(event) => onChange({ ...binding, unit: event.target.checked })}>{t('unit')}</Checkbox>}
      {effect === 'color' && <Steps steps={binding.steps ?? []} onChange={(steps) => onChange({ ...binding, steps })} />}
      <div><Button danger type="text" size="small" onClick={onRemove}>{t('bind.remove')}</Button></div>
    </section>
  );
}

function Steps({ steps, onChange }: { steps: readonly MimicStep[]; onChange: (steps: MimicStep[]) => void }) {
  const t = useTexts(mimicTexts);
  const change = (index: number, patch: Partial<MimicStep>): void => onChange(steps.map((step, at) => (at === index ? { ...step, ...patch } : step)));
  return (
    <>
      {steps.map((step, index) => (
        <div key={index} className={styles['step']}>
          <InputNumber prefix="≥" aria-label={t('step.from')} value={step.from} onChange={(from) => change(index, { from: from ?? 0 })} />
          <Select aria-label={t('step.color')} value={step.color} onChange={(color) => change(index, { color })} options={[...new Set([...colors, step.color])].map((color) => ({ value: color, label: colors.some((each) => each === color) ? t(`color.${color as (typeof colors)[number]}`) : color }))} />
          <Button type="text" aria-label={t('step.remove')} icon={<Icon name="close" size={13} />} onClick={() => onChange(steps.filter((_step, at) => at !== index))} />
        </div>
      ))}
      <div><Button size="small" onClick={() => onChange([...steps, { from: (steps.at(-1)?.from ?? 0) + 1, color: 'high' }])}>{t('step.add')}</Button></div>
    </>
  );
}
