import { DataTable, type Column } from '../../ui/DataTable';
import { useName, useTexts } from '../../ui/i18n';
import { withSign } from './figures';
import styles from './Plan.module.css';
import type { PlanValue } from './queries';
import { planTexts } from './texts';

/** Figures, each with the document and the section it stands in. */
export function FigureTable({ label, values, replaced, withName = false }: { label: string; values: readonly PlanValue[]; replaced?: (value: PlanValue) => boolean; withName?: boolean }) {
  const t = useTexts(planTexts);
  const name = useName();
  const columns: Column<PlanValue>[] = [
    ...(withName ? [{ key: 'name', title: t('col.indicator'), render: (value: PlanValue) => <div className={styles['wrap']}>{name(value.nameZh, value.nameEn)}<div className={styles['sub']}>{value.id} · {value.area}</div></div> }] : []),
    { key: 'year', title: t('col.year'), width: 84, render: (value) => <>{value.year}{value.period !== String(value.year) && <><br /><span className={styles['sub']}>{value.period}</span></>}</> },
    { key: 'type', title: t('col.type'), width: 60, render: (value) => t(`type.${value.type}`) },
    { key: 'value', title: t('col.value'), width: 110, align: 'right', render: (value) => <span className={replaced?.(value) ? styles['struck'] : ''}>{withSign(value)} <span className={styles['sub']}>{value.unit}</span></span> },
    { key: 'source', title: t('col.document'), render: (value) => <div className={styles['wrap']}>{value.source} <strong>{value.section}</strong>{value.note && <div className={styles['sub']}>{value.note}</div>}{replaced?.(value) && <div><em>{t('target.replaced')}</em></div>}</div> },
  ];
  return <div className={styles['scroll']}><DataTable label={label} columns={columns} rows={values} rowKey={(value) => value.id} /></div>;
}
