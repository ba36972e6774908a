import { BarChart, CustomChart, LineChart, SankeyChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

echarts.use([LineChart, ScatterChart, BarChart, CustomChart, SankeyChart, GridComponent, LegendComponent, TooltipComponent, MarkLineComponent, CanvasRenderer]);

export interface EChartProps {
  option: echarts.EChartsCoreOption;
  /** What the picture shows, for those who do not see it. */
  label: string;
  height: number | string;
  onReady?: (chart: echarts.EChartsType) => (() => void) | void;
}

/** ECharts in a box that follows its size. Loaded on first use, see `Chart`. */
export default function EChart({ option, label, height, onReady }: EChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.EChartsType>(null);

  useEffect(() => {
    if (!box.current) return;
    const made = echarts.init(box.current, null, { renderer: 'canvas' });
    chart.current = made;
    const done = onReady?.(made);
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current);
    return () => { observer.disconnect(); done?.(); made.dispose(); chart.current = null; };
  }, [onReady]);

  useEffect(() => { chart.current?.setOption(option, { notMerge: true }); }, [option, onReady]);

  return <div ref={box} role="img" aria-label={label} style={{ width: '100%', height }} />;
}
