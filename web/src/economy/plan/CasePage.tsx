import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, read } from '../../api/client';
import { Chips } from '../../ui/Chips';
import { Field, FormColumn, FormReason, SelectField, TextField } from '../../ui/Field';
import { formatFullTime } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { Fact, Facts } from '../../ui/ListLayout';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { useCan } from '../../ui/session';
import { plain } from './figures';
import styles from './Plan.module.css';
import { caseQuery, correctPlans, type CorrectionAction, type Correction, type PlanValue } from './queries';
import { StatusMark } from './StatusMark';
import { planTexts } from './texts';
import { usePlanChange } from './usePlanChange';

/** One deviation from its opening to the new value that ends it. */
export default function CasePage() {
  const t = useTexts(planTexts);
  const can = useCan();
  const id = Number(useParams()['id']);
  const found = useQuery(caseQuery(id));
  const item = found.data?.value.case;
  return (
    <Page title={item?.title ?? '…'} figure={item && <>{t(`state.${item.state}`)}{item.isOverdue && <strong className={styles['warn']}> {t('cases.overdue')}</strong>}</>}>
      <QueryView query={found} skeleton="block">
        {({ value, etag }) => (
          <div className={styles['columns']}>
            <div className={styles['stack']}>
              {can(correctPlans) && value.case.possible.length > 0 && <StepForm key={value.case.version} item={value.case} etag={etag} figures={value.figures} />}
              <Card title={t('case.history')}>
                <ol className={styles['events']}>{value.events.map((event) => <li key={event.id}><time dateTime={event.time}>{formatFullTime(event.time)}</time><span><strong>{t(`action.${event.action}`)}</strong> {event.actor} {event.text}</span></li>)}</ol>
              </Card>
            </div>
            <CaseFacts item={value.case} />
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function CaseFacts({ item }: { item: Correction }) {
  const t = useTexts(planTexts);
  const name = useName();
  return (
    <Card title={t('cases.case')}>
      <Facts>
        <Fact name={t('case.target')}><Link to={`/economy/plan/targets/${item.targetId}`}>{name(item.targetNameZh, item.targetNameEn)}</Link> {item.area}</Fact>
        <Fact name={t('case.atOpening')}><StatusMark status={item.statusAtOpening} /> {plain(item.valueAtOpening)} {item.unit}</Fact>
        <Fact name={t('case.cause')}>{item.cause}</Fact>
        <Fact name={t('case.measure')}>{item.measure || plain(null)}</Fact>
        <Fact name={t('case.owner')}>{item.owner || plain(null)}</Fact>
        <Fact name={t('cases.deadline')}>{item.deadline ?? plain(null)}</Fact>
        <Fact name={t('case.effect')}>{item.expectedEffect || plain(null)}</Fact>
        <Fact name={t('case.next')}>{item.nextCheck ?? plain(null)}</Fact>
        <Fact name={t('case.reference')}>{item.reference || plain(null)}</Fact>
        {item.closingFigureId !== null && <Fact name={t('case.closedBy')}>{plain(item.closingValue)} {item.unit} <span className={styles['sub']}>{item.closingFigureId}</span></Fact>}
      </Facts>
    </Card>
  );
}

function StepForm({ item, etag, figures }: { item: Correction; etag: string; figures: readonly PlanValue[] }) {
  const t = useTexts(planTexts);
  const order: readonly CorrectionAction[] = ['assign', 'report', 'close', 'return', 'remark', 'withdraw'];
  const possible = order.filter((action) => item.possible.includes(action) && !(action === 'assign' && item.state === 'reported'));
  const [action, setAction] = useState<CorrectionAction>(item.state === 'inProgress' ? 'report' : possible[0] ?? 'remark');
  const [text, setText] = useState('');
  const [owner, setOwner] = useState(item.owner);
  const [measure, setMeasure] = useState(item.measure);
  const [deadline, setDeadline] = useState(item.deadline ?? '');
  const [effect, setEffect] = useState(item.expectedEffect);
  const [next, setNext] = useState(item.nextCheck ?? '');
  const [figure, setFigure] = useState<string | null>(null);
  const change = usePlanChange(() => read(api.POST('/api/v1/economy/plan/cases/{id}/steps', {
    params: { path: { id: item.id } }, headers: { 'If-Match': etag },
    body: { action, text, owner, measure, deadline: deadline || null, expectedEffect: effect, nextCheck: next || null, figureId: action === 'close' ? figure ?? figures[0]?.id ?? null : null },
  })), () => undefined);
  const assigning = action === 'assign';
  return (
    <Card title={t('case.step')}>
      <FormColumn wide onSubmit={change.run}>
        <Chips label={t('case.step')} value={action} onChange={(value) => setAction(value as CorrectionAction)} options={possible.map((each) => ({ value: each, label: t(`action.${each}`) }))} />
        {assigning && (
          <>
            <TextField label={t('case.owner')} required value={owner} onChange={setOwner} reasons={change.fields['owner']} />
            <TextField label={t('case.measure')} required value={measure} onChange={setMeasure} reasons={change.fields['measure']} />
            <TextField label={t('case.deadline')} required value={deadline} onChange={setDeadline} reasons={change.fields['deadline']} />
            <TextField label={t('case.effect')} value={effect} onChange={setEffect} reasons={change.fields['expectedEffect']} />
            <TextField label={t('case.next')} value={next} onChange={setNext} reasons={change.fields['nextCheck']} />
          </>
        )}
        {!assigning && <Field label={t('case.text')} required reasons={change.fields['text']}>{(attributes) => <Input.TextArea {...attributes} autoSize={{ minRows: 2 }} value={text} onChange={(event) => setText(event.target.value)} />}</Field>}
        {action === 'close' && (figures.length > 0
          ? <SelectField label={t('case.newValue')} required value={figure ?? figures[0]?.id ?? null} onChange={setFigure} reasons={change.fields['figureId']} options={figures.map((value) => ({ value: value.id, label: `${value.year}：${plain(value.value)} ${value.unit} · ${value.source} ${value.section}` }))} />
          : <p className={styles['warn']}>{t('case.noNewValue')} <Link to={`/economy/plan/targets/${item.targetId}`}>{t('case.target')}</Link></p>)}
        <FormReason>{change.failure}</FormReason>
        <div><Button type="primary" htmlType="submit" loading={change.isPending} disabled={action === 'close' && figures.length === 0}>{t(`action.${action}`)}</Button></div>
      </FormColumn>
    </Card>
  );
}
