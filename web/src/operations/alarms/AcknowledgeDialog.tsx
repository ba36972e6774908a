import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTexts } from '../../ui/i18n';
import { uiTexts } from '../../ui/texts';
import { operationsTexts } from '../texts';
import { useAcknowledge } from './useAlarmActs';

/** A, an optional word, Enter. */
export function AcknowledgeDialog({ ids, onClose }: { ids: readonly number[]; onClose: () => void }) {
  const t = useTexts(operationsTexts);
  const ui = useTexts(uiTexts);
  const [comment, setComment] = useState('');
  const acknowledge = useAcknowledge(onClose);
  const submit = (): void => acknowledge.mutate({ ids, comment });
  return (
    <Modal open title={t('alarms.acknowledgeTitle', { n: ids.length })} okText={t('alarms.acknowledge')} cancelText={ui('action.cancel')} confirmLoading={acknowledge.isPending} onOk={submit} onCancel={onClose} width={440}>
      <Input autoFocus aria-label={t('alarms.comment')} placeholder={t('alarms.commentHint')} maxLength={500} value={comment} onChange={(event) => setComment(event.target.value)} onPressEnter={(event) => { if (!event.nativeEvent.isComposing) submit(); }} />
    </Modal>
  );
}
