import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, type PointerEvent } from 'react';
import { useLiveSamples, useLiveStatus } from '../../live/LiveContext';
import type { LiveSample } from '../../live/liveStore';
import { Icon } from '../../ui/Icon';
import { useTexts } from '../../ui/i18n';
import { MimicDrawing } from './MimicDrawing';
import styles from './Mimics.module.css';
import { mimicPointsQuery, type MimicBinding, type MimicPoint } from './queries';
import { mimicTexts } from './texts';

const none: readonly MimicPoint[] = [];

/** The points that bindings name, for this reader. */
export function useMimicPoints(bindings: readonly MimicBinding[], asset: number | null | undefined): readonly MimicPoint[] {
  const references = useMemo(() => [...new Set(bindings.map((binding) => binding.point))].sort(), [bindings]);
  return useQuery({ ...mimicPointsQuery(references, asset), enabled: references.length > 0 }).data ?? none;
}

interface MimicViewProps {
  name: string;
  svg: string;
  bindings: readonly MimicBinding[];
  points: readonly MimicPoint[];
  selected?: string | null;
  onSelect?: ((element: string) => void) | undefined;
  /** While somebody arranges it: an element is dragged by so many units of the drawing. */
  onDrag?: ((element: string, dx: number, dy: number) => void) | undefined;
}

/** A drawing, live. Samples go past React straight to the elements they concern. */
export function MimicView({ name, svg, bindings, points, selected = null, onSelect, onDrag }: MimicViewProps) {
  const t = useTexts(mimicTexts);
  const host = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const drawing = useRef<MimicDrawing | null>(null);
  const lost = useLiveStatus() === 'stale';
  // The values change every minute with the reading; the drawing only when a reference means something else.
  const meaning = points.map(({ reference, point }) => `${reference}=${point?.id ?? ''}`).join();
  const newest = useRef(points);
  newest.current = points;

  useEffect(() => {
    if (!host.current) return;
    const made = drawing.current ??= new MimicDrawing(host.current);
    const byReference = new Map(newest.current.map(({ reference, point }) => [reference, point ?? null]));
    made.load(svg, bindings, (reference) => byReference.get(reference) ?? null);
    made.editing(onSelect !== undefined);
    return () => made.stop();
  }, [svg, bindings, meaning, onSelect !== undefined]); // eslint-disable-line react-hooks/exhaustive-deps

  useEffect(() => {
    drawing.current?.accept(points.flatMap(({ point }) => (point ? [[point.id, { value: point.lastValue ?? null, quality: point.lastQuality ?? null, stale: point.stale }] as const] : [])));
  }, [points, svg, bindings]);
  useLiveSamples(useMemo(() => [...new Set(points.flatMap(({ point }) => point?.id ?? []))], [meaning]), // eslint-disable-line react-hooks/exhaustive-deps
    useCallback((samples: readonly LiveSample[]) => drawing.current?.accept(samples.map(({ pointId, value, quality }) => [pointId, { value, quality, stale: false }] as const)), []));
  useEffect(() => drawing.current?.lost(lost), [lost, svg, bindings, meaning]);

  useEffect(() => {
    const mark = frame.current, box = host.current;
    if (!mark || !box) return;
    const place = (): void => {
      const seen = selected === null ? undefined : drawing.current?.find(selected)?.getBoundingClientRect(), ground = box.getBoundingClientRect();
      mark.hidden = !seen;
      if (seen) Object.assign(mark.style, { left: `${seen.left - ground.left - 4}px`, top: `${seen.top - ground.top - 4}px`, width: `${seen.width + 8}px`, height: `${seen.height + 8}px` });
    };
    place();
    const observer = new ResizeObserver(place);
    observer.observe(box);
    return () => observer.disconnect();
  }, [selected, svg, bindings, meaning]);

  const press = (event: PointerEvent<HTMLDivElement>): void => {
    const element = event.nativeEvent.composedPath().find((target): target is SVGElement => target instanceof SVGElement && target.id !== '' && target.localName !== 'svg');
    // A symbol is one thing, whichever of its lines was hit.
    const id = element?.closest('.symbol')?.id || element?.id;
    if (!id || !onSelect) return;
    onSelect(id);
    if (!onDrag) return;
    const start = { x: event.clientX, y: event.clientY }, target = event.currentTarget, scale = drawing.current?.scale() ?? 1;
    target.setPointerCapture(event.pointerId);
    target.onpointerup = (end) => {
      target.onpointerup = null;
      const dx = Math.round((end.clientX - start.x) * scale), dy = Math.round((end.clientY - start.y) * scale);
      if (Math.abs(dx) + Math.abs(dy) > 2) onDrag(id, dx, dy);
    };
  };
  return (
    <div className={styles['paper']}>
      {lost && <div role="alert" className={styles['lost']}><Icon name="clock" size={14} />{t('lost')}</div>}
      <div ref={host} role="figure" aria-label={name} className={styles['drawing']} data-mimic onPointerDown={press} />
      <div ref={frame} hidden className={styles['selected']} />
    </div>
  );
}
