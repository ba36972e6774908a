import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { DataTable } from '../../ui/DataTable';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { Fact, Facts } from '../../ui/ListLayout';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { useCan } from '../../ui/session';
import { ChangeDialog, FigureDialog, OpenCaseDialog, PartsDialog } from './dialogs';
import { FanChart } from './FanChart';
import { plain, withSign } from './figures';
import { FigureTable } from './FigureTable';
import styles from './Plan.module.css';
import { correctPlans, targetQuery, writePlans, type PlanValue, type TargetDetail } from './queries';
import { StatusMark } from './StatusMark';
import { planTexts } from './texts';

/** One promise: where it stands by which figures, whether it will be kept, who makes the difference, what is done about it. */
export default function TargetPage() {
  const t = useTexts(planTexts);
  const name = useName();
  const id = Number(useParams()['id']);
  const target = useQuery(targetQuery(id));
  const row = target.data?.value.row;
  return (
    <Page title={row ? name(row.target.nameZh, row.target.nameEn) : '…'} figure={row && <StatusMark status={row.assessment.status} delay={row.assessment.delay} />} actions={target.data && <Actions detail={target.data.value} etag={target.data.etag} />}>
      <QueryView query={target} skeleton="block">{(data) => <Target detail={data.value} />}</QueryView>
      {target.isError && <p><Link to="/economy/plan">{t('board.title')}</Link></p>}
    </Page>
  );
}

function Actions({ detail, etag }: { detail: TargetDetail; etag: string }) {
  const t = useTexts(planTexts);
  const name = useName();
  const can = useCan();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'figure' | 'parts' | 'change' | 'case' | null>(null);
  const close = (): void => setDialog(null);
  const { row } = detail;
  return (
    <div className={styles['links']}>
      {can(writePlans) && <><Button onClick={() => setDialog('figure')}>{t('target.enter')}</Button><Button onClick={() => setDialog('parts')}>{t('target.divide')}</Button><Button onClick={() => setDialog('change')}>{t('target.change')}</Button></>}
      {can(correctPlans) && row.openCase === null && <Button type="primary" onClick={() => setDialog('case')}>{t('target.open')}</Button>}
      {row.openCase !== null && <Link to={`/economy/plan/cases/${row.openCase}`}>{t('target.openCase', { id: row.openCase })}</Link>}
      {dialog === 'figure' && <FigureDialog detail={detail} onClose={close} />}
      {dialog === 'parts' && <PartsDialog detail={detail} etag={etag} onClose={close} />}
      {dialog === 'change' && <ChangeDialog detail={detail} etag={etag} onClose={close} />}
      {dialog === 'case' && <OpenCaseDialog targetId={row.targetId} name={name(row.target.nameZh, row.target.nameEn)} onClose={close} onOpened={(opened) => void navigate(`/economy/plan/cases/${opened}`)} />}
    </div>
  );
}

function Target({ detail }: { detail: TargetDetail }) {
  const t = useTexts(planTexts);
  const language = useLanguage();
  const can = useCan();
  const [correcting, setCorrecting] = useState<PlanValue | null>(null);
  const { row } = detail;
  const replaced = new Set(detail.figures.filter((item) => item.replacedBy !== null).map((item) => item.figure.id));
  const correctable = detail.figures.filter((item) => item.figure.type === 'actual' && item.replacedBy === null);
  return (
    <div className={styles['columns']}>
      <div className={styles['stack']}>
        <Card title={t('target.course')}><FanChart detail={detail} /><Forecast detail={detail} /></Card>
        <Card title={t('target.figures')} actions={can(writePlans) && correctable.map((item) => <Button key={item.figure.id} size="small" onClick={() => setCorrecting(item.figure)}>{t('target.correct')} {item.figure.year}</Button>)}>
          <FigureTable label={t('target.figures')} values={detail.figures.map((item) => item.figure)} replaced={(value) => replaced.has(value.id)} />
        </Card>
        {detail.related.length > 0 && <Card title={t('target.related')}><FigureTable label={t('target.related')} values={detail.related} withName /></Card>}
      </div>
      <div className={styles['stack']}>
        <Judgement detail={detail} />
        {detail.remarks.length > 0 && <Card title={t('target.remarks')}><ul className={styles['remarks']}>{detail.remarks.map((remark) => <li key={remark.code}>{language === 'zh' ? remark.zh : remark.en} <span className={styles['sub']}>{remark.code}</span></li>)}</ul></Card>}
        <Parts detail={detail} />
        {detail.cases.length > 0 && <Card title={t('target.cases')}><ul className={styles['events']}>{detail.cases.map((item) => <li key={item.id}><span>{t(`state.${item.state}`)}</span><Link to={`/economy/plan/cases/${item.id}`}>{item.title}</Link></li>)}</ul></Card>}
      </div>
      {correcting && <FigureDialog detail={detail} replaces={correcting} onClose={() => setCorrecting(null)} />}
      <span hidden>{row.targetId}</span>
    </div>
  );
}

function Forecast({ detail: { row } }: { detail: TargetDetail }) {
  const t = useTexts(planTexts);
  const last = row.outcome.years.at(-1);
  if (!last) return <p className={styles['sub']}>{t('target.noForecast')}</p>;
  return (
    <p>
      {t('col.expected')} {last.year}：<strong>{plain(Math.round(last.value * 100) / 100)} {row.target.unit}</strong>{last.lower !== null && last.upper !== null && ` (${plain(Math.round(last.lower * 100) / 100)} – ${plain(Math.round(last.upper * 100) / 100)}, 90 %)`}
      {' · '}{row.outcome.probability === null ? t('target.noProbability') : `${t('target.probability')} ${plain(row.outcome.probability)} %`}
      {row.outcome.backTestError !== null && ` · ${t('target.backTest')} ${plain(Math.round(row.outcome.backTestError * 100) / 100)} ${row.target.unit}`}
    </p>
  );
}

function Judgement({ detail: { row, plan, path } }: { detail: TargetDetail }) {
  const t = useTexts(planTexts);
  const name = useName();
  const { assessment, target, actual } = row;
  const rounded = (value: number | null): string => (value === null ? plain(null) : plain(Math.round(value * 1000) / 1000));
  return (
    <Card title={t('target.facts')}>
      <div className={styles['big']}>{withSign(actual)} <small>/ {withSign(target)} {target.unit}</small></div>
      {row.derivation && actual && <p>{t('target.derived', { formula: actual.note })}</p>}
      {assessment.hasNoBase && <p className={styles['sub']}>{t('target.noBase')}</p>}
      {row.outcome.needsMoreThanEver && assessment.status !== 'done' && <p className={styles['warn']}>{t('target.beyond')}</p>}
      <Facts>
        <Fact name={t('board.plan')}><Link to={`/economy/plan?plan=${encodeURIComponent(plan.code)}`}>{name(plan.nameZh, plan.nameEn)}</Link></Fact>
        <Fact name={t('target.source')}>{target.source || plan.document}<br />{target.section}</Fact>
        <Fact name={t('target.kind')}>{t(`kind.${row.kind}`)}</Fact>
        <Fact name={t('target.deadline')}>{target.year}</Fact>
        <Fact name={t('board.unit')}>{row.responsible || t('board.noUnit')}</Fact>
        <Fact name={t('col.base')}>{row.base ? <>{withSign(row.base)} <span className={styles['sub']}>{row.base.year} · {row.base.source} {row.base.section}</span></> : plain(null)}</Fact>
        <Fact name={t('col.actual')}>{actual ? <>{withSign(actual)} <span className={styles['sub']}>{actual.year} · {actual.source} {actual.section}</span></> : plain(null)}</Fact>
        <Fact name={t('target.asOf')}>{row.asOf}</Fact>
        <Fact name={t('col.progress')}>{assessment.isLowerBound && `${t('target.atLeast')} `}{rounded(assessment.progress)} %</Fact>
        <Fact name={t('target.time')}>{rounded(assessment.timeProgress)} %</Fact>
        <Fact name={t('target.index')}>{rounded(assessment.index)}</Fact>
        <Fact name={t('target.path')}>{rounded(assessment.pathValue)}</Fact>
        <Fact name={t('target.rest')}>{rounded(assessment.rest)}</Fact>
        <Fact name={t('target.required')}>{rounded(assessment.requiredPerYear)}</Fact>
        <Fact name={t('target.best')}>{rounded(row.outcome.bestStep)}</Fact>
        <Fact name={t('target.yearly')}>{path.length > 0 ? path.map((point) => `${point.year}: ${plain(point.value)}`).join('; ') : t('target.noPath')}</Fact>
        <Fact name={t('target.code')}><span className="mono">{target.id}</span></Fact>
      </Facts>
    </Card>
  );
}

function Parts({ detail }: { detail: TargetDetail }) {
  const t = useTexts(planTexts);
  const { parts, partsCheck } = detail;
  if (parts.length === 0) return <Card title={t('target.parts')}><p className={styles['sub']}>{t('parts.none')}</p></Card>;
  return (
    <Card title={t('target.parts')}>
      {partsCheck && <p className={partsCheck.verdict === 'make' ? '' : styles['warn']}>{t(`parts.${partsCheck.verdict}`, { n: `${plain(Math.abs(partsCheck.difference ?? 0))} ${detail.row.target.unit}` })}</p>}
      <DataTable label={t('target.parts')} rows={parts} rowKey={(part) => part.targetId} columns={[
        { key: 'area', title: t('col.area'), render: (part) => <Link to={`/economy/plan/targets/${part.targetId}`}>{part.area}</Link> },
        { key: 'value', title: t('col.target'), align: 'right', render: (part) => plain(part.value) },
        { key: 'actual', title: t('col.actual'), align: 'right', render: (part) => (part.actual === null ? plain(null) : `${plain(part.actual)} (${part.actualYear ?? ''})`) },
        { key: 'status', title: t('col.status'), render: (part) => <StatusMark status={part.status} /> },
      ]} />
    </Card>
  );
}
