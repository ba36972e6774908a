import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDate, missing } from '../../ui/format';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { Fact, Facts, SidePanel } from '../../ui/ListLayout';
import { QueryView } from '../../ui/QueryView';
import { figureText, periodName, signed, sourceQuery, unitName, type FigureFilter, type FigureSource } from '../shared';
import styles from './Overview.module.css';
import { overviewTexts } from './texts';

/** Whatever figure is clicked: how it is defined, worked out, of which forms, and how complete it is. */
export function SourcePanel({ figure, onClose }: { figure: FigureFilter; onClose: () => void }) {
  const t = useTexts(overviewTexts);
  const name = useName();
  const source = useQuery(sourceQuery(figure));
  return (
    <SidePanel title={source.data ? name(source.data.indicator.nameZh, source.data.indicator.nameEn) : figure.code} label={t('panel')} onClose={onClose}
      foot={<LinkButton to={`/economy/indicators/${figure.code}?asset=${figure.asset}&period=${figure.period}`}>{t('openIndicator')}</LinkButton>}>
      <QueryView query={source}>{(data) => <Source source={data} />}</QueryView>
    </SidePanel>
  );
}

function Source({ source }: { source: FigureSource }) {
  const t = useTexts(overviewTexts);
  const language = useLanguage();
  const name = useName();
  const { indicator, figure } = source;
  const text = (value: number | null | undefined): string => figureText(value, indicator.decimals, indicator.unit, language);
  return (
    <>
      <Facts>
        <Fact name={periodName(source.period, language)}><strong>{figure.hidden ? t('hidden') : text(figure.value)}</strong></Fact>
        <Fact name={t('growth')}>{signed(figure.growth, 2)}{figure.growth !== null && (indicator.kind === 'flow' || indicator.kind === 'level') ? '%' : ''}</Fact>
        {figure.realGrowth !== null && <Fact name={t('real')}>{signed(figure.realGrowth, 2)}%</Fact>}
        <Fact name={t('base')}>{text(figure.base)}</Fact>
        <Fact name={t('coverage')}>{t('coverageOf', { reporting: figure.reporting, expected: figure.expected })}</Fact>
        <Fact name={t('definition')}>{indicator.definition}</Fact>
        <Fact name={t('formula')}>{indicator.formula ? <span className="mono">{indicator.code} = {indicator.formula}</span> : t('noFormula')}</Fact>
        <Fact name={t('edition')}>{indicator.edition} · {indicator.source}<br /><small>{t(indicator.verified ? 'verified' : 'unverified')}</small></Fact>
      </Facts>
      {source.inputs.length > 0 && (
        <table className={styles['small']} aria-label={t('inputs')}>
          <thead><tr><th scope="col">{t('inputs')}</th><th scope="col">{unitName('', language)}</th></tr></thead>
          <tbody>{source.inputs.map((input) => <tr key={input.code}><th scope="row">{input.code} {name(input.nameZh, input.nameEn)}</th><td>{input.figure.hidden ? t('hidden') : figureText(input.figure.value, input.decimals, input.unit, language)}</td></tr>)}</tbody>
        </table>
      )}
      {source.isProtected ? <p className={styles['note']}>{t('formsHidden')}</p> : (
        <table className={styles['small']} aria-label={t('forms')}>
          <thead><tr><th scope="col">{t('forms')}</th><th scope="col">{unitName(indicator.unit, language)}</th></tr></thead>
          <tbody>
            {source.forms.map((form) => (
              <tr key={form.assetId}>
                <th scope="row">{form.filingId ? <Link to={`/economy/filing/${form.filingId}`}>{name(form.nameZh, form.nameEn)}</Link> : name(form.nameZh, form.nameEn)}
                  <small>{form.filingId ? ` ${t('revision', { n: form.revision ?? 1 })} · ${formatDate(form.accepted)}` : ` ${t('notFiled')}`}</small></th>
                <td>{form.value === null ? missing : text(form.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
