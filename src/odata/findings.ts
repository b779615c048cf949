import type { Support } from '../data/filter-rules.ts'
import type { Literal } from './ast.ts'

type FindingKind =
  | 'unknownProperty'
  | 'unfilterable'
  | 'operatorUnsupported'
  | 'needsAdvanced'
  | 'disputed'
  | 'tooManyOrs'
  | 'typeMismatch'
  | 'unsortable'
  | 'neverListed'
  | 'onlySingle'
  | 'everything'
  | 'annotation'

/** One thing that Graph would refuse, or take only with advanced query parameters. */
export interface Finding {
  readonly kind: FindingKind
  /** The path without variables: `assignedLicenses/skuId`. */
  readonly property: string
  /** `eq`, `ne`, `startsWith`, `any`, `not`, `or`, `$count`, `$orderby`, `$select` … */
  readonly operator: string
  /** Where in the text, from 0. */
  readonly at: number
  /** True when it is no obstacle once `ConsistencyLevel: eventual` and `$count=true` are sent. */
  readonly advanced: boolean
  /** What was likely meant. */
  readonly suggestion?: string
  /** The operator was asked for with null: `eq null`. */
  readonly withNull?: true
  /** `tooManyOrs`: how many there are. */
  readonly count?: number
  /** `typeMismatch`: the schema's type. */
  readonly type?: string
  /** `typeMismatch`: the constant's. */
  readonly literal?: Literal['type']
}

/** What was found in a query before it is sent. */
export interface Check {
  readonly needsAdvanced: boolean
  /** In the order of the text. */
  readonly findings: readonly Finding[]
}

/** A check of these findings. */
export const checked = (findings: readonly Finding[]): Check => ({
  needsAdvanced: findings.some(finding => finding.advanced),
  findings: findings.toSorted((a, b) => a.at - b.at),
})

/** The findings that remain: those that advanced query parameters do not solve, or all when none are sent. */
export const refusals = ({ findings }: Check, advanced: boolean): readonly Finding[] =>
  findings.filter(finding => !(advanced && finding.advanced))

/** Turns a level of support into a finding, or into none. */
export const leveled = (level: Support, where: Pick<Finding, 'property' | 'operator' | 'at'>): readonly Finding[] =>
  level === 'default'
    ? []
    : level === 'no'
      ? [{ ...where, kind: 'operatorUnsupported', advanced: false }]
      : [{ ...where, kind: level === 'disputed' ? 'disputed' : 'needsAdvanced', advanced: true }]
