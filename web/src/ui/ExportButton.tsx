import { App, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { csvOf, download, readAllPages } from './csv';
import { Icon } from './Icon';
import { useTexts } from './i18n';
import { useReason } from './QueryView';
import { uiTexts } from './texts';

interface ExportButtonProps<T> {
  fileName: string;
  header: readonly string[];
  row: (item: T) => readonly (string | number | null | undefined)[];
  readPage: (page: number, pageSize: number) => Promise<{ items: T[]; total: number }>;
}

/** Exports the whole filtered list, not only the page in sight; a second click stops it. */
export function ExportButton<T>({ fileName, header, row, readPage }: ExportButtonProps<T>) {
  const t = useTexts(uiTexts);
  const reason = useReason();
  const { message } = App.useApp();
  const running = useRef<AbortController>(null);
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (): Promise<void> => {
    if (running.current) return running.current.abort();
    const abort = (running.current = new AbortController());
    try {
      setProgress({ done: 0, total: 0 });
      const items = await readAllPages(readPage, (done, total) => setProgress({ done, total }), abort.signal);
      download(fileName, csvOf([header, ...items.map(row)]));
    } catch (error) {
      if (!abort.signal.aborted) void message.error(reason(error));
    } finally {
      running.current = null;
      setProgress(null);
    }
  };

  return <Button icon={<Icon name="download" size={14} />} onClick={() => void run()}>{progress ? t('action.exporting', progress) : t('action.exportCsv')}</Button>;
}
