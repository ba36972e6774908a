import { Modal } from 'antd';
import { useTexts } from '../../ui/i18n';
import { operationsTexts } from '../texts';
import styles from './Desk.module.css';

const groups = [
  { title: 'keys.move', keys: [['↓ / J', 'keys.down'], ['↑ / K', 'keys.up'], ['Home / End', 'keys.ends'], ['← / →', 'keys.fold'], ['Enter', 'keys.open'], ['Esc', 'keys.escape']] },
  { title: 'keys.act', keys: [['Space', 'keys.select'], ['X', 'keys.selectAll'], ['A', 'keys.acknowledge'], ['S', 'keys.shelve'], ['U', 'keys.release'], ['O', 'keys.service'], ['R', 'keys.reset'], ['C', 'keys.comment'], ['M', 'keys.silence']] },
  { title: 'keys.view', keys: [['/', 'keys.search'], ['1 … 4', 'keys.priority'], ['0', 'keys.anyPriority'], ['[ / ]', 'keys.views'], ['G', 'keys.group'], ['P', 'keys.print'], ['Ctrl K', 'keys.anywhere'], ['?', 'keys.help']] },
] as const;

/** Every key of the desk. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const t = useTexts(operationsTexts);
  return (
    <Modal open title={t('keys.title')} footer={null} onCancel={onClose} width={760}>
      <div className={styles['keys']}>
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{t(title)}</h3>
            <dl>{keys.map(([key, what]) => <div key={key}><dt>{key.split(' / ').map((each, index) => <span key={each}>{index > 0 && ' / '}<kbd>{each}</kbd></span>)}</dt><dd>{t(what)}</dd></div>)}</dl>
          </section>
        ))}
      </div>
      <p className={styles['keysNote']}>{t('keys.note')}</p>
    </Modal>
  );
}
