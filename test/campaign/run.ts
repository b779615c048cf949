/**
 * Changes a directory while everything goes wrong, and compares the results with the truth: `npm run campaign`, optionally with
 * some of the kinds of `campaign.ts`, such as `users`, `--rows 5000`, `--seed 7`, `--kills 10`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { campaign, kinds, type CampaignKind } from './campaign.ts'
import { lineOf } from './perform.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 1e9)) },
    kills: { type: 'string', default: '10' },
    most: { type: 'string', default: 'Infinity' },
    rivals: { type: 'string', default: '0.01' },
    keep: { type: 'boolean', default: false },
  },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const fullRows: Readonly<Partial<Record<CampaignKind, number>>> = {
  users: 100_000,
  invites: 20_000,
  updates: 100_000,
  members: 100_000,
  groups: 20_000,
  units: 20_000,
  'app-roles': 20_000,
  hr: 5_000,
  onboard: 5_000,
}
/** Rows of the other kinds. */
const usualRows = 2_000
const wanted = positionals.length > 0 ? (positionals as CampaignKind[]) : kinds
say(`seed ${values.seed}`)
for (const kind of wanted) {
  const folder = mkdtempSync(join(tmpdir(), `entrapipe-campaign-${kind}-`))
  const rows = Number(values.rows ?? fullRows[kind] ?? usualRows)
  say(`\n${kind}: ${rows.toLocaleString('en-US')} rows in ${folder}`)
  for await (const performed of campaign({
    kind,
    rows,
    folder,
    seed: Number(values.seed),
    kills: Number(values.kills),
    rivalShare: Number(values.rivals),
    most: Number(values.most),
  })) {
    say(lineOf(performed))
    for (const line of performed.wrong.slice(0, 20)) say(`  ${line}`)
    if (performed.wrong.length > 0) process.exitCode = 1
  }
  if (!values.keep) rmSync(folder, { recursive: true, force: true })
}
