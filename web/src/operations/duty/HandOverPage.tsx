import { useIsFetching, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Popconfirm } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api, read, type Tagged } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { Field, FormColumn, FormReason, TextField } from '../../ui/Field';
import { formatFullTime, formatTime, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { permissions, useCan, useMe } from '../../ui/session';
import { isPriority, PriorityShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { UnsavedGuard } from '../../ui/UnsavedGuard';
import { useEdit } from '../../ui/useEdit';
import { operationsTexts } from '../texts';
import styles from './Duty.module.css';
import { taggedHandOver, type HandOver, type HandOverNotes } from './queries';
import { dutyTexts } from './texts';
import '../print.css';

const parts = ['situation', 'done', 'watch', 'equipment'] as const;

/** One hand-over: written, signed by who goes, signed by who comes, printed. */
export default function HandOverPage() {
  const t = useTexts(dutyTexts);
  const id = Number(useParams()['id']);
  const handOver = useQuery({ queryKey: ['duty', 'handover', id], queryFn: () => taggedHandOver(id), refetchOnWindowFocus: false });
  const value = handOver.data?.value;
  return (
    <Page title={t('handover.title')} figure={value && `${value.day} ${value.shiftName} ${value.teamName} · ${t(`state.${value.state}`)}`} actions={<Button icon={<Icon name="audit" size={14} />} onClick={() => print()}>{t('print')}</Button>}>
      <QueryView query={handOver} skeleton="block">{(tagged) => <Document tagged={tagged} />}</QueryView>
    </Page>
  );
}

function Document({ tagged }: { tagged: Tagged<HandOver> }) {
  const t = useTexts(dutyTexts);
  const can = useCan();
  const h = tagged.value;
  const writes = h.state === 'draft' && can(permissions.handOverDuty);
  const [unsaved, setUnsaved] = useState(false);
  return (
    <article className={`${styles['document']} printable`}>
      <header><strong style={{ fontSize: 18 }}>{h.rosterName}</strong><div className={styles['quiet']}>{h.day} · {h.shiftName} · {h.teamName}</div></header>
      {h.intact === false && <div className={styles['broken']} role="alert"><Icon name="info" />{t('broken')}</div>}
      {writes ? <NotesForm tagged={tagged} onUnsaved={setUnsaved} /> : parts.map((part) => <section key={part}><h2>{t(`notes.${part}`)}</h2><p className={styles['text']}>{h.notes[part] || t('notes.none')}</p></section>)}
      <Snapshot handOver={h} />
      <section>
        <h2>{t('sign')}</h2>
        <div className={styles['signatures']}>
          <Signature tagged={tagged} side="outgoing" open={writes} unsaved={unsaved} />
          <Signature tagged={tagged} side="incoming" open={h.state === 'outgoing' && can(permissions.handOverDuty)} unsaved={false} />
        </div>
      </section>
      {h.hash && <footer className={styles['hash']}>{h.intact ? t('intact') : t('broken')} · {t('fingerprint')} <code>{h.hash}</code></footer>}
      {writes && <Discard tagged={tagged} />}
    </article>
  );
}

function NotesForm({ tagged, onUnsaved }: { tagged: Tagged<HandOver>; onUnsaved: (unsaved: boolean) => void }) {
  const t = useTexts(dutyTexts);
  const ui = useTexts(uiTexts);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const id = tagged.value.id;
  const etag = tagged.etag;
  const opened = useMemo(() => ({ value: tagged.value.notes, etag }), [etag]);
  const edit = useEdit<HandOverNotes>({
    opened,
    save: (draft, tag) => read(api.PUT('/api/v1/duty/handovers/{id}/notes', { params: { path: { id } }, headers: { 'If-Match': tag }, body: draft })),
    reread: async () => { const now = await taggedHandOver(id); return { value: now.value.notes, etag: now.etag }; },
    onSaved: () => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['duty', 'handover', id] }); },
  });
  const unsaved = edit.dirty || edit.saving;
  useEffect(() => onUnsaved(unsaved), [unsaved, onUnsaved]);
  return (
    <FormColumn onSubmit={edit.submit} wide>
      <UnsavedGuard dirty={edit.dirty} />
      <ConflictNotice edit={edit} nameOf={(field) => t(`notes.${field}` as 'notes.done')} />
      {parts.map((part) => (
        <Field key={part} label={t(`notes.${part}`)} reasons={edit.reasons(part)}>
          {({ id: fieldId, status, ...attributes }) => <Input.TextArea {...attributes} id={fieldId} status={status} autoSize={{ minRows: 2, maxRows: 16 }} value={edit.draft[part] ?? ''} onChange={(event) => edit.set(part, event.target.value)} />}
        </Field>
      ))}
      <FormReason>{edit.refusal}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button></div>
    </FormColumn>
  );
}

function Snapshot({ handOver: h }: { handOver: HandOver }) {
  const t = useTexts(dutyTexts);
  const words = useTexts(operationsTexts);
  const name = useName();
  const s = h.snapshot;
  if (!s) return null;
  return (
    <>
      <section>
        <h2>{h.state === 'draft' ? t('snapshot.now') : t('snapshot')} <span className={styles['quiet']}>{h.state === 'draft' ? '' : formatFullTime(s.taken)}</span></h2>
        {s.total === 0 ? <p>{t('snapshot.none')}</p> : (
          <>
            <p>{t('snapshot.figure', { n: s.total, u: s.unacknowledged })}</p>
            <table className={styles['alarms']}>
              <thead><tr><th scope="col">{words('alarms.priority')}</th><th scope="col">{words('alarms.raised')}</th><th scope="col">{words('alarms.place')}</th><th scope="col">{words('alarms.what')}</th><th scope="col">{words('alarms.state')}</th><th scope="col">{words('alarms.by')}</th></tr></thead>
              <tbody>
                {s.alarms.map((alarm) => (
                  <tr key={alarm.id}><td>{isPriority(alarm.priority) && <PriorityShape priority={alarm.priority} size={16} />}</td><td>{formatTime(alarm.raised)}</td><td>{name(alarm.assetNameZh, alarm.assetNameEn)}</td><td>{name(alarm.nameZh, alarm.nameEn)}</td><td>{words(`state.${alarm.state}` as 'state.normal')}</td><td>{alarm.acknowledgedBy ?? missing}</td></tr>
                ))}
              </tbody>
            </table>
            {s.total > s.alarms.length && <p>{t('snapshot.more', { n: s.total - s.alarms.length })}</p>}
          </>
        )}
      </section>
      {s.incidents.length > 0 && (
        <section>
          <h2>{t('snapshot.incidents')}</h2>
          <ul>{s.incidents.map((incident) => <li key={incident.id}>#{incident.id} {incident.title} · {t('snapshot.tasks', { n: incident.openTasks })}</li>)}</ul>
        </section>
      )}
    </>
  );
}

function Signature({ tagged, side, open, unsaved }: { tagged: Tagged<HandOver>; side: 'outgoing' | 'incoming'; open: boolean; unsaved: boolean }) {
  const t = useTexts(dutyTexts);
  const h = tagged.value;
  const person = h[side];
  return (
    <div className={styles['signature']}>
      <span className={styles['quiet']}>{t(`handover.${side}`)}</span>
      {person ? <strong>{t('signed', { name: person.name, time: formatFullTime(h[`${side}Signed`]) })}</strong> : !open && <span>{t('signed.not')}</span>}
      {side === 'incoming' && h.incomingRemark && <p className={styles['text']}>{h.incomingRemark}</p>}
      {open && <SignatureForm tagged={tagged} side={side} unsaved={unsaved} />}
    </div>
  );
}

/** One signs what stands on the server, so not while something is unsaved, or saved and not read again. */
function SignatureForm({ tagged, side, unsaved }: { tagged: Tagged<HandOver>; side: 'outgoing' | 'incoming'; unsaved: boolean }) {
  const t = useTexts(dutyTexts);
  const me = useMe();
  const reason = useReason();
  const queries = useQueryClient();
  const [userName, setUserName] = useState(side === 'outgoing' ? me.userName : '');
  const [password, setPassword] = useState('');
  const [remark, setRemark] = useState('');
  const id = tagged.value.id;
  const sign = useMutation({
    gcTime: 0, // the password is not kept with the answer
    mutationFn: (given: string) => read(api.POST('/api/v1/duty/handovers/{id}/signatures', { params: { path: { id } }, headers: { 'If-Match': tagged.etag }, body: { as: side, userName, password: given, remark: remark || null } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['duty'] }),
  });
  const reading = useIsFetching({ queryKey: ['duty', 'handover', id] }) > 0;
  const fields = sign.error instanceof ProblemError ? sign.error.fields : {};
  return (
    <div className="screen-only">
      <FormColumn onSubmit={() => { sign.mutate(password); setPassword(''); }}>
        {side === 'incoming' && <TextField label={t('sign.remark')} value={remark} onChange={setRemark} reasons={fields['remark']} />}
        <TextField label={t('sign.userName')} value={userName} onChange={setUserName} reasons={fields['userName']} autoComplete="off" />
        <TextField label={t('sign.password')} type="password" value={password} onChange={setPassword} reasons={fields['password']} hint={t(unsaved ? 'sign.saveFirst' : 'sign.hint')} autoComplete="off" />
        <FormReason>{sign.error && Object.keys(fields).length === 0 ? reason(sign.error) : null}</FormReason>
        <div><Button type="primary" htmlType="submit" disabled={userName === '' || password === '' || unsaved || reading} loading={sign.isPending}>{t(`sign.${side}`)}</Button></div>
      </FormColumn>
    </div>
  );
}

function Discard({ tagged }: { tagged: Tagged<HandOver> }) {
  const t = useTexts(dutyTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/duty/handovers/{id}', { params: { path: { id: tagged.value.id } }, headers: { 'If-Match': tagged.etag } }),
    onSuccess: () => { void queries.invalidateQueries({ queryKey: ['duty', 'handovers'] }); void navigate('/duty/handovers'); },
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <Popconfirm title={t('discard.confirm')} okText={ui('action.delete')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}>
      <Button type="text" className="screen-only" style={{ justifySelf: 'start' }}>{t('discard')}</Button>
    </Popconfirm>
  );
}
