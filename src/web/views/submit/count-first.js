// @ts-check
/** @import { Found } from '../../parts/picker.js' */
import { useEffect, useState } from 'preact/hooks'
import { get, sentenceOf } from '../../data/call.js'
import { html } from '../../html.js'
import { Note } from '../../parts/note.js'
import { counted } from '../../words/format.js'

const counts = [
  'users',
  'groups',
  'devices',
  'applications',
  'service-principals',
  'deleted-users',
  'deleted-groups',
  'members',
]

/**
 * Counts what an export would read, before it starts.
 *
 * @param {{ tenant: string, kind: string, filter: string, groups: readonly Found[], transitive: boolean }} props
 */
export const CountFirst = ({ tenant, kind, filter, groups, transitive }) => {
  const [said, setSaid] = useState(/** @type {{ text: string, isError?: true } | undefined} */ (undefined))
  useEffect(() => setSaid(undefined), [tenant, filter, groups, transitive])
  if (!counts.includes(kind) || (kind === 'members' && groups.length === 0)) return null
  const count = async () => {
    setSaid({ text: 'Counting…' })
    try {
      const numbers = await Promise.all(
        (kind === 'members' ? groups.map(({ id }) => id) : ['']).map(async group => {
          const query = new URLSearchParams({
            of: kind,
            ...(filter.trim() && { filter: filter.trim() }),
            ...(group && { group }),
            ...(transitive && { transitive: 'true' }),
          })
          return (await get(`/api/directory/${encodeURIComponent(tenant)}/count?${query}`)).count
        }),
      )
      setSaid({
        text: `${counted(
          numbers.reduce((sum, number) => sum + number, 0),
          'object',
        )} would be exported.`,
      })
    } catch (error) {
      setSaid({ text: sentenceOf(error), isError: true })
    }
  }
  return html`<div class="field">
    <div class="actions">
      <button type="button" onClick=${count}>Count</button>
      <span role="status">${said && !said.isError && said.text}</span>
    </div>
    ${said?.isError && html`<${Note} tone="bad">${said.text}<//>`}
  </div>`
}
