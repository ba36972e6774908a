import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, DatePicker, Input, Modal, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { api, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import type { PointItem } from '../../api/types';
import { Field, FormColumn, FormReason } from '../../ui/Field';
import { formatFullTime, formatTime, instantOfWall } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { storageTexts } from '../texts';
import type { Stretch } from './range';
import styles from './TrendPage.module.css';
import { notesQuery } from './useTrendMarks';

/** What people wrote at these curves, and a new note. */
export function TrendNotes({ points, request }: { points: readonly PointItem[]; request: Stretch }) {
  const t = useTexts(storageTexts);
  const name = useName();
  const can = useCan();
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [adding, setAdding] = useState(false);
  const notes = useQuery(notesQuery(points.map((point) => point.id), new Date(request.from).toISOString(), new Date(request.to).toISOString())).data?.items ?? [];
  const remove = useMutation({
    mutationFn: (id: number) => api.DELETE('/api/v1/points/notes/{id}', { params: { path: { id } } }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['notes'] }),
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <section className={styles['notes']} aria-label={t('trends.notes')}>
      <header><h2>{t('trends.notes')}</h2>{can(permissions.writeReports) && <Button size="small" icon={<Icon name="plus" size={13} />} onClick={() => setAdding(true)}>{t('trends.noteAdd')}</Button>}</header>
      {notes.length === 0 ? <p>{t('trends.noNotes')}</p> : (
        <ul>
          {notes.map((note) => {
            const point = points.find((each) => each.id === note.pointId);
            return (
              <li key={note.id}>
                <time title={formatFullTime(note.time)}>{formatTime(note.time)}</time>
                <span>{note.text}</span>
                <small>{point && name(point.nameZh, point.nameEn)} · {note.by}</small>
                {note.mayDelete && <Button type="text" size="small" aria-label={t('trends.noteDelete', { text: note.text })} icon={<Icon name="close" size={12} />} onClick={() => remove.mutate(note.id)} />}
              </li>
            );
          })}
        </ul>
      )}
      {adding && <NewNote points={points} at={Math.min(Date.now(), (request.from + request.to) / 2)} onClose={() => setAdding(false)} />}
    </section>
  );
}

function NewNote({ points, at, onClose }: { points: readonly PointItem[]; at: number; onClose: () => void }) {
  const t = useTexts(storageTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const reason = useReason();
  const queries = useQueryClient();
  const [pointId, setPointId] = useState(points[0]?.id ?? 0);
  const [time, setTime] = useState(Math.round(at / 1000) * 1000);
  const [text, setText] = useState('');
  const write = useMutation({
    mutationFn: () => read(api.POST('/api/v1/points/notes', { body: { pointId, time: new Date(time).toISOString(), text } })),
    onSuccess: () => { void queries.invalidateQueries({ queryKey: ['notes'] }); onClose(); },
  });
  const fields = write.error instanceof ProblemError ? write.error.fields : {};
  return (
    <Modal open title={t('trends.noteAdd')} onCancel={onClose} okText={ui('action.save')} cancelText={ui('action.cancel')} onOk={() => write.mutate()} confirmLoading={write.isPending} okButtonProps={{ disabled: text.trim() === '' }}>
      <FormColumn onSubmit={() => write.mutate()}>
        <Field label={t('trends.point')}>{({ id }) => <Select id={id} value={pointId} onChange={setPointId} options={points.map((point) => ({ value: point.id, label: name(point.nameZh, point.nameEn) }))} />}</Field>
        <Field label={t('trends.noteTime')} reasons={fields['time']}>{({ id, status }) => <DatePicker id={id} status={status} showTime allowClear={false} needConfirm={false} value={dayjs(formatFullTime(time))} format="YYYY-MM-DD HH:mm:ss" onChange={(next) => { if (next) setTime(instantOfWall(Date.parse(`${next.format('YYYY-MM-DDTHH:mm:ss')}Z`))); }} />}</Field>
        <Field label={t('trends.noteText')} reasons={fields['text']} required>{({ id, status, ...attributes }) => <Input.TextArea {...attributes} id={id} status={status} autoFocus maxLength={500} autoSize={{ minRows: 2, maxRows: 6 }} value={text} onChange={(event) => setText(event.target.value)} />}</Field>
        <FormReason>{write.error && Object.keys(fields).length === 0 ? reason(write.error) : null}</FormReason>
      </FormColumn>
    </Modal>
  );
}
