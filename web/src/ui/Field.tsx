import { Input, Select } from 'antd';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import styles from './Field.module.css';
import { useTexts } from './i18n';
import { uiTexts } from './texts';

interface FieldProps {
  label: ReactNode;
  /** Why the server or the form refuses this field. */
  reasons?: readonly string[] | undefined;
  hint?: ReactNode;
  required?: boolean;
  children: (attributes: { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined; status: 'error' | '' }) => ReactNode;
}

/** Label above, the reason of a refusal beside the field it is about. */
export function Field({ label, reasons, hint, required = false, children }: FieldProps) {
  const t = useTexts(uiTexts);
  const id = useId();
  const refused = reasons !== undefined && reasons.length > 0;
  const noteId = refused || hint ? `${id}-note` : undefined;
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}{required && <span className={styles['required']} title={t('form.required')}> *</span>}</label>
      {children({ id, 'aria-invalid': refused, 'aria-describedby': noteId, status: refused ? 'error' : '' })}
      {refused ? <div id={noteId} className={styles['reason']} role="alert">{reasons.join('；')}</div> : hint && <div id={noteId} className={styles['hint']}>{hint}</div>}
    </div>
  );
}

type Common = Pick<FieldProps, 'label' | 'reasons' | 'hint' | 'required'> & { disabled?: boolean };

export function TextField({ value, onChange, disabled, autoComplete, type = 'text', autoFocus, mono, ...field }: Common & { value: string; onChange: (value: string) => void; autoComplete?: string; type?: 'text' | 'password'; autoFocus?: boolean; mono?: boolean }) {
  const Control = type === 'password' ? Input.Password : Input;
  return (
    <Field {...field}>
      {(attributes) => <Control {...attributes} className={mono ? 'mono' : ''} value={value} disabled={disabled} autoFocus={autoFocus} autoComplete={autoComplete ?? 'off'} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

/** A number that may be missing. What is typed stays as typed until it is a number. */
export function NumberField({ value, onChange, disabled, suffix, ...field }: Common & { value: string; onChange: (value: string) => void; suffix?: ReactNode }) {
  return (
    <Field {...field}>
      {(attributes) => <Input {...attributes} inputMode="decimal" value={value} disabled={disabled} suffix={suffix} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

export interface Choice { value: string; label: string }

export function SelectField({ value, onChange, options, disabled, allowClear, searchable, ...field }: Common & { value: string | null; onChange: (value: string | null) => void; options: Choice[]; allowClear?: boolean; searchable?: boolean }) {
  return (
    <Field {...field}>
      {(attributes) => (
        <Select
          id={attributes.id} aria-invalid={attributes['aria-invalid']} aria-describedby={attributes['aria-describedby']} status={attributes.status}
          value={value} disabled={disabled} options={options} allowClear={allowClear ?? false}
          {...(searchable ? { showSearch: { optionFilterProp: 'label' } } : {})}
          onChange={(next: string | undefined) => onChange(next ?? null)}
        />
      )}
    </Field>
  );
}

export function FormColumn({ children, onSubmit, wide = false }: { children: ReactNode; onSubmit: () => void; wide?: boolean }) {
  const form = useRef<HTMLFormElement>(null);
  const submitted = useRef(false);
  // What was refused may be out of sight: the first such field is brought into view and takes the keyboard.
  useEffect(() => {
    const invalid = submitted.current ? form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') : null;
    if (!invalid) return;
    submitted.current = false;
    invalid.scrollIntoView({ block: 'center' });
    invalid.focus({ preventScroll: true });
  });
  return <form ref={form} className={`${styles['form']} ${wide ? styles['wide'] : ''}`} noValidate onSubmit={(event) => { event.preventDefault(); submitted.current = true; onSubmit(); }}>{children}</form>;
}

export function FormRow({ children }: { children: ReactNode }) {
  return <div className={styles['row']}>{children}</div>;
}

/** A refusal that is about no single field. */
export function FormReason({ children }: { children: ReactNode }) {
  return children ? <div className={styles['formReason']} role="alert">{children}</div> : null;
}

/** A typed number: null for empty, undefined for something that is no number. */
export function parseNumber(text: string): number | null | undefined {
  const trimmed = text.trim().replace('−', '-').replace('，', ',');
  if (trimmed === '') return null;
  const value = Number(trimmed.replaceAll(',', ''));
  return Number.isFinite(value) ? value : undefined;
}

export const numberText = (value: number | null | undefined): string => (value === null || value === undefined ? '' : String(value));
