import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTexts } from '../../ui/i18n';
import { uiTexts } from '../../ui/texts';
import { operationsTexts } from '../texts';
import { useComment, useRelease, type Released } from './useAlarmActs';

/** A note in the journal of some alarms; changes nothing else. */
export function CommentDialog({ ids, onClose }: { ids: readonly number[]; onClose: () => void }) {
  const t = useTexts(operationsTexts);
  const comment = useComment(onClose);
  return <WordsDialog title={t('comment.title', { n: ids.length })} ok={t('comment.button')} label={t('comment.label')} required busy={comment.isPending} onOk={(words) => comment.mutate({ ids, comment: words })} onClose={onClose} />;
}

/** Back from the shelf or to service; the condition may hold, then the alarm rises at once. */
export function ReleaseDialog({ definitions, onClose }: { definitions: readonly Released[]; onClose: () => void }) {
  const t = useTexts(operationsTexts);
  const release = useRelease(onClose);
  return <WordsDialog title={t('release.title', { n: definitions.length })} ok={t('release.button')} label={t('release.label')} busy={release.isPending} onOk={(reason) => release.mutate({ definitions, reason })} onClose={onClose} />;
}

function WordsDialog({ title, ok, label, required = false, busy, onOk, onClose }: { title: string; ok: string; label: string; required?: boolean; busy: boolean; onOk: (words: string) => void; onClose: () => void }) {
  const ui = useTexts(uiTexts);
  const [words, setWords] = useState('');
  const disabled = required && words.trim() === '';
  return (
    <Modal open title={title} okText={ok} okButtonProps={{ disabled }} cancelText={ui('action.cancel')} confirmLoading={busy} onOk={() => onOk(words.trim())} onCancel={onClose} width={440}>
      <Input autoFocus aria-label={label} placeholder={label} maxLength={1000} value={words} onChange={(event) => setWords(event.target.value)} onPressEnter={(event) => { if (!event.nativeEvent.isComposing && !disabled) onOk(words.trim()); }} />
    </Modal>
  );
}
