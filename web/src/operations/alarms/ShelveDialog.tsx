import { DatePicker, Modal } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { Chips } from '../../ui/Chips';
import { Field, TextField } from '../../ui/Field';
import { formatTime, instantOfWall, zoneOffset } from '../../ui/format';
import { useTexts } from '../../ui/i18n';
import { uiTexts } from '../../ui/texts';
import { operationsTexts } from '../texts';
import styles from './Desk.module.css';
import { useOutOfService, useShelve } from './useAlarmActs';

const minutes = ['15', '30', '60', '120', '240', '480'] as const;
const reasons = ['working', 'broken', 'planned', 'chatter'] as const;

/** Silences alarms for a time. The end comes first under the hand, the reason is never left out. */
export function ShelveDialog({ definitionIds, onClose }: { definitionIds: readonly number[]; onClose: () => void }) {
  const t = useTexts(operationsTexts);
  const ui = useTexts(uiTexts);
  const [length, setLength] = useState<string>('30');
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const shelve = useShelve(onClose);
  const submit = (): void => {
    setAsked(true);
    if (reason.trim() !== '') shelve.mutate({ definitionIds, until: new Date(Date.now() + Number(length) * 60_000).toISOString(), reason: reason.trim() });
  };
  return (
    <Modal open title={t('shelve.title', { n: definitionIds.length })} okText={t('shelve.button')} cancelText={ui('action.cancel')} confirmLoading={shelve.isPending} onOk={submit} onCancel={onClose} width={520}>
      <p className={styles['dialogNote']}>{t('shelve.text')}</p>
      <div className={styles['dialogRow']}>
        <Chips label={t('shelve.for')} value={length} onChange={setLength} options={minutes.map((value) => ({ value, label: t(`shelve.${value}`) }))} />
        <span className={styles['dialogNote']}>{t('shelve.until', { time: formatTime(Date.now() + Number(length) * 60_000).slice(0, 11) })}</span>
      </div>
      <form onSubmit={(event) => { event.preventDefault(); submit(); }}>
        <TextField autoFocus required label={t('shelve.reason')} value={reason} onChange={setReason} reasons={asked && reason.trim() === '' ? [t('shelve.reasonMissing')] : undefined} />
        <button type="submit" hidden />
      </form>
      <div className={styles['dialogRow']}>{reasons.map((each) => <button key={each} type="button" className={styles['preset']} onClick={() => setReason(t(`shelve.because.${each}`))}>{t(`shelve.because.${each}`)}</button>)}</div>
    </Modal>
  );
}

/** Takes alarms out of service for maintenance; the reason names the permit. */
export function ServiceDialog({ definitionIds, onClose }: { definitionIds: readonly number[]; onClose: () => void }) {
  const t = useTexts(operationsTexts);
  const ui = useTexts(uiTexts);
  const [permit, setPermit] = useState('');
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState<number | null>(null);
  const [asked, setAsked] = useState(false);
  const remove = useOutOfService(onClose);
  const submit = (): void => {
    setAsked(true);
    if (permit.trim() === '' || reason.trim() === '') return;
    remove.mutate({ definitionIds, until: until === null ? null : new Date(until).toISOString(), reason: t('service.reasonText', { permit: permit.trim(), reason: reason.trim() }) });
  };
  const missing = (text: string): string[] | undefined => (asked && text.trim() === '' ? [ui('form.required')] : undefined);
  return (
    <Modal open title={t('service.title', { n: definitionIds.length })} okText={t('service.button')} cancelText={ui('action.cancel')} confirmLoading={remove.isPending} onOk={submit} onCancel={onClose} width={520}>
      <p className={styles['dialogNote']}>{t('service.text')}</p>
      <form className={styles['dialogForm']} onSubmit={(event) => { event.preventDefault(); submit(); }}>
        <TextField autoFocus required label={t('service.permit')} value={permit} onChange={setPermit} reasons={missing(permit)} />
        <TextField required label={t('service.reason')} value={reason} onChange={setReason} reasons={missing(reason)} />
        <Field label={t('service.until')} hint={t('service.untilHint')}>
          {({ id }) => (
            <DatePicker
              id={id} showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: 220 }} placeholder={t('service.open')}
              value={until === null ? null : dayjs(new Date(until + zoneOffset(until)).toISOString().slice(0, 19))}
              onChange={(next) => setUntil(next ? instantOfWall(Date.parse(`${next.format('YYYY-MM-DDTHH:mm')}:00Z`)) : null)}
            />
          )}
        </Field>
        <button type="submit" hidden />
      </form>
    </Modal>
  );
}
