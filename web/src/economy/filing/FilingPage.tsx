import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Select } from 'antd';
import { useId, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api, readTagged, type Tagged } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { formatNumber, formatTime, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { useUnsavedWarning } from '../../ui/useEdit';
import { filingQuery, periodName, unitName, type FilingDetail, type FilingLine } from '../shared';
import styles from './Filing.module.css';
import { filingTexts } from './texts';
import { laterOf, saidOf, typedOf, type Typed } from './typed';

export default function FilingPage() {
  const id = Number(useParams()['id']);
  const filing = useQuery(filingQuery(id));
  return <QueryView query={filing} skeleton="block">{(data) => <Filing key={id} opened={data} />}</QueryView>;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** One form: lines beside what was reported before, refusals beside the line, explanations, checks, history. */
function Filing({ opened }: { opened: Tagged<FilingDetail> }) {
  const t = useTexts(filingTexts);
  const language = useLanguage();
  const name = useName();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const reason = useReason();
  const { message } = App.useApp();
  const [current, setCurrent] = useState(opened);
  const [typed, setTyped] = useState(() => typedOf(opened.value));
  const [said, setSaid] = useState(() => saidOf(opened.value));
  const [tried, setTried] = useState(false);
  const detail = current.value;
  const { filing } = detail;
  const dirty = JSON.stringify(typed) !== JSON.stringify(typedOf(detail)) || JSON.stringify(said) !== JSON.stringify(saidOf(detail));
  useUnsavedWarning(dirty && detail.canFile);

  const take = (next: Tagged<FilingDetail>, sent?: { typed: Typed; said: Typed }): void => {
    setCurrent(next);
    setTyped((now) => laterOf(now, sent?.typed ?? now, typedOf(next.value)));
    setSaid((now) => laterOf(now, sent?.said ?? now, saidOf(next.value)));
    queries.setQueryData(filingQuery(filing.id).queryKey, next);
    void queries.invalidateQueries({ queryKey: ['economy'], predicate: (query) => query.queryKey[2] !== 'one' });
  };
  const keep = async (): Promise<Tagged<FilingDetail>> => {
    const kept = await readTagged(api.PUT('/api/v1/economy/filings/{id}', { params: { path: { id: filing.id } }, headers: { 'If-Match': current.etag }, body: { values: typed, explanations: said } }));
    take(kept, { typed, said });
    return kept;
  };
  const failed = async (error: unknown): Promise<void> => {
    if (error instanceof ProblemError && error.status === 412) {
      setCurrent(await queries.fetchQuery({ ...filingQuery(filing.id), staleTime: 0 }));
      void message.warning(t('changed'));
    } else if (!(error instanceof ProblemError) || Object.keys(error.fields).length === 0) void message.error(error instanceof ProblemError ? error.message : reason(error));
  };
  const save = useMutation({ mutationFn: keep, onSuccess: () => void message.success(t('saved')), onError: failed });
  const submit = useMutation({
    mutationFn: async () => {
      setTried(true);
      const kept = dirty ? await keep() : current;
      return readTagged(api.POST('/api/v1/economy/filings/{id}/submission', { params: { path: { id: filing.id } }, headers: { 'If-Match': kept.etag } }));
    },
    onSuccess: (next) => { take(next); void message.success(t('submitted')); },
    onError: failed,
  });
  const discard = useMutation({
    mutationFn: () => api.DELETE('/api/v1/economy/filings/{id}', { params: { path: { id: filing.id } }, headers: { 'If-Match': current.etag } }),
    onSuccess: () => { void queries.invalidateQueries({ queryKey: ['economy'] }); void navigate('/economy/filing'); },
    onError: failed,
  });

  const refused = [submit.error, save.error].find((error): error is ProblemError => error instanceof ProblemError)?.fields ?? {};
  const reasonsOf = (code: string): string[] => {
    const server = refused[lowerFirst(`values.${lowerFirst(code)}`)] ?? [];
    // What the server found amiss with a line is true until somebody types into it.
    const isUntouched = (typed[code] ?? '') === (typedOf(detail)[code] ?? '');
    const known = tried && isUntouched ? detail.faults.filter((fault) => fault.field === code).map((fault) => fault.reason) : [];
    return [...new Set([...server, ...known])];
  };
  const heading = `${name(detail.formNameZh, detail.formNameEn)} · ${periodName(filing.period, language)}`;
  return (
    <Page
      title={heading}
      figure={<>{name(filing.assetNameZh, filing.assetNameEn)} · {t(`state.${filing.state}`)} · {t(`vintage.${filing.vintage}`)} {filing.revision}{filing.daysLate > 0 && <> · {t('late')} {t('lateDays', { n: filing.daysLate })}</>}</>}
      actions={(
        <>
          <Button href={`/api/v1/economy/filing-workbook.xlsx?asset=${filing.assetId}&form=${filing.form}&period=${encodeURIComponent(filing.period)}`} icon={<Icon name="download" size={14} />}>{t('template')}</Button>
          {detail.canFile && filing.state === 'draft' && <Button loading={discard.isPending} onClick={() => discard.mutate()}>{t('discard')}</Button>}
          {detail.canFile && <Button loading={save.isPending} onClick={() => save.mutate()}>{t('save')}</Button>}
          {detail.canFile && <Button type="primary" loading={submit.isPending} onClick={() => submit.mutate()}>{t('submit')}</Button>}
        </>
      )}
    >
      {filing.state === 'returned' && filing.remark && <div className={styles['notice']} role="status">{t('returnedFor', { remark: filing.remark })}</div>}
      {tried && detail.faults.length > 0 && <div className={styles['notice']} role="alert">{t('faults', { n: detail.faults.length })}</div>}
      <div className={styles['columns']}>
        <Card padded={false}>
          <table className={styles['form']} aria-label={heading}>
            <thead><tr><th scope="col">{t('item')}</th><th scope="col">{t('unit')}</th><th scope="col">{t('now')}</th><th scope="col">{t('lastPeriod')}</th><th scope="col">{t('lastYear')}</th></tr></thead>
            <tbody>
              {detail.lines.map((line) => (
                <Line key={line.code} line={line} value={typed[line.code] ?? ''} readOnly={!detail.canFile || submit.isPending} reasons={reasonsOf(line.code)} onChange={(text) => setTyped({ ...typed, [line.code]: text })} />
              ))}
            </tbody>
          </table>
        </Card>
        <div className={styles['side']}>
          {(detail.canCheck || detail.canAccept) && <Decision detail={detail} etag={current.etag} onDone={(next) => take(next)} onFailed={failed} />}
          {(detail.findings.length > 0 || detail.meteredElectricity !== null) && (
            <Card title={t('findings')}>
              {detail.meteredElectricity !== null && <p>{t('metered', { value: formatNumber(detail.meteredElectricity, 2) })}</p>}
              {detail.findings.map((finding) => {
                const open = refused[lowerFirst(`explanations.${finding.key}`)] ?? Object.entries(refused).find(([field]) => field.toLowerCase() === `explanations.${finding.key}`.toLowerCase())?.[1];
                return (
                  <div key={finding.key} className={styles['finding']}>
                    <span>{finding.reason}</span>
                    {detail.canFile
                      ? <Input.TextArea readOnly={submit.isPending} aria-label={`${t('explain')} ${finding.item}`} placeholder={t('explain')} autoSize status={open ? 'error' : ''} value={said[finding.key] ?? ''} onChange={(event) => setSaid({ ...said, [finding.key]: event.target.value })} />
                      : <em>{finding.explanation ?? missing}</em>}
                    {open && <span className={styles['reason']} role="alert">{open.join('；')}</span>}
                  </div>
                );
              })}
            </Card>
          )}
          {filing.state === 'accepted' && detail.isNewest && <Correction filing={filing.id} />}
          <Card title={t('journal')}>
            <ol className={styles['journal']}>
              {detail.events.map((event, index) => <li key={index}><strong>{t(`act.${event.act}`)}</strong> {event.actor} <time dateTime={event.time}>{formatTime(event.time)}</time>{event.remark && <div>{event.remark}</div>}</li>)}
            </ol>
          </Card>
        </div>
      </div>
    </Page>
  );
}

function Line({ line, value, readOnly, reasons, onChange }: { line: FilingLine; value: string; readOnly: boolean; reasons: readonly string[]; onChange: (text: string) => void }) {
  const t = useTexts(filingTexts);
  const language = useLanguage();
  const name = useName();
  const id = useId();
  const label = name(line.nameZh, line.nameEn);
  const attributes = { id, 'aria-label': label, 'aria-invalid': reasons.length > 0, 'aria-describedby': reasons.length > 0 ? `${id}-why` : undefined, status: reasons.length > 0 ? 'error' as const : '' as const };
  const choices = line.answer ? [['1', t('answer.up')], ['0', t('answer.same')], ['-1', t('answer.down')]] : line.binary ? [['1', t('yes')], ['0', t('no')]] : null;
  const before = (figure: number | null): string => (choices ? choices.find(([key]) => Number(key) === figure)?.[1] ?? missing : figure === null ? missing : formatNumber(figure, line.decimals));
  return (
    <tr>
      <th scope="row" title={line.definition}><label htmlFor={id}>{label}{line.required && <span className={styles['required']} title={t('required')}> *</span>}</label> <small className="mono">{line.code}</small></th>
      <td>{choices ? '' : <>{unitName(line.unit, language)} <small>{t(`basis.${line.basis}`)}</small></>}</td>
      <td>
        {readOnly ? <strong>{value === '' ? missing : before(Number(value))}</strong> : choices
          ? <Select {...attributes} className={styles['input'] ?? ''} value={value || null} onChange={(next: string | null) => onChange(next ?? '')} options={choices.map(([key, text]) => ({ value: key ?? '', label: text }))} />
          : <Input {...attributes} className={styles['input'] ?? ''} inputMode="decimal" value={value} onChange={(event) => onChange(event.target.value)} />}
        {reasons.length > 0 && <div id={`${id}-why`} className={styles['reason']} role="alert">{reasons.join('；')}</div>}
      </td>
      <td className={styles['number']}>{before(line.lastPeriod)}</td>
      <td className={styles['number']}>{before(line.lastYear)}</td>
    </tr>
  );
}

function Decision({ detail, etag, onDone, onFailed }: { detail: FilingDetail; etag: string; onDone: (next: Tagged<FilingDetail>) => void; onFailed: (error: unknown) => Promise<void> }) {
  const t = useTexts(filingTexts);
  const [remark, setRemark] = useState('');
  const path = detail.canCheck ? '/api/v1/economy/filings/{id}/check' : '/api/v1/economy/filings/{id}/acceptance';
  const decide = useMutation({
    mutationFn: (pass: boolean) => readTagged(api.POST(path, { params: { path: { id: detail.filing.id } }, headers: { 'If-Match': etag }, body: { pass, remark: remark || null } })),
    onSuccess: onDone,
    onError: onFailed,
  });
  const why = decide.error instanceof ProblemError ? decide.error.fields['remark'] : undefined;
  return (
    <Card title={t(detail.canCheck ? 'check' : 'accept')}>
      <Input.TextArea aria-label={t('remark')} placeholder={t('remarkHint')} autoSize={{ minRows: 2 }} status={why ? 'error' : ''} value={remark} onChange={(event) => setRemark(event.target.value)} />
      {why && <div className={styles['reason']} role="alert">{why.join('；')}</div>}
      <div className={styles['buttons']}>
        <Button type="primary" loading={decide.isPending} onClick={() => decide.mutate(true)}>{t('pass')}</Button>
        <Button disabled={decide.isPending} onClick={() => decide.mutate(false)}>{t('return')}</Button>
      </div>
    </Card>
  );
}

function Correction({ filing }: { filing: number }) {
  const t = useTexts(filingTexts);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const reason = useReason();
  const { message } = App.useApp();
  const [why, setWhy] = useState('');
  const correct = useMutation({
    mutationFn: () => readTagged(api.POST('/api/v1/economy/filings/{id}/correction', { params: { path: { id: filing } }, body: { reason: why } })),
    onSuccess: (next) => { void queries.invalidateQueries({ queryKey: ['economy', 'filings'] }); void navigate(`/economy/filing/${next.value.filing.id}`); },
    onError: (error) => { if (!(error instanceof ProblemError) || Object.keys(error.fields).length === 0) void message.error(error instanceof ProblemError ? error.message : reason(error)); },
  });
  const refusal = correct.error instanceof ProblemError ? correct.error.fields['remark'] : undefined;
  return (
    <Card title={t('correct')}>
      <p>{t('correctHint')}</p>
      <Input aria-label={t('correctReason')} placeholder={t('correctReason')} status={refusal ? 'error' : ''} value={why} onChange={(event) => setWhy(event.target.value)} />
      {refusal && <div className={styles['reason']} role="alert">{refusal.join('；')}</div>}
      <div className={styles['buttons']}><Button loading={correct.isPending} onClick={() => correct.mutate()}>{t('correct')}</Button></div>
    </Card>
  );
}
