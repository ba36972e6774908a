import { Modal } from 'antd';
import type { ReactNode } from 'react';
import { FormColumn, FormReason } from '../ui/Field';
import { useTexts } from '../ui/i18n';
import { uiTexts } from '../ui/texts';

interface DialogProps { title: string; ok: string; run: () => void; isPending: boolean; failure: string | null; onClose: () => void; width?: number; danger?: boolean; children?: ReactNode }

/** A form in front of the page; Enter does what its button does. */
export function Dialog({ title, ok, run, isPending, failure, onClose, width = 520, danger = false, children }: DialogProps) {
  const ui = useTexts(uiTexts);
  return (
    <Modal open title={title} okText={ok} cancelText={ui('action.cancel')} confirmLoading={isPending} onOk={run} onCancel={onClose} width={width} okButtonProps={{ danger }}>
      <FormColumn wide onSubmit={run}>{children}<FormReason>{failure}</FormReason><button type="submit" hidden /></FormColumn>
    </Modal>
  );
}
