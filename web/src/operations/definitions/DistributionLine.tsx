import { useQuery } from '@tanstack/react-query';
import { formatCount } from '../../ui/format';
import { useTexts } from '../../ui/i18n';
import { isPriority, PriorityShape } from '../../ui/StateShape';
import styles from './Definitions.module.css';
import { distributionQuery } from './queries';
import { definitionTexts } from './texts';

/** How many of each priority there are, against how many there should be: an alarm system where all is urgent has nothing urgent. */
export function DistributionLine() {
  const t = useTexts(definitionTexts);
  const parts = useQuery(distributionQuery).data;
  if (!parts || parts.length === 0) return null;
  return (
    <span className={styles['distribution']}>
      {parts.map(({ priority, count, percent, targetPercent }) => (
        <span key={priority} title={t('distribution.target', { n: targetPercent })}>
          {isPriority(priority) && <PriorityShape priority={priority} size={14} />} {formatCount(count)}<small> {Math.round(percent)} % / {targetPercent} %</small>
        </span>
      ))}
    </span>
  );
}
