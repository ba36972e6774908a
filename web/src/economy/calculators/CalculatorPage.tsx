import { useMutation } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { fetchRaw } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { DataTable, type Column } from '../../ui/DataTable';
import { Field, FormColumn, FormReason } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { useFilter } from '../../ui/useFilter';
import styles from './CalculatorPage.module.css';
import { calculatorNames, exampleText, type CalculatorName } from './examples';
import { calculatorTexts } from './texts';

interface Step { name: string; formula: string; value: number | null; unit: string }
interface Calculation { result: unknown; steps: Step[]; clause: string }

const isName = (name: string): name is CalculatorName => (calculatorNames as string[]).includes(name);

/** Every calculation of the economy by hand: inputs in; result, each step and the rule out. Nothing is stored. */
export default function CalculatorPage() {
  const t = useTexts(calculatorTexts);
  const [filter, setFilter] = useFilter({ of: 'growth' });
  const name = isName(filter.of) ? filter.of : 'growth';
  return (
    <Page title={t('title')} figure={t('figure', { n: calculatorNames.length })}>
      <div className={styles['columns']}>
        <Calculator key={name} name={name} onName={(of) => setFilter({ of })} />
      </div>
    </Page>
  );
}

function Calculator({ name, onName }: { name: CalculatorName; onName: (name: CalculatorName) => void }) {
  const t = useTexts(calculatorTexts);
  const [text, setText] = useState(() => exampleText(name));
  const broken = brokenBy(text);
  const calculation = useMutation({
    // The fifteen inputs differ; the server's document and its refusals are what says which one is right.
    mutationFn: async (): Promise<Calculation> => {
      const answer = await fetchRaw(`/api/v1/economy/calculate/${name}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: text });
      return await answer.json() as Calculation;
    },
  });
  const problem = calculation.error;
  const refusals = problem instanceof ProblemError ? Object.entries(problem.fields) : [];
  return (
    <>
      <Card>
        <FormColumn wide onSubmit={() => { if (broken === null) calculation.mutate(); }}>
          <Field label={t('choose')}>
            {(attributes) => <Select id={attributes.id} value={name} onChange={onName} options={calculatorNames.map((value) => ({ value, label: t(value) }))} />}
          </Field>
          <Field label={t('input')} hint={t('inputHint')} reasons={broken === null ? undefined : [t('notJson', { reason: broken })]}>
            {(attributes) => <Input.TextArea {...attributes} className="mono" autoSize={{ minRows: 8, maxRows: 26 }} value={text} onChange={(event) => setText(event.target.value)} />}
          </Field>
          <FormReason>{problem && (refusals.length > 0 ? refusals.map(([field, reasons]) => `${field}：${reasons.join('；')}`).join(' ') : problem.message)}</FormReason>
          <div className={styles['buttons']}>
            <Button type="primary" htmlType="submit" loading={calculation.isPending} disabled={broken !== null}>{t('run')}</Button>
            <Button onClick={() => { setText(exampleText(name)); calculation.reset(); }}>{t('example')}</Button>
          </div>
        </FormColumn>
      </Card>
      {calculation.data ? <Answer calculation={calculation.data} /> : <Card><p className={styles['nothing']}>{t('nothing')}</p></Card>}
    </>
  );
}

function Answer({ calculation }: { calculation: Calculation }) {
  const t = useTexts(calculatorTexts);
  const columns: Column<Step>[] = [
    { key: 'name', title: t('step'), render: (step) => step.name },
    { key: 'formula', title: t('formula'), render: (step) => <span className="mono">{step.formula}</span> },
    { key: 'value', title: t('value'), align: 'right', width: 160, render: (step) => (step.value === null ? '—' : <>{step.value} <small>{step.unit}</small></>) },
  ];
  return (
    <Card title={t('steps')}>
      <DataTable label={t('steps')} columns={columns} rows={calculation.steps} rowKey={(step) => `${step.name} ${step.formula}`} />
      <h3 className={styles['heading']}>{t('result')}</h3>
      <pre className={styles['result']}>{JSON.stringify(calculation.result, null, 2)}</pre>
      <p className={styles['clause']}>{t('clause')}：{calculation.clause}</p>
    </Card>
  );
}

function brokenBy(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
