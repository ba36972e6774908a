import { Button } from 'antd';
import { useMemo, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Icon } from '../../ui/Icon';
import { useTexts } from '../../ui/i18n';
import styles from './Boards.module.css';
import { columns, placed, rowHeight } from './layout';
import { boardPointsQuery, type Period, type Reference, type Widget } from './queries';
import { boardTexts } from './texts';
import { WidgetBody } from './WidgetBody';

interface BoardGridProps {
  widgets: readonly Widget[];
  asset: number | undefined;
  period: Period;
  /** What the widgets' references mean, where somebody has found out already. */
  references?: readonly Reference[];
  /** While somebody arranges it. */
  onChange?: ((widgets: Widget[]) => void) | undefined;
  onSettings?: ((index: number) => void) | undefined;
}

/** The references of a widget, each as often as it is written. */
const referencesOf = (widget: Widget): readonly string[] => [...(widget.points ?? []), ...(widget.kind === 'sankey' ? (widget.flows ?? []).map((flow) => flow.point) : [])];

/** Widgets where somebody put them. With `onChange` they are moved and sized by mouse, finger or keyboard. */
export function BoardGrid({ widgets, asset, period, references: known, onChange, onSettings }: BoardGridProps) {
  const t = useTexts(boardTexts);
  const grid = useRef<HTMLDivElement>(null);
  const wanted = [...new Set(widgets.flatMap(referencesOf))].sort();
  const found = useQuery({ ...boardPointsQuery(wanted, asset), enabled: known === undefined && wanted.length > 0 }).data;
  const references = known ?? found;
  const idsBy = useMemo(() => new Map(references?.map(({ reference, pointIds }) => [reference, pointIds])), [references]);
  const idsOf = (widget: Widget): number[] => [...new Set(referencesOf(widget).flatMap((reference) => idsBy.get(reference) ?? []))];
  return (
    <div ref={grid} className={`${styles['grid']} ${onChange ? styles['editing'] : ''}`}>
      {widgets.map((widget, index) => {
        const title = widget.title || t(`kind.${widget.kind}`);
        const place = (next: Partial<Pick<Widget, 'x' | 'y' | 'w' | 'h'>>): void => onChange?.(placed(widgets, index, { x: widget.x, y: widget.y, w: widget.w, h: widget.h, ...next }));
        const drag = (start: PointerEvent<HTMLElement>, move: (dx: number, dy: number) => void): void => {
          const width = (grid.current?.clientWidth ?? 0) / columns;
          const target = start.currentTarget;
          target.setPointerCapture(start.pointerId);
          const [x, y] = [start.clientX, start.clientY];
          target.onpointermove = (event) => move(Math.round((event.clientX - x) / width), Math.round((event.clientY - y) / (rowHeight + 8)));
          target.onpointerup = () => { target.onpointermove = null; target.onpointerup = null; };
        };
        const keys = (event: KeyboardEvent, move: (dx: number, dy: number) => void): void => {
          const by = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as Record<string, [number, number]>)[event.key];
          if (!by) return;
          event.preventDefault();
          move(...by);
        };
        const moveBy = (dx: number, dy: number): void => place({ x: widget.x + dx, y: widget.y + dy });
        const sizeBy = (dx: number, dy: number): void => place({ w: widget.w + dx, h: widget.h + dy });
        return (
          <section key={index} className={styles['widget']} aria-label={title} style={{ gridColumn: `${widget.x + 1} / span ${widget.w}`, gridRow: `${widget.y + 1} / span ${widget.h}` }}>
            <header>
              <h2>{title}</h2>
              {onChange && <button type="button" className={styles['handle']} aria-label={t('widget.move', { title })} onPointerDown={(event) => drag(event, moveBy)} onKeyDown={(event) => keys(event, moveBy)}>⠿</button>}
              {onSettings && <Button type="text" size="small" aria-label={t('widget.settings', { title })} icon={<Icon name="edit" size={13} />} onClick={() => onSettings(index)} />}
            </header>
            {/* What is wider than its frame is scrolled, also by keyboard. */}
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <div className={styles['body']} tabIndex={0} role="group" aria-label={title}><WidgetBody widget={widget} pointIds={idsOf(widget)} idsBy={idsBy} period={period} /></div>
            {onChange && <button type="button" className={`${styles['handle']} ${styles['resize']}`} aria-label={t('widget.size', { title })} onPointerDown={(event) => drag(event, sizeBy)} onKeyDown={(event) => keys(event, sizeBy)}>◢</button>}
          </section>
        );
      })}
    </div>
  );
}
