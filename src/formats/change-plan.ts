import { createHash } from 'node:crypto'
import { EntrapipeError } from '../core/errors.ts'
import { isFields, type Json } from '../core/json.ts'
import type { ChangeRow } from '../core/operation.ts'
import { fileOfManifest } from '../core/sidecars.ts'
import type { Key } from '../core/row.ts'

/** Who made a plan. */
interface PlanMaker {
  /** User of the machine, and its name. */
  readonly user: string
  readonly host: string
  /** The person or app that signed in. */
  readonly identity: string
}

/** The first line of a plan. */
export interface PlanHead {
  readonly version: 1
  /** The dry run that made it. Its store has the secrets of the plan. */
  readonly run: string
  readonly pipeline: string
  /** The run that the plan undoes, if it undoes one. */
  readonly undoes?: string
  readonly tenant: { readonly id: string; readonly name: string }
  readonly maker: PlanMaker
  /** ISO 8601, UTC. */
  readonly at: string
  readonly rows: number
  /** Changes by operation. */
  readonly counts: Readonly<Record<string, number>>
  /** SHA-256 of the further lines, with their line feeds, and of the rest of this head as JSON; in hex. */
  readonly sha256: string
}

/** A row of a plan: its key in the input, and its changes. */
export interface PlanRow extends ChangeRow {
  readonly key: Key
}

/** The line of a row, with its line feed. */
export const planLine = ({ key, steps }: PlanRow): string => `${JSON.stringify({ key, steps })}\n`

/** The first line, with its line feed. */
export const planHeadLine = (head: PlanHead): string => `${JSON.stringify({ $plan: head })}\n`

/** Counts the rows of a plan, and hashes its lines, with their line feeds. */
export const planSum = () => {
  const hash = createHash('sha256')
  const counts: Record<string, number> = {}
  let rows = 0
  return {
    add(row: PlanRow, line = planLine(row)) {
      hash.update(line)
      rows++
      for (const { kind } of row.steps) counts[kind] = (counts[kind] ?? 0) + 1
    },
    get rows() {
      return rows
    },
    counts,
    /** The hash of the plan. Called once, after the last row. */
    sha256: ({ sha256: _, ...head }: Omit<PlanHead, 'sha256'> & { readonly sha256?: string }): string =>
      hash.update(JSON.stringify(head)).digest('hex'),
  }
}

/** Whether a value is the first line of a plan. */
export const isPlanHead = (value: unknown): boolean => {
  const head = isFields(value) ? value['$plan'] : undefined
  return isFields(head) && isFields(head['tenant']) && isFields(head['maker'])
}

/** The error of a plan that is read as rows. */
export const planForRows = (value: unknown, name: string): EntrapipeError => {
  const { tenant } = (value as { readonly $plan: { readonly tenant: Partial<PlanHead['tenant']> } }).$plan
  return new EntrapipeError('INPUT_MALFORMED', `${name} is a plan: it has changes, not rows.`, {
    fix: `To make its changes, run \`entrapipe apply\` with its file and --tenant ${String(tenant.name)}.`,
  })
}

/** What a file is that was taken for a plan, by its name and its first line. */
const otherThanPlan = (name: string, first: Readonly<Record<string, Json>> | undefined): string => {
  if (fileOfManifest(name) !== undefined) return `${name} is a manifest, not a plan.`
  if (first && ['outcome', 'operation', 'run'].every(each => each in first))
    return `${name} is a results file, not a plan.`
  return `${name} is not a plan: its first line is not the first line of one.`
}

const noPlan = (name: string, first: Readonly<Record<string, Json>> | undefined): EntrapipeError =>
  new EntrapipeError('INPUT_MALFORMED', otherThanPlan(name, first), {
    fix: 'Name the file that --plan wrote. For a file of rows, use the command that reads them.',
  })

/** Reads the first line of a plan. @throws EntrapipeError `INPUT_MALFORMED` */
export const readPlanHead = (text: string, name: string): PlanHead => {
  const first = parsed(text)
  if (!first || !isPlanHead(first)) throw noPlan(name, first)
  const head = first['$plan'] as Readonly<Record<string, Json>>
  if (head['version'] !== 1)
    throw new EntrapipeError('INPUT_MALFORMED', `${name} was made by another version of entrapipe.`, {
      fix: 'Make the plan again.',
    })
  const { rows, sha256, at, run, pipeline } = head
  if (typeof rows !== 'number' || [sha256, at, run, pipeline].some(each => typeof each !== 'string'))
    throw noPlan(name, first)
  return head as unknown as PlanHead
}

/** Reads the line of a row. @throws EntrapipeError `INPUT_MALFORMED` */
export const readPlanRow = (text: string, line: number, name: string): PlanRow => {
  const row = parsed(text)
  const steps = row?.['steps']
  const isStep = (step: unknown): boolean =>
    isFields(step) && typeof step['kind'] === 'string' && isFields(step['value'])
  if (!row || !['string', 'number'].includes(typeof row['key']) || !Array.isArray(steps) || !steps.every(isStep))
    throw new EntrapipeError('INPUT_MALFORMED', `Line ${line} of ${name} is not a row of a plan.`, {
      facts: { line },
      fix: 'Make the plan again.',
    })
  return row as unknown as PlanRow
}

const parsed = (text: string): Readonly<Record<string, Json>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? (value as Record<string, Json>) : undefined
  } catch {
    return undefined
  }
}
