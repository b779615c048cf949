// @ts-check
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { html } from '../html.js'

/**
 * @template T
 * @typedef {{ name: string, title: string, cell: (row: T) => unknown, sort?: (row: T) => string | number, isNumber?: boolean, rank?: 'less' | 'least' }} Column
 *   `rank`: left out on a phone, or on anything narrow
 */

/** Rows that are drawn above and below those in sight. */
const spare = 12

/**
 * A table of rows of the same height, of which only those in sight are drawn.
 *
 * @template {object} T
 * @param {{
 *   label: string,
 *   columns: readonly Column<T>[],
 *   rows: readonly T[],
 *   keyOf: (row: T) => string,
 *   sorted: { name: string, isDown: boolean },
 *   onSort: (name: string) => void,
 *   chosen?: ReadonlySet<string>,
 *   onChoose?: (keys: readonly string[], isChosen: boolean) => void,
 *   canChoose?: (row: T) => boolean,
 *   nameOf?: (row: T) => string,
 * }} props `chosen`: rows have boxes; `canChoose` says which; `nameOf` names a row for its box
 */
export const EvenTable = ({
  label,
  columns,
  rows,
  keyOf,
  sorted,
  onSort,
  chosen,
  onChoose,
  canChoose = () => true,
  nameOf,
}) => {
  const scroller = useRef(/** @type {HTMLDivElement | null} */ (null))
  const [place, setPlace] = useState({ top: 0, height: 800 })
  const [rowHeight, setRowHeight] = useState(36)
  const look = () => {
    if (!scroller.current) return
    const { scrollTop: top, clientHeight: height } = scroller.current
    setPlace(before => (before.top === top && before.height === height ? before : { top, height }))
  }
  useEffect(() => {
    const watcher = new ResizeObserver(look)
    watcher.observe(/** @type {HTMLDivElement} */ (scroller.current))
    return () => watcher.disconnect()
  }, [])
  useLayoutEffect(() => {
    const row = scroller.current?.querySelector('tbody tr:not(.gap)')
    const height = row?.getBoundingClientRect().height
    if (height && Math.abs(height - rowHeight) > 0.1) setRowHeight(height)
  })
  const first = Math.max(0, Math.floor(place.top / rowHeight) - spare)
  const last = Math.min(rows.length, Math.ceil((place.top + place.height) / rowHeight) + spare)
  const shown = rows.slice(first, last)
  const areAllChosen =
    chosen !== undefined && rows.some(canChoose) && rows.every(row => !canChoose(row) || chosen.has(keyOf(row)))
  const gap = (/** @type {number} */ count) =>
    count > 0 &&
    html`<tr class="gap" aria-hidden="true">
      <td style=${{ height: `${count * rowHeight}px` }}></td>
    </tr>`
  const box = (/** @type {string} */ name, /** @type {boolean} */ isOn, /** @type {readonly string[]} */ keys) =>
    html`<input
      type="checkbox"
      aria-label=${name}
      checked=${isOn}
      onChange=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => onChoose?.(keys, currentTarget.checked)}
    />`
  return html`<div class="scroll tall" ref=${scroller} onScroll=${look} tabindex="0" role="region" aria-label=${label}>
    <table class="even" aria-rowcount=${rows.length + 1}>
      <thead>
        <tr aria-rowindex="1">
          ${chosen && html`<th>${box('Select all that are shown', areAllChosen, rows.filter(canChoose).map(keyOf))}</th>`}
          ${columns.map(({ name, title, sort, isNumber, rank }) => {
            const isSorted = sorted.name === name
            return html`<th
              class="${isNumber ? 'number' : ''} ${rank ?? ''}"
              aria-sort=${isSorted ? (sorted.isDown ? 'descending' : 'ascending') : undefined}
            >
              ${
                sort
                  ? html`<button onClick=${() => onSort(name)}>
                      ${title}<span aria-hidden="true">${isSorted ? (sorted.isDown ? ' ↓' : ' ↑') : ''}</span>
                    </button>`
                  : title
              }
            </th>`
          })}
        </tr>
      </thead>
      <tbody>
        ${gap(first)}
        ${shown.map((row, at) => {
          const key = keyOf(row)
          const isChosen = chosen?.has(key) === true
          return html`<tr key=${key} class=${isChosen ? 'chosen' : ''} aria-rowindex=${first + at + 2}>
            ${chosen && html`<td>${canChoose(row) && box(`Select ${nameOf?.(row) ?? key}`, isChosen, [key])}</td>`}
            ${columns.map(
              ({ cell, isNumber, rank }) =>
                html`<td class="${isNumber ? 'number' : ''} ${rank ?? ''}">${cell(row)}</td>`,
            )}
          </tr>`
        })}
        ${gap(rows.length - last)}
      </tbody>
    </table>
  </div>`
}
