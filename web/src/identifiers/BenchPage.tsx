import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, read } from '../api/client';
import type { components } from '../api/schema';
import { Chips } from '../ui/Chips';
import { FormColumn, FormReason, TextField } from '../ui/Field';
import { formatNumber } from '../ui/format';
import { useTexts } from '../ui/i18n';
import { Card, Page } from '../ui/Page';
import { permissions, useCan } from '../ui/session';
import styles from './Identifiers.module.css';
import { useChange, type MessagePart } from './shared';
import { identifierTexts } from './texts';

type Answer = components['schemas']['BenchAnswer'];

/** Asks the node as a client of the Handle protocol does, and shows every byte. */
export default function BenchPage() {
  const t = useTexts(identifierTexts);
  const can = useCan();
  const [handle, setHandle] = useState('');
  const [types, setTypes] = useState('');
  const [transport, setTransport] = useState<'udp' | 'tcp'>('udp');
  const [publicOnly, setPublicOnly] = useState(true);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const ask = useChange(() => read(api.POST('/api/v1/identifiers/test-bench', { body: { handle: handle.trim(), transport, publicOnly, types: types.split(/[,，\s]+/).filter(Boolean), indexes: [] } })), setAnswer);
  return (
    <Page title={t('bench.title')} figure={answer && t('bench.outcome', { code: answer.responseCode, ms: formatNumber(answer.milliseconds, 2), n: answer.packets })}>
      <Card>
        <FormColumn onSubmit={() => ask.run()}>
          <TextField label={t('handle')} required autoFocus mono value={handle} onChange={setHandle} reasons={ask.fields['handle']} />
          <TextField label={t('bench.types')} value={types} onChange={setTypes} reasons={ask.fields['types']} />
          <Chips label={t('transport')} value={transport} onChange={(value) => setTransport(value as 'udp' | 'tcp')} options={[{ value: 'udp', label: 'UDP' }, { value: 'tcp', label: 'TCP' }]} />
          <Checkbox checked={publicOnly} onChange={(event) => setPublicOnly(event.target.checked)}>{t('bench.publicOnly')}</Checkbox>
          <FormReason>{ask.failure}</FormReason>
          <Button type="primary" htmlType="submit" loading={ask.isPending}>{t('bench.ask')}</Button>
        </FormColumn>
      </Card>
      {answer?.foreign && (
        <Card title={answer.foreign.ageSeconds === null ? t('bench.foreign') : t('bench.cached', { s: formatNumber(answer.foreign.ageSeconds, 1) })}>
          <ol className={styles['trail']} aria-label={t('bench.trail')}>{answer.foreign.trail.map((step, index) => <li key={index}>{step}</li>)}</ol>
        </Card>
      )}
      {answer && can(permissions.readAudit) && <Link to={`/identifiers/changes?handle=${encodeURIComponent(handle.trim())}`}>{t('changes.ofThis')}</Link>}
      {answer && (['request', 'response'] as const).map((side) => <Card key={side} title={t(`bench.${side}`)} padded={false}><Parts label={t(`bench.${side}`)} parts={answer[side]} /></Card>)}
    </Page>
  );
}

function Parts({ label, parts }: { label: string; parts: readonly MessagePart[] }) {
  const t = useTexts(identifierTexts);
  return (
    <table className={styles['parts']} aria-label={label}>
      <thead><tr><th scope="col">{t('bench.offset')}</th><th scope="col">{t('bench.bytes')}</th><th scope="col">{t('bench.field')}</th><th scope="col">{t('bench.meaning')}</th></tr></thead>
      <tbody>
        {parts.map((part) => (
          <tr key={part.offset}>
            <td>{part.offset}</td>
            <td className={styles['hex']}>{part.hex.match(/.{1,2}/g)?.join(' ')}{part.hex.length < 2 * part.length && ' …'}</td>
            <td>{part.field}</td>
            <td>{part.meaning}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
