import { useTexts } from '../../ui/i18n';
import { SidePanel } from '../../ui/ListLayout';
import { withSymbol } from './edits';
import styles from './Mimics.module.css';
import { symbolKinds, symbols } from './symbols';
import { mimicTexts } from './texts';

/** The library: each symbol is put into the middle of the drawing. */
export function SymbolPanel({ svg, onAdd, onClose }: { svg: string; onAdd: (svg: string, id: string) => void; onClose: () => void }) {
  const t = useTexts(mimicTexts);
  return (
    <SidePanel title={t('symbols')} label={t('symbols')} onClose={onClose}>
      <div className={styles['symbols']}>
        {symbolKinds.map((kind) => (
          <button key={kind} type="button" onClick={() => { const next = withSymbol(svg, kind); onAdd(next.svg, next.id); }}>
            {/* Our own text, not the user's. */}
            <svg viewBox="-2 -2 64 64" aria-hidden dangerouslySetInnerHTML={{ __html: symbols[kind].replace('—', 'Aa') }} />
            {t(`symbol.${kind}`)}
          </button>
        ))}
      </div>
    </SidePanel>
  );
}
