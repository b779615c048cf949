import { escaped, pageHead } from '../core/html.ts'
import type { Source } from '../core/parts.ts'
import { thousands } from '../core/thousands.ts'
import { runTablesOf } from './reconcile.ts'
import { decisionClasses, type Decision, type DecisionClass } from './decision.ts'
import { decisionsOf } from './decision-rows.ts'
import { changesIn, shownValue } from './report-rows.ts'
import type { DecisionSummary } from './decision-summary.ts'
import { summarize } from './summary.ts'
import { switchedOff } from './switched-off.ts'

/** People of a class that the page shows: a browser is slow with more. */
const mostShown = 1_000

const titles: Readonly<Record<DecisionClass, string>> = {
  joiner: 'Joiners',
  rehire: 'Rehires',
  mover: 'Movers',
  leave: 'Leave of absence',
  leaver: 'Leavers',
  deletion: 'Deletions',
  waiting: 'Waiting for their day',
  unchanged: 'Unchanged',
  conflict: 'Conflicts',
  unmatched: 'Accounts without a person',
  failed: 'Rows that failed',
}

const style = `
th button{all:unset;cursor:pointer;font-weight:600}th button:focus-visible{outline:2px solid}
th[aria-sort=ascending] button::after{content:" ▲"}th[aria-sort=descending] button::after{content:" ▼"}
del{color:var(--old)}ins{color:var(--new);text-decoration:none}`

/** Sorts the rows of a table by a column, numbers by their size. Rows are moved, none is left out. */
const script = `document.addEventListener('click',e=>{const b=e.target.closest('th button');if(!b)return
const th=b.parentNode,table=th.closest('table'),body=table.tBodies[0],at=th.cellIndex
const up=th.getAttribute('aria-sort')!=='ascending'
for(const o of th.parentNode.cells)o.removeAttribute('aria-sort')
th.setAttribute('aria-sort',up?'ascending':'descending')
const c=new Intl.Collator(undefined,{numeric:true})
body.append(...[...body.rows].sort((x,y)=>(up?1:-1)*c.compare(x.cells[at].textContent,y.cells[at].textContent)))})`

const table = (captions: readonly string[], rows: string): string =>
  `<div class="scroll"><table><thead><tr>${captions.map(each => `<th scope="col"><button type="button">${each}</button></th>`).join('')}</tr></thead><tbody>${rows}</tbody></table></div>\n`

const change = (decision: Decision): string =>
  changesIn(decision)
    .map(([property, { old, new: next }]) => {
      const [before, after] = [shownValue(old), shownValue(next)].map(escaped)
      return `<div>${escaped(property)}: ${before ? `<del>${before}</del>` : ''}${before && after ? ' → ' : ''}${after ? `<ins>${after}</ins>` : ''}</div>`
    })
    .join('')

const row = (decision: Decision): string => {
  const { key, name, account, wanted, line, off, why, fix, notes } = decision
  const upn = account?.userPrincipalName ?? shownValue(wanted?.['userPrincipalName'])
  const reasons = [off === undefined ? '' : `Nothing is done: ${switchedOff(off)}.`, why, ...notes, fix ?? ''].filter(
    text => text !== '',
  )
  const cells = [
    escaped(key),
    escaped(name),
    escaped(upn),
    escaped(shownValue(line)),
    change(decision),
    escaped(reasons.join(' ')),
  ]
  return `<tr>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>\n`
}

const overview = ({ classes, properties, onPremises }: DecisionSummary): string => {
  const line = (cells: readonly [string, ...(readonly string[])]): string =>
    `<tr>${cells.map((cell, at) => `<td${at === 0 ? '' : ' class="n"'}>${cell}</td>`).join('')}</tr>`
  const of = classes.map(({ class: name, people, off }) =>
    line([`<a href="#${name}">${titles[name]}</a>`, thousands(people), off === 0 ? '' : thousands(off)]),
  )
  const changed = Object.entries(properties).map(([name, many]) => line([escaped(name), thousands(many)]))
  return [
    table(['Class', 'People', 'Switched off'], of.join('')),
    changed.length === 0 ? '' : `<h2>What changes</h2>\n${table(['Property', 'People'], changed.join(''))}`,
    onPremises === 0
      ? ''
      : `<p class="note">${thousands(onPremises)} values can only be changed in Active Directory; --ad-file writes them.</p>\n`,
  ].join('')
}

/** Made of a feed, when. */
interface About {
  readonly feed: string
  readonly tenant: string
  /** ISO 8601. */
  readonly at: string
  readonly dryRun: boolean
}

const head = ({ feed, tenant, at, dryRun }: About): string =>
  `${pageHead(`HR feed ${feed}`, { policy: "; script-src 'unsafe-inline'", style })}<h1>HR feed ${escaped(feed)}</h1>
<p>Tenant ${escaped(tenant)}, <time datetime="${at}">${at}</time>${dryRun ? ', dry run' : ''}. What is decided, before anything is changed.</p>
`

/** The pieces of a report as one HTML page, which needs no other file. Long lists are cut, and say so. */
function* htmlReport(tables: Parameters<typeof summarize>[0], about: About): Generator<string> {
  const summary = summarize(tables)
  yield head(about) + overview(summary)
  for (const name of decisionClasses) {
    const found = summary.classes.find(each => each.class === name)
    if (!found) continue
    yield `<section id="${name}"><h2>${titles[name]} (${thousands(found.people)})</h2>\n`
    if (found.people > mostShown)
      yield `<p class="note">The first ${thousands(mostShown)} of ${thousands(found.people)} are shown. A report as CSV or JSON lines has all of them.</p>\n`
    const rows: string[] = []
    for (const { decision } of decisionsOf(tables, [name])) {
      if (rows.length >= mostShown) break
      rows.push(row(decision))
    }
    yield `${table(['Key', 'Name', 'User principal name', 'Line', 'Changes', 'Why'], rows.join(''))}</section>\n`
  }
  yield `<script>${script}</script></body></html>\n`
}

/** Reads the report as a page, in pieces of text. */
export const htmlPieces = (feed: string): Source<string> => ({
  kind: 'hr-report',
  usesGraph: true,
  describe: async () => ({ feed }),
  async *read(ctx) {
    const { graph, clock, dryRun } = ctx
    const about = { feed, tenant: graph.tenant.name, at: new Date(clock.now()).toISOString(), dryRun }
    let key = 0
    for (const html of htmlReport(runTablesOf(ctx), about))
      yield { rows: [{ key: ++key, value: html }], unfinished: true }
    yield { rows: [] }
  },
})
