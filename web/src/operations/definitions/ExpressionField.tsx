import { Input } from 'antd';
import { useRef, type ComponentRef } from 'react';
import { Field } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { placeOf } from './definitionDraft';
import styles from './Definitions.module.css';
import { PointSelect } from './PointSelect';
import { definitionTexts } from './texts';


interface ExpressionFieldProps { label: string; value: string; onChange: (value: string) => void; reasons?: readonly string[] | undefined; hint: string; required?: boolean; rows?: number }

/** A formula over points. A fault is shown in the text, at its place. */
export function ExpressionField({ label, value, onChange, reasons, hint, required = false, rows = 3 }: ExpressionFieldProps) {
  const t = useTexts(definitionTexts);
  const area = useRef<ComponentRef<typeof Input.TextArea>>(null);
  const insert = (text: string): void => {
    const element = area.current?.resizableTextArea?.textArea;
    const at = element?.selectionStart ?? value.length;
    onChange(`${value.slice(0, at)}${text}${value.slice(element?.selectionEnd ?? at)}`);
    element?.focus();
  };
  return (
    <Field label={label} required={required} reasons={reasons} hint={hint}>
      {(attributes) => (
        <div>
          <Input.TextArea ref={area} {...attributes} className={styles['expression'] ?? ''} autoSize={{ minRows: rows, maxRows: 12 }} maxLength={4000} spellCheck={false} value={value} onChange={(event) => onChange(event.target.value)} />
          <Places text={value} reasons={reasons} />
          <div className={styles['insert']}><div style={{ width: 280, display: 'grid' }}><InsertPoint label={t('insertPoint')} onInsert={insert} /></div></div>
        </div>
      )}
    </Field>
  );
}

/** The text once more with the faulty place marked; only while it is the text that was refused. */
function Places({ text, reasons }: { text: string; reasons: readonly string[] | undefined }) {
  const place = reasons?.map(placeOf).find((each) => each !== null);
  if (place === null || place === undefined || place > text.length + 1) return null;
  const at = place - 1;
  const length = Math.max(1, /^[\p{L}\p{N}_.]+|^\[[^\]]*\]?|^./u.exec(text.slice(at))?.[0].length ?? 1);
  return <pre className={styles['place']}>{text.slice(0, at)}<mark>{text.slice(at, at + length) || ' '}</mark>{text.slice(at + length)}</pre>;
}

/** Points are named by their id: codes change, and two assets may share one. */
function InsertPoint({ label, onInsert }: { label: string; onInsert: (text: string) => void }) {
  return <PointSelect label={label} value={null} placeholder={label} onChange={(id) => { if (id !== null) onInsert(`#${id}`); }} />;
}

