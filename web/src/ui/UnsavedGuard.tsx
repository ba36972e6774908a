import { Modal } from 'antd';
import { useBlocker } from 'react-router';
import { useTexts } from './i18n';
import { uiTexts } from './texts';
import { useUnsavedWarning } from './useEdit';

/** Asks before a page with typed but unsaved input is left. */
export function UnsavedGuard({ dirty }: { dirty: boolean }) {
  const t = useTexts(uiTexts);
  useUnsavedWarning(dirty);
  const blocker = useBlocker(({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname);
  return (
    <Modal
      open={blocker.state === 'blocked'} title={t('unsaved.title')} okText={t('unsaved.stay')} cancelText={t('unsaved.leave')} width={420}
      onOk={() => blocker.reset?.()} onCancel={(event) => (event.currentTarget.classList.contains('ant-modal-close') || event.type === 'keydown' ? blocker.reset?.() : blocker.proceed?.())}
    >
      {t('unsaved.text')}
    </Modal>
  );
}
