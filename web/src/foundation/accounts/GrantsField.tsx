import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import type { GrantItem } from '../../api/types';
import { AssetSelect } from '../../ui/AssetSelect';
import { Field } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { foundationTexts } from '../texts';
import styles from './Accounts.module.css';
import { rolesQuery } from './queries';

interface GrantsFieldProps { value: readonly GrantItem[]; onChange: (grants: GrantItem[]) => void; reasons: readonly string[] | undefined }

/** What an account may do, and below which asset; several of both. */
export function GrantsField({ value, onChange, reasons }: GrantsFieldProps) {
  const t = useTexts(foundationTexts);
  const name = useName();
  const roles = useQuery(rolesQuery).data ?? [];
  const options = roles.map((role) => ({ value: role.code, label: name(role.nameZh, role.nameEn) }));
  const change = (index: number, patch: Partial<GrantItem>): void => onChange(value.map((grant, at) => (at === index ? { ...grant, ...patch } : grant)));
  return (
    <Field label={t('accounts.grants')} reasons={reasons} hint={value.length === 0 ? t('grants.none') : undefined}>
      {() => (
        <div className={styles['grants']}>
          {value.map((grant, index) => (
            <div key={index} className={styles['grant']}>
              <Select aria-label={t('grants.role')} value={grant.role} options={options} onChange={(role) => change(index, { role })} />
              <AssetSelect label={t('grants.scope')} value={grant.assetId ?? null} allowClear placeholder={t('grants.everywhere')} onChange={(assetId) => change(index, { assetId })} />
              <Button type="text" aria-label={t('grants.remove', { name: options.find((option) => option.value === grant.role)?.label ?? grant.role })} icon={<Icon name="close" size={14} />} onClick={() => onChange(value.filter((_, at) => at !== index))} />
            </div>
          ))}
          <div><Button size="small" icon={<Icon name="plus" size={12} />} onClick={() => onChange([...value, { role: roles[1]?.code ?? 'operator', assetId: null }])}>{t('grants.add')}</Button></div>
        </div>
      )}
    </Field>
  );
}
