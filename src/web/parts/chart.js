// @ts-check
import uPlot from 'uplot'
import { useEffect, useRef } from 'preact/hooks'
import { html } from '../html.js'
import { time } from '../words/format.js'

/** The colour of a variable of the style, as a canvas needs it. @param {string} name */
const color = name => {
  const probe = document.createElement('span')
  probe.style.color = `var(--${name})`
  document.body.append(probe)
  const { color: found } = getComputedStyle(probe)
  probe.remove()
  return found
}

const height = 200

/**
 * A line over time.
 *
 * @param {{ label: string, times: readonly number[], values: readonly number[], shown: (value: number) => string }} props
 *   `times` in seconds since 1970, `shown` makes text of a value
 */
export const Chart = ({ label, times, values, shown }) => {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null))
  const plot = useRef(/** @type {uPlot | undefined} */ (undefined))
  // Also what is drawn again later, in other colours, is the newest.
  const data = useRef(/** @type {uPlot.AlignedData} */ ([[], []]))
  data.current = [[...times], [...values]]
  useEffect(() => {
    const own = /** @type {HTMLDivElement} */ (place.current)
    const draw = () => {
      plot.current?.destroy()
      const axis = {
        stroke: color('quiet'),
        grid: { stroke: color('line'), width: 1 },
        ticks: { stroke: color('line') },
      }
      plot.current = new uPlot(
        {
          width: own.clientWidth,
          height,
          scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } },
          legend: { live: false },
          cursor: { drag: { x: false, y: false } },
          axes: [
            {
              ...axis,
              space: 90,
              values: (_plot, ticks) => ticks.map(tick => time(new Date(tick * 1000).toISOString()).slice(11)),
            },
            { ...axis, size: 60, values: (_plot, ticks) => ticks.map(shown) },
          ],
          series: [{}, { label, stroke: color('accent'), width: 2, points: { show: false } }],
        },
        data.current,
        own,
      )
    }
    draw()
    const watcher = new ResizeObserver(() => plot.current?.setSize({ width: own.clientWidth, height }))
    watcher.observe(own)
    const themes = new MutationObserver(draw)
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', draw)
    return () => {
      watcher.disconnect()
      themes.disconnect()
      system.removeEventListener('change', draw)
      plot.current?.destroy()
    }
  }, [])
  useEffect(() => plot.current?.setData(data.current), [times])
  return html`<div
    class="chart"
    ref=${place}
    role="img"
    aria-label=${`${label} over time; now ${shown(values.at(-1) ?? 0)}`}
  ></div>`
}
